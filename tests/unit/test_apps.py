"""What follows from the apps' specs, in the graph of a stack that has all of them."""

import importlib
import json
from operator import attrgetter
from typing import Any

import pytest

from infra import cidr, constraints
from infra.kubernetes import storage
from infra.spec import App, Service, Store
from tests.engine import ALL_APPS, SECRETS, program
from tests.graph import Graph

APPS: dict[str, App] = {name: importlib.import_module(f"apps.{name}.app").app for name in ALL_APPS}
SERVICES = [(app, service) for app in APPS.values() for service in app.services]
STORES = [(app, store) for app in APPS.values() for store in app.stores if store.in_pod]
NAME = attrgetter("name")


@pytest.fixture(scope="module")
def graph() -> Graph:
    return program(apps=ALL_APPS)


def policies(graph: Graph, app: str, component: str, direction: str) -> list[Any]:
    labels = {"app.kubernetes.io/part-of": app, "app.kubernetes.io/name": component}
    specs = [resource.inputs["spec"] for resource in graph.of("NetworkPolicy")]
    return [rule for spec in specs if spec["podSelector"].get("matchLabels") == labels for rule in spec.get(direction, [])]


def peers(rules: list[Any], side: str) -> set[tuple[str, int]]:
    """Return the pairs `(component or CIDR, port)` that the policies open."""
    found = set()
    for rule in rules:
        for peer in rule[side]:
            name = peer["ipBlock"]["cidr"] if "ipBlock" in peer else peer["podSelector"]["matchLabels"]["app.kubernetes.io/name"]
            found |= {(name, port["port"]) for port in rule["ports"]}
    return found


def every_zone(graph: Graph) -> list[cidr.ZonePlan]:
    """Return the blocks of all zones that the stack may ever have: policies open them from the start."""
    return [cidr.plan(graph.one("Vpc").inputs["cidrBlock"], letter) for letter in cidr.ZONE_LETTERS]


@pytest.mark.parametrize(("app", "service"), SERVICES, ids=NAME)
def test_a_service_may_talk_to_what_it_uses_and_nothing_else(graph: Graph, app: App, service: Service) -> None:
    isolated = {zone.isolated for zone in every_zone(graph)}
    expected = {(used.name, used.port) for used in service.services}
    for store in service.stores:
        expected |= {(store.name, store.port)} if store.in_pod else {(block, 3306) for block in isolated}
    assert peers(policies(graph, app.name, service.name, "egress"), "to") == expected


@pytest.mark.parametrize(("app", "service"), SERVICES, ids=NAME)
def test_a_service_is_reached_by_its_users_and_where_it_has_routes_by_the_balancer(
    graph: Graph, app: App, service: Service
) -> None:
    public = {zone.public for zone in every_zone(graph)}
    expected = {(user.name, service.port) for user in app.users_of(service)}
    expected |= {(block, service.port) for block in public} if service.routes else set()
    assert peers(policies(graph, app.name, service.name, "ingress"), "from") == expected


@pytest.mark.parametrize(("app", "store"), STORES, ids=NAME)
def test_a_store_is_reached_by_its_users_their_migrations_and_its_dumps(graph: Graph, app: App, store: Store) -> None:
    users = {user.name for user in app.users_of(store)}
    users |= {f"{user.name}-migrate" for user in app.users_of(store) if user.migrate}
    users |= {f"{store.name}-dump", f"{store.name}-restore"} if store.is_database else set()
    assert peers(policies(graph, app.name, store.name, "ingress"), "from") == {(user, store.port) for user in users}
    assert policies(graph, app.name, store.name, "egress") == []


@pytest.mark.parametrize(("app", "service"), SERVICES, ids=NAME)
def test_a_service_starts_after_all_that_it_uses_and_its_migration(graph: Graph, app: App, service: Service) -> None:
    before = {
        (resource.kind, resource.name) for resource in graph.ancestors(graph.one("Deployment", f"{app.name}-{service.name}"))
    }
    assert {("Deployment", f"{app.name}-{used.name}") for used in service.services} <= before
    assert {("StatefulSet", f"{app.name}-{store.name}") for store in service.stores if store.in_pod} <= before
    if service.migrate:
        assert ("Job", f"{app.name}-{service.name}-migrate") in before


@pytest.mark.parametrize(("app", "store"), STORES, ids=NAME)
def test_a_stores_volume_is_an_encrypted_claim_of_its_own(graph: Graph, app: App, store: Store) -> None:
    own = graph.one("PersistentVolumeClaim", f"{app.name}-{store.name}")
    assert own.protect
    assert own.inputs["spec"]["resources"]["requests"]["storage"] == f"{store.volume_gib}Gi"
    assert own.inputs["spec"]["storageClassName"] == storage.NAME
    made = graph.one("StorageClass").inputs
    assert (made["provisioner"], made["volumeBindingMode"]) == ("ebs.csi.eks.amazonaws.com", "WaitForFirstConsumer")
    assert made["parameters"] == {"type": "gp3", "encrypted": "true"}, "texts: EKS takes no booleans here"
    pod = graph.one("StatefulSet", f"{app.name}-{store.name}").inputs["spec"]["template"]["spec"]
    assert [v["persistentVolumeClaim"]["claimName"] for v in pod["volumes"] if "persistentVolumeClaim" in v] == [store.name]


@pytest.mark.parametrize(("app", "store"), STORES, ids=NAME)
def test_dumps_are_on_a_volume_of_their_own_and_restored_only_by_hand(graph: Graph, app: App, store: Store) -> None:
    jobs = {
        resource.name: resource.inputs["spec"]
        for resource in graph.of("CronJob")
        if resource.name.startswith(f"{app.name}-{store.name}-")
    }
    if not store.is_database:
        assert jobs == {}
        return
    dump, restore = jobs[f"{app.name}-{store.name}-dump"], jobs[f"{app.name}-{store.name}-restore"]
    assert (dump["suspend"], restore["suspend"]) == (False, True)
    volumes = [
        volume["persistentVolumeClaim"]["claimName"]
        for job in (dump, restore)
        for volume in job["jobTemplate"]["spec"]["template"]["spec"]["volumes"]
        if "persistentVolumeClaim" in volume
    ]
    assert set(volumes) == {f"{store.name}-dumps"} != {store.name}


def test_data_is_protected_and_can_be_given_up_on_purpose() -> None:
    free = program(apps=ALL_APPS, protect_data="false")
    assert [resource.name for resource in free.resources if resource.protect] == []


def secret_data(graph: Graph) -> dict[str, dict[str, str]]:
    return {resource.name: resource.inputs["stringData"] for resource in graph.of("Secret")}


@pytest.mark.parametrize("key", [key for key in SECRETS if not key.startswith("slipway:")])
def test_a_secret_is_in_the_environment_of_only_the_services_that_need_it(graph: Graph, key: str) -> None:
    name, part = key.split(":")
    app = APPS[name]
    seeing = {secret for secret, data in secret_data(graph).items() if SECRETS[key] in data.values()}
    expected = {f"{name}-{s.name}" for s in app.services if part in {k.lower() for k in s.secrets}}
    for store in app.stores:
        if store.password_key == part:
            expected |= {f"{name}-{user.name}" for user in app.users_of(store)}
            expected |= {f"{name}-{store.name}"} if store.in_pod else {f"slipway-grants-{name}"}
    assert seeing == expected


def test_settings_and_addresses_are_in_the_environment(graph: Graph) -> None:
    values = {resource.name: resource.inputs["data"] for resource in graph.of("ConfigMap")}
    assert values["oracle-backend"] == {
        "PORT": "5000",
        "MODE": "production",
        "MYSQL_DATABASE": "oracle",
        "MYSQL_HOST": "mysql",
        "MYSQL_PORT": "3306",
        "MYSQL_NAME": "oracle",
        "MYSQL_USER": "oracle",
    }
    assert values["notes-gateway"] == {
        "PORT": "8080",
        "BACKEND_URL": "http://backend:8080",
        "FRONTEND_URL": "http://frontend:8080",
    }
    assert "REDIS_NAME" not in values["voting-vote"]


def test_files_are_a_config_map_whose_change_rolls_the_pods(graph: Graph) -> None:
    config_map = graph.one("ConfigMap", "notes-gateway-gateway-config")
    assert set(config_map.inputs["data"]) == {"nginx.conf"}
    assert config_map.inputs["immutable"] is True
    assert "name" not in config_map.inputs["metadata"], "a new name for each content"
    assert config_map.urn in {resource.urn for resource in graph.ancestors(graph.one("Deployment", "notes-gateway"))}
    spec = graph.one("Deployment", "notes-gateway").inputs["spec"]["template"]["spec"]
    assert {"/etc/nginx/gateway"} <= {mount["mountPath"] for mount in spec["containers"][0]["volumeMounts"]}


def test_each_host_has_its_rules_record_and_url(graph: Graph) -> None:
    hosts = {host for app in APPS.values() for host in app.hosts}
    assert hosts == {"messageboard", "notes", "oracle", "result", "todo", "vote"}
    assert {f"balancer-{host}" for host in hosts} <= {resource.name for resource in graph.of("Record")}
    rules = [resource.inputs for resource in graph.of("ListenerRule")]
    named = {
        condition["hostHeader"]["values"][0] for rule in rules for condition in rule["conditions"] if "hostHeader" in condition
    }
    assert named == {f"{host}.example.com" for host in hosts}
    priorities = [rule["priority"] for rule in rules]
    assert len(set(priorities)) == len(priorities)


def test_only_sticky_services_have_stickiness(graph: Graph) -> None:
    sticky = {resource.name for resource in graph.of("TargetGroup") if (resource.inputs.get("stickiness") or {}).get("enabled")}
    assert sticky == {"voting-result"}


def test_every_pod_keeps_pod_security_restricted(graph: Graph) -> None:
    templates = [resource.inputs["spec"]["template"] for kind in ("Deployment", "StatefulSet") for resource in graph.of(kind)]
    templates += [resource.inputs["spec"]["jobTemplate"]["spec"]["template"] for resource in graph.of("CronJob")]
    assert len(templates) == len(SERVICES) + len(STORES) + 2 * sum(store.is_database for _, store in STORES)
    for template in templates:
        spec, container = template["spec"], template["spec"]["containers"][0]
        assert spec["securityContext"]["runAsNonRoot"] is True
        assert spec["automountServiceAccountToken"] is False
        assert container["securityContext"]["readOnlyRootFilesystem"] is True
        assert container["securityContext"]["capabilities"]["drop"] == ["ALL"]
        assert "@sha256:" in container["image"]


def test_a_stack_without_apps_on_rds_grants_nothing() -> None:
    graph = program(apps=["voting"])
    assert [resource.name for resource in graph.of("Job") if "grant" in resource.name or "discard" in resource.name] == []
    assert {resource.name for resource in graph.of("Image")} == {
        "images-platform-grant",
        "images-platform-postgres",
        "images-platform-redis",
        "images-voting-vote",
        "images-voting-worker",
        "images-voting-result",
    }


def test_every_pod_may_ask_only_the_clusters_dns_for_names(graph: Graph) -> None:
    for name in ALL_APPS:
        spec = graph.one("NetworkPolicy", f"{name}-dns").inputs["spec"]
        assert spec["podSelector"] == {}, "every pod"
        (rule,) = spec["egress"]
        assert {port["port"] for port in rule["ports"]} == {53}
        by_address, by_labels = rule["to"]
        assert by_address == {"ipBlock": {"cidr": f"{constraints.CLUSTER_DNS}/32"}}
        assert set(by_labels) == {"namespaceSelector", "podSelector"}, "one alone would open more than the pods of DNS"
        assert all(selector["matchLabels"] for selector in by_labels.values()), "an empty selector matches everything"


def test_no_secret_is_in_a_config_map(graph: Graph) -> None:
    text = json.dumps([resource.inputs for resource in graph.of("ConfigMap")])
    assert [secret for secret in SECRETS.values() if secret in text] == []


@pytest.mark.parametrize(("app", "service"), SERVICES, ids=NAME)
def test_only_pods_that_receive_traffic_delay_shutdown(graph: Graph, app: App, service: Service) -> None:
    container = graph.one("Deployment", f"{app.name}-{service.name}").inputs["spec"]["template"]["spec"]["containers"][0]
    assert ("lifecycle" in container) == bool(service.routes or app.users_of(service))
