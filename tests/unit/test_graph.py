"""Rules of the whole declared graph: which provider, what waits for what, what is secret, what is protected."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from infra import constraints, iam
from infra.aws.load_balancer import DEREGISTRATION_SECONDS
from tests.engine import ALL_APPS, SECRETS, program, stack_program
from tests.graph import SECRET_SIGNATURE, Declared, Graph


@pytest.fixture(scope="module")
def graph() -> Graph:
    return program(alarm_email="ops@example.com")


def database_of(graph: Graph) -> Declared:
    return graph.one("Instance")


def test_the_provider_tags_everything(graph: Graph) -> None:
    provider = graph.one("aws")
    tags = json.loads(provider.inputs["defaultTags"])["tags"]
    assert set(tags) == {"project", "stack", "owner", "managed_by"}


def test_pods_wait_for_their_schema_migration_policies_and_nodes(graph: Graph) -> None:
    before = {resource.name for resource in graph.ancestors(graph.one("Deployment", "messageboard-api"))}
    assert {"slipway-grants-messageboard", "messageboard-api-migrate", "messageboard-default-deny", "messageboard-dns"} <= before
    assert {"nodes-pool", "nodes-network-policies", "database-clients"} <= before
    assert any(name.startswith("network-private-") for name in before), "pods can pull nothing before there is a way out"


def test_the_binding_is_made_before_the_pods_that_wait_for_its_gate(graph: Graph) -> None:
    for service in ("messageboard-api", "messageboard-frontend"):
        order = [resource for resource in graph.ancestors(graph.one("Deployment", service)) if resource.name == service]
        kinds = {resource.kind for resource in order}
        assert {"Service", "TargetGroupBinding"} <= kinds
        binding = graph.one("TargetGroupBinding", service)
        assert graph.one_of_type("kubernetes:core/v1:Service", service).urn in {
            resource.urn for resource in graph.ancestors(binding)
        }
        assert "spec.targetGroupARN" in binding.request.replaceOnChanges
        assert binding.inputs["spec"]["targetType"] == "ip"


def secrets_in(value: Any, path: str = "") -> Iterator[str]:
    if isinstance(value, dict) and SECRET_SIGNATURE in value:
        return
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from secrets_in(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from secrets_in(inner, f"{path}[{index}]")
    elif isinstance(value, str) and any(secret in value for secret in SECRETS.values()):
        yield path


def test_every_secret_input_is_a_secret_output(graph: Graph) -> None:
    plain = [f"{resource.typ} {resource.name}{path}" for resource in graph.resources for path in secrets_in(resource.raw)]
    assert plain == []
    assert database_of(graph).inputs["password"] == SECRETS["slipway:database_master_password"]


def test_only_the_grant_sees_the_master_password(graph: Graph) -> None:
    master = SECRETS["slipway:database_master_password"]
    seeing = {resource.name for resource in graph.resources if master in json.dumps(resource.inputs)}
    assert seeing == {"database", "slipway-grants-messageboard", "slipway-lock"}


def test_workloads_take_images_by_digest(graph: Graph) -> None:
    images = [
        container["image"]
        for resource in (*graph.of("Deployment"), *graph.of("Job"))
        for container in resource.inputs["spec"]["template"]["spec"]["containers"]
    ]
    assert images
    assert all("@sha256:" in image for image in images)


def pods(graph: Graph) -> list[dict[str, Any]]:
    return [pod["spec"] for pod in graph.pods().values()]


def test_pods_fulfil_pod_security_restricted(graph: Graph) -> None:
    for spec in pods(graph):
        assert spec["securityContext"]["runAsNonRoot"] is True
        assert spec["securityContext"]["seccompProfile"]["type"] == "RuntimeDefault"
        assert spec["automountServiceAccountToken"] is False
        for container in spec["containers"]:
            security = container["securityContext"]
            assert security["allowPrivilegeEscalation"] is False
            assert security["readOnlyRootFilesystem"] is True
            assert security["capabilities"]["drop"] == ["ALL"]
            assert set(container["resources"]) == {"requests", "limits"}


@pytest.mark.parametrize("platform", ["linux/amd64", "linux/arm64"])
def test_images_nodes_and_pods_are_of_one_architecture(platform: str) -> None:
    graph = program(image_platform=platform)
    architecture = platform.removeprefix("linux/")
    assert {spec["nodeSelector"]["kubernetes.io/arch"] for spec in pods(graph)} == {architecture}
    assert {tuple(resource.inputs["platforms"]) for resource in graph.of("Image")} == {(platform,)}
    needs = {r["key"]: r["values"] for r in graph.one("NodePool").inputs["spec"]["template"]["spec"]["requirements"]}
    assert needs["kubernetes.io/arch"] == [architecture]


def test_jobs_are_not_disrupted(graph: Graph) -> None:
    for job in graph.of("Job"):
        assert job.inputs["spec"]["template"]["metadata"]["annotations"]["karpenter.sh/do-not-disrupt"] == "true"


def test_a_roll_out_drops_no_request(graph: Graph) -> None:
    for deployment in graph.of("Deployment"):
        spec = deployment.inputs["spec"]
        assert spec["strategy"]["rollingUpdate"]["maxUnavailable"] == 0
        before_stop = spec["template"]["spec"]["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]
        assert before_stop >= 15, "an endpoint's removal takes up to 15 s to reach the load balancer"
        assert spec["template"]["spec"]["terminationGracePeriodSeconds"] >= before_stop + DEREGISTRATION_SECONDS + 5
    for namespace in graph.of("Namespace"):
        assert namespace.inputs["metadata"]["labels"]["eks.amazonaws.com/pod-readiness-gate-inject"] == "enabled"


def test_policies_are_enforced_before_the_first_pod(graph: Graph) -> None:
    switch = graph.one("ConfigMapPatch")
    assert switch.inputs["metadata"]["name"] == "amazon-vpc-cni"
    assert switch.inputs["data"] == {"enable-network-policy-controller": "true"}
    for resource in (*graph.of("Deployment"), *graph.of("Job")):
        assert switch.urn in {ancestor.urn for ancestor in graph.ancestors(resource)}, resource.name


def test_policies_match_targets_that_are_not_pods_by_address(graph: Graph) -> None:
    dns = graph.one("NetworkPolicy", "messageboard-dns").inputs["spec"]["egress"][0]
    assert {"ipBlock": {"cidr": f"{constraints.CLUSTER_DNS}/32"}} in dns["to"]
    database = graph.one("NetworkPolicy", "messageboard-api-to-database").inputs["spec"]["egress"][0]
    isolated = {resource.inputs["cidrBlock"] for resource in graph.of("Subnet", "network-isolated")}
    assert {peer["ipBlock"]["cidr"] for peer in database["to"]} > isolated
    balancer = graph.one("NetworkPolicy", "messageboard-api-in").inputs["spec"]["ingress"][0]
    public = {resource.inputs["cidrBlock"] for resource in graph.of("Subnet", "network-public")}
    assert {peer["ipBlock"]["cidr"] for peer in balancer["from"]} > public


def test_a_service_outside_uses_is_unreachable(graph: Graph) -> None:
    opened = {resource.name for resource in graph.of("NetworkPolicy") if resource.name.startswith("messageboard-frontend")}
    assert opened == {"messageboard-frontend-in"}


def test_the_load_balancer_waits_for_the_vpcs_route_to_the_internet(graph: Graph) -> None:
    balancer = graph.one_of_type("aws:lb/loadBalancer:LoadBalancer", "balancer")
    assert graph.one("Route", "network-public").urn in {resource.urn for resource in graph.ancestors(balancer)}


def test_a_failed_job_is_replaced(graph: Graph) -> None:
    for job in graph.of("Job"):
        assert job.inputs["metadata"]["annotations"]["pulumi.com/replaceUnready"] == "true"


def test_the_load_balancer_reaches_the_pods_by_the_clusters_own_group(graph: Graph) -> None:
    rule = graph.one("SecurityGroupIngressRule", "balancer-pods-8080")
    assert rule.inputs["securityGroupId"] == "sg-cluster"
    assert rule.inputs["fromPort"] == rule.inputs["toPort"] == 8080


def test_https_names_its_policy_and_waits_for_the_certificate(graph: Graph) -> None:
    listener = graph.one("Listener", "balancer-443")
    assert "TLS13" in listener.inputs["sslPolicy"]
    assert "CertificateValidation" in {resource.kind for resource in graph.ancestors(listener)}
    redirect = graph.one("Listener", "balancer-80").inputs["defaultActions"][0]
    assert redirect["type"] == "redirect"


def test_without_a_domain_one_site_is_served_by_http() -> None:
    graph = program(domain=None)
    assert [resource.inputs["port"] for resource in graph.of("Listener")] == [80]
    assert not graph.has("Certificate")


def test_a_site_is_a_host_whose_routes_do_not_shadow_each_other(graph: Graph) -> None:
    rules = {resource.name: resource.inputs for resource in graph.of("ListenerRule")}
    assert rules["balancer-messageboard-api"]["priority"] < rules["balancer-messageboard"]["priority"]
    hosts = {tuple(c["hostHeader"]["values"]) for rule in rules.values() for c in rule["conditions"] if "hostHeader" in c}
    assert hosts == {("messageboard.example.com",)}
    assert graph.one("Record", "balancer-messageboard").inputs["aliases"]


def test_target_groups_belong_to_the_cluster(graph: Graph) -> None:
    for group in graph.of("TargetGroup"):
        assert group.inputs["tags"]["eks:eks-cluster-name"] == "slipway-test"
        check = group.inputs["healthCheck"]
        assert check["timeout"] < check["interval"]


def test_repositories_are_immutable_and_images_are_left_to_them(graph: Graph) -> None:
    assert {resource.inputs["imageTagMutability"] for resource in graph.of("Repository")} == {"IMMUTABLE"}
    assert all(resource.inputs["forceDelete"] for resource in graph.of("Repository"))
    for image in graph.of("Image"):
        assert image.request.retainOnDelete
        assert image.inputs["buildOnPreview"] is False
        # A tag that was pushed before would be refused.
        assert "tags" not in image.inputs
        (export,) = image.inputs["exports"]
        assert export["image"]["push"] is export["image"]["pushByDigest"] is True


def test_every_name_fits_once_pulumi_has_added_its_digits(graph: Graph) -> None:
    for kind, limit in {"LoadBalancer": 32, "TargetGroup": 32, "Role": 64}.items():
        for resource in graph.of(kind):
            assert len(resource.name) + 8 <= limit, resource.name


def test_only_the_accounts_cloudwatch_logs_may_use_the_log_key() -> None:
    statement = iam.log_key_policy("aws", "123456789012", "eu-west-1")["Statement"][1]
    assert statement["Principal"] == {"Service": "logs.eu-west-1.amazonaws.com"}
    assert "123456789012" in json.dumps(statement["Condition"])


def test_prod_spreads_two_pods_a_zone_over_zones_and_nodes() -> None:
    graph = stack_program("prod", apps=ALL_APPS)
    zones = len({subnet.inputs["availabilityZone"] for subnet in graph.of("Subnet", "network-private")})
    for deployment in graph.of("Deployment"):
        assert deployment.inputs["spec"]["replicas"] == 2 * zones
        spread = deployment.inputs["spec"]["template"]["spec"]["topologySpreadConstraints"]
        assert [resource["topologyKey"] for resource in spread] == ["topology.kubernetes.io/zone", "kubernetes.io/hostname"]
        assert spread[0]["minDomains"] == 2, "the first node of a new cluster gets all pods otherwise"
    for budget in graph.of("PodDisruptionBudget"):
        assert budget.inputs["spec"]["maxUnavailable"] == 1


def test_alarms_exist_only_with_an_email_address(graph: Graph) -> None:
    assert graph.one("TopicSubscription").inputs["endpoint"] == "ops@example.com"
    assert graph.has("MetricAlarm")
    assert not program().has("MetricAlarm")
    assert not program().has("Topic")
