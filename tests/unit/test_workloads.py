"""What every workload of every app has: ports, probes, references that lead somewhere, and no way in but its policies."""

from typing import Any

import pytest

from tests.engine import ALL_APPS, program
from tests.graph import POD_TEMPLATES, Graph, at, some


@pytest.fixture(scope="module")
def graph() -> Graph:
    return program(apps=ALL_APPS)


def container(pod: dict[str, Any]) -> dict[str, Any]:
    containers: list[dict[str, Any]] = pod["spec"]["containers"]
    (only,) = containers
    return only


def pods_of(graph: Graph, namespace: str, labels: dict[str, str]) -> list[dict[str, Any]]:
    """Return the templates of a namespace's pods that the labels select."""
    namespaces = {f"{r.kind} {r.name}": r.inputs["metadata"]["namespace"] for r in graph.resources if r.typ in POD_TEMPLATES}
    return [
        pod
        for name, pod in graph.pods().items()
        if namespaces[name] == namespace and labels.items() <= pod["metadata"]["labels"].items()
    ]


def test_a_service_selects_the_pods_of_one_workload_and_sends_to_the_port_that_they_open(graph: Graph) -> None:
    for service in graph.of("Service"):
        (pod,) = pods_of(graph, service.inputs["metadata"]["namespace"], service.inputs["spec"]["selector"])
        opened = [(port["containerPort"], port["protocol"]) for port in container(pod)["ports"]]
        ports = service.inputs["spec"]["ports"]
        assert [(port["targetPort"], port["protocol"]) for port in ports] == opened
        assert [port["port"] for port in ports] == [port["targetPort"] for port in ports], "the VPC CNI's policies demand it"


def test_a_workload_selects_its_own_pods_and_no_others(graph: Graph) -> None:
    for workload in (*graph.of("Deployment"), *graph.of("StatefulSet")):
        selector = workload.inputs["spec"]["selector"]["matchLabels"]
        found = pods_of(graph, workload.inputs["metadata"]["namespace"], selector)
        assert found == [workload.inputs["spec"]["template"]]


def test_a_disruption_budget_allows_one_unavailable_pod_of_its_workload(graph: Graph) -> None:
    budgets = graph.of("PodDisruptionBudget")
    assert {budget.name for budget in budgets} == {deployment.name for deployment in graph.of("Deployment")}
    for budget in budgets:
        assert pods_of(graph, budget.inputs["metadata"]["namespace"], budget.inputs["spec"]["selector"]["matchLabels"])
        assert budget.inputs["spec"]["maxUnavailable"] == 1, "with 0, no node could ever be drained"


def test_the_readiness_and_the_liveness_probe_ask_different_paths(graph: Graph) -> None:
    for deployment in graph.of("Deployment"):
        only = container(deployment.inputs["spec"]["template"])
        (port,) = (port["containerPort"] for port in only["ports"])
        probes = {name: only[f"{name}Probe"]["httpGet"] for name in ("startup", "liveness", "readiness")}
        assert {probe["port"] for probe in probes.values()} == {port}
        assert {name: probe["path"] for name, probe in probes.items()} == {
            "startup": "/livez",
            "liveness": "/livez",
            "readiness": "/readyz",
        }


def test_the_load_balancers_health_check_is_the_readiness_probe(graph: Graph) -> None:
    for binding in graph.of("TargetGroupBinding"):
        group = next(g for g in graph.of("TargetGroup") if g.inputs["port"] == binding.inputs["spec"]["serviceRef"]["port"])
        only = container(graph.one("Deployment", binding.name).inputs["spec"]["template"])
        assert group.inputs["healthCheck"]["path"] == only["readinessProbe"]["httpGet"]["path"]


def test_a_probe_fails_after_several_tries_within_its_limit(graph: Graph) -> None:
    probes = some(
        (name, kind, container(pod)[kind])
        for name, pod in graph.pods().items()
        for kind in ("startupProbe", "livenessProbe", "readinessProbe")
        if kind in container(pod)
    )
    for name, kind, probe in probes:
        assert 0 < probe["timeoutSeconds"] <= 10, (name, kind)
        assert probe["failureThreshold"] > 1, "one lost packet is no failure"
        # A slow start may take a minute at least; what was ready is out of rotation within half a minute.
        seconds = probe["periodSeconds"] * probe["failureThreshold"]
        assert seconds >= 60 if kind == "startupProbe" else seconds <= 30, (name, kind)


def test_a_store_is_not_killed_because_it_is_busy(graph: Graph) -> None:
    for store in graph.of("StatefulSet"):
        only = container(store.inputs["spec"]["template"])
        assert "livenessProbe" not in only
        assert only["startupProbe"]["exec"] == only["readinessProbe"]["exec"]
        assert store.inputs["spec"]["replicas"] == 1, "two servers would write to one volume"


def test_limits_are_not_below_requests(graph: Graph) -> None:
    for name, pod in graph.pods().items():
        resources = container(pod)["resources"]
        for resource, unit in (("cpu", "m"), ("memory", "Mi")):
            request, limit = (int(resources[side][resource].removesuffix(unit)) for side in ("requests", "limits"))
            assert 0 < request <= limit, name


def referred(pod: dict[str, Any]) -> list[tuple[str, str]]:
    """Return `(kind, name)` of everything that a pod needs in its namespace."""
    spec = pod["spec"]
    found = [("ConfigMap", at(source, "configMapRef.name")) for source in container(pod)["envFrom"] if "configMapRef" in source]
    found += [("Secret", at(source, "secretRef.name")) for source in container(pod)["envFrom"] if "secretRef" in source]
    found += [("ConfigMap", at(volume, "configMap.name")) for volume in spec["volumes"] if "configMap" in volume]
    claims = [v["persistentVolumeClaim"] for v in spec["volumes"] if "persistentVolumeClaim" in v]
    found += [("PersistentVolumeClaim", claim["claimName"]) for claim in claims]
    return found + ([("ServiceAccount", spec["serviceAccountName"])] if "serviceAccountName" in spec else [])


def test_what_a_pod_refers_to_is_declared_in_its_namespace(graph: Graph) -> None:
    kinds = ("ConfigMap", "Secret", "PersistentVolumeClaim", "ServiceAccount")
    declared = {
        (resource.inputs["metadata"]["namespace"], kind, resource.inputs["metadata"].get("name", f"{resource.name}-1a2b3c4d"))
        for kind in kinds
        for resource in graph.of(kind)
    }
    for workload in (w for w in graph.resources if w.typ in POD_TEMPLATES):
        namespace = workload.inputs["metadata"]["namespace"]
        needs = {(namespace, *reference) for reference in some(referred(graph.pods()[f"{workload.kind} {workload.name}"]))}
        assert needs <= declared, workload.name


def test_a_container_mounts_every_volume_of_its_pod_and_no_two_at_one_path(graph: Graph) -> None:
    for name, pod in graph.pods().items():
        mounts = some(container(pod)["volumeMounts"])
        assert sorted(mount["name"] for mount in mounts) == sorted(volume["name"] for volume in pod["spec"]["volumes"]), name
        assert len({mount["mountPath"] for mount in mounts}) == len(mounts), name
        writable = {mount["name"] for mount in mounts if not mount.get("readOnly")}
        assert writable <= {"tmp", "data"}, "configuration is for reading"


def test_all_traffic_in_a_namespace_is_denied_by_default(graph: Graph) -> None:
    for namespace in graph.of("Namespace"):
        deny = graph.one("NetworkPolicy", f"{namespace.name}-default-deny").inputs
        assert deny["metadata"]["namespace"] == namespace.inputs["metadata"]["name"]
        assert deny["spec"]["podSelector"] == {}, "every pod"
        assert {"Ingress", "Egress"} <= set(deny["spec"]["policyTypes"])
        assert not {"ingress", "egress"} & set(deny["spec"]), "a rule would allow something"


def test_a_policy_says_which_direction_its_rules_are_for(graph: Graph) -> None:
    for policy in graph.of("NetworkPolicy"):
        spec = policy.inputs["spec"]
        for direction, side in (("Ingress", "ingress"), ("Egress", "egress")):
            assert side not in spec or direction in spec["policyTypes"], policy.name
