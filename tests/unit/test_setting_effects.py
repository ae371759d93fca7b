"""Each setting, changed, changes the input of a resource that it is for."""

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from infra.settings import DEFAULT_CA_FILE, Settings
from tests.engine import DEPLOYER, ROOT, program
from tests.graph import Graph, at

BASE = {"alarm_email": "first@example.com"}
ADMINS = "arn:aws:iam::123456789012:role/admins"
Read = Callable[[Graph], Any]


def given(kind: str, name: str, path: str) -> Read:
    """Return a reader of one input of one resource."""
    return lambda graph: at(graph.one(kind, name).inputs, path)


def names(kind: str) -> Read:
    return lambda graph: sorted(resource.name for resource in graph.of(kind))


def node_requirement(key: str) -> Read:
    def read(graph: Graph) -> Any:
        requirements = at(graph.one("NodePool").inputs, "spec.template.spec.requirements")
        return next(requirement["values"] for requirement in requirements if requirement["key"] == key)

    return read


def database(path: str) -> Read:
    return given("Instance", "database", path)


EFFECTS: dict[str, tuple[Any, Read, Any]] = {
    "zones": (["a", "b"], node_requirement("topology.kubernetes.io/zone"), ["eu-west-1a", "eu-west-1b"]),
    "vpc_cidr": ("10.64.0.0/17", given("Vpc", "network-vpc", "cidrBlock"), "10.64.0.0/17"),
    "nat": ("single", given("Route", "network-private-c", "natGatewayId"), "network-nat-a-id"),
    "flow_logs": ("rejected", given("FlowLog", "network-flow", "trafficType"), "REJECT"),
    "kubernetes_version": ("1.36", given("Cluster", "cluster", "version"), "1.36"),
    "api_access_cidrs": (["9.9.9.9/32"], given("Cluster", "cluster", "vpcConfig.publicAccessCidrs"), ["9.9.9.9/32"]),
    "admin_role_arns": ([ADMINS, DEPLOYER], names("AccessEntry"), ["cluster-admin-admins", "cluster-admin-slipway-deployer"]),
    "node_capacity": ("spot", node_requirement("karpenter.sh/capacity-type"), ["spot"]),
    "node_cpu_limit": ("77", given("NodePool", "nodes-pool", "spec.limits.cpu"), "77"),
    "domain": ("example.org", given("Certificate", "balancer", "domainName"), "example.org"),
    "apps": (["notes"], names("Deployment"), ["notes-backend", "notes-frontend", "notes-gateway"]),
    "replicas_per_zone": ("3", given("Deployment", "messageboard-api", "spec.replicas"), 3 * 3),
    "image_platform": ("linux/arm64", given("Image", "images-messageboard-api", "platforms"), ["linux/arm64"]),
    "database_instance_class": ("db.r7g.large", database("instanceClass"), "db.r7g.large"),
    "database_multi_az": ("false", database("multiAz"), False),
    "database_storage_gib": ("77", database("allocatedStorage"), 77),
    "database_backup_days": ("11", database("backupRetentionPeriod"), 11),
    "database_ca_file": (None, given("ConfigMap", "messageboard-database-ca", "data"), None),
    "protect_data": ("false", given("Cluster", "cluster", "deletionProtection"), False),
    "alarm_email": ("second@example.com", given("TopicSubscription", "alarms", "endpoint"), "second@example.com"),
    "database_master_password": ("another-Password-2", database("password"), "another-Password-2"),
}


def test_every_setting_has_an_effect_in_the_table() -> None:
    assert set(EFFECTS) == {field.name for field in fields(Settings)}


@pytest.mark.parametrize("name", EFFECTS)
def test_a_changed_setting_changes_its_input(name: str, tmp_path: Path) -> None:
    changed, read, expected = EFFECTS[name]
    if name == "database_ca_file":
        bundle = tmp_path / "authorities.pem"
        bundle.write_text((ROOT / DEFAULT_CA_FILE).read_text() + "# of this test\n")
        changed, expected = str(bundle), {"ca.pem": bundle.read_text()}
    assert read(program(**BASE)) != expected, "the value must differ from the default, or the test shows nothing"
    assert read(program(**BASE | {name: changed})) == expected
