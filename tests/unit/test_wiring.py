"""What each part of the stack is given by the parts before it."""

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pulumi
import pytest

from infra import catalog, naming, wiring
from infra.aws.account import Account
from infra.environment import Stack
from infra.settings import Settings

SETTINGS = Settings(
    api_access_cidrs=("8.8.8.8/32",),
    admin_role_arns=("arn:aws:iam::123456789012:role/admin",),
    database_master_password=pulumi.Output.secret("master"),
)
STACK = Stack(
    name="test",
    project="slipway",
    organization="acme",
    settings=SETTINGS,
    apps=(catalog.load_app("messageboard"), catalog.load_app("voting")),
    secrets={},
    database_authorities="PEM",
)
ACCOUNT = Account(account_id="1", partition="aws", region="eu-west-1", zones=("eu-west-1a", "eu-west-1b", "eu-west-1c"))


class Part:
    """A part whose attributes are texts that say where they come from, such as `keys.log_key_arn`."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        return f"{self._name}.{attribute}"


def part(name: str) -> Any:
    return Part(name)


KEYS, NETWORK, CLUSTER = part("keys"), part("network"), part("cluster")
DATABASE, BALANCER = part("database"), part("load_balancer")
PARTS: Any = SimpleNamespace(
    network=NETWORK,
    registry=part("registry"),
    cluster=CLUSTER,
    database=DATABASE,
    load_balancer=SimpleNamespace(
        access=["load_balancer.access"],
        target_group_arns="load_balancer.target_group_arns",
        dns_name="load_balancer.dns_name",
        site_urls="load_balancer.site_urls",
    ),
    nodes=SimpleNamespace(ready=["nodes.ready"]),
    storage=part("storage"),
)

# For each part: the fields that other parts give, and from where.
SOURCES: dict[str, tuple[Callable[[], Any], dict[str, str]]] = {
    "network": (lambda: wiring.network(STACK, ACCOUNT, KEYS), {"log_key_arn": "keys.log_key_arn"}),
    "registry": (lambda: wiring.registry(STACK, KEYS), {"key_arn": "keys.image_key_arn"}),
    "cluster": (
        lambda: wiring.cluster(STACK, ACCOUNT, KEYS, NETWORK),
        {
            "subnet_ids": "network.control_plane_subnet_ids",
            "secrets_key_arn": "keys.cluster_key_arn",
            "log_key_arn": "keys.log_key_arn",
        },
    ),
    "database": (
        lambda: wiring.database(STACK, ACCOUNT, KEYS, NETWORK, CLUSTER),
        {
            "vpc_id": "network.vpc_id",
            "subnet_ids": "network.isolated_subnet_ids",
            "client_security_group_id": "cluster.security_group_id",
            "key_arn": "keys.database_key_arn",
            "log_key_arn": "keys.log_key_arn",
        },
    ),
    "load_balancer": (
        lambda: wiring.load_balancer(STACK, NETWORK, CLUSTER),
        {
            "vpc_id": "network.vpc_id",
            "subnet_ids": "network.public_subnet_ids",
            "internet_route": "network.internet_route",
            "target_security_group_id": "cluster.security_group_id",
        },
    ),
    "alarms": (
        lambda: wiring.alarms(STACK, "ops@example.com", DATABASE, BALANCER),
        {
            "database_id": "database.instance_id",
            "load_balancer_suffix": "load_balancer.arn_suffix",
            "target_group_suffixes": "load_balancer.target_group_suffixes",
        },
    ),
    "nodes": (
        lambda: wiring.nodes(STACK, ACCOUNT, CLUSTER),
        {
            "node_role_name": "cluster.node_role_name",
            "cluster_security_group_id": "cluster.security_group_id",
        },
    ),
    "server": (
        lambda: wiring.server(STACK, PARTS),
        {"address": "database.address", "cidrs": "network.isolated_cidrs"},
    ),
    "platform": (
        lambda: wiring.platform(STACK, PARTS, pulumi.ResourceOptions()),
        {
            "images": "registry.image_refs",
            "storage_class": "storage.storage_class",
            "balancer_cidrs": "network.public_cidrs",
            "target_group_arns": "load_balancer.target_group_arns",
        },
    ),
    "outputs": (
        lambda: wiring.outputs(PARTS),
        {
            "vpc_id": "network.vpc_id",
            "cluster_name": "cluster.cluster_name",
            "kubeconfig": "cluster.kubeconfig",
            "database_endpoint": "database.endpoint",
            "load_balancer_dns_name": "load_balancer.dns_name",
            "site_urls": "load_balancer.site_urls",
            "image_refs": "registry.image_refs",
        },
    ),
}


@pytest.mark.parametrize("name", SOURCES)
def test_a_part_takes_each_value_from_the_part_that_owns_it(name: str) -> None:
    build, expected = SOURCES[name]
    args = build()
    names = {"keys", "network", "cluster", "registry", "database", "load_balancer", "storage"}
    values = {field.name: getattr(args, field.name) for field in fields(args)}
    given = {key: value for key, value in values.items() if isinstance(value, str) and value.split(".")[0] in names}
    assert given == expected


def test_pods_wait_for_the_nodes_the_load_balancer_and_the_database() -> None:
    platform = wiring.platform(STACK, PARTS, pulumi.ResourceOptions())
    assert list(map(str, platform.ready)) == ["nodes.ready", "load_balancer.access", "database.access"]


def test_every_routed_path_of_every_app_has_one_route_to_its_service() -> None:
    routes = wiring.load_balancer(STACK, NETWORK, CLUSTER).routes
    specs = [(app, service, path) for app in STACK.apps for service in app.services for path in service.routes]
    assert [(route.host, route.service, route.path, route.port, route.sticky) for route in routes] == [
        (app.host(service), f"{app.name}-{service.name}", path, service.port, service.sticky) for app, service, path in specs
    ]
    assert len(routes) > len(STACK.apps)


def test_every_image_goes_to_a_repository_of_this_stack_from_a_folder_of_the_project() -> None:
    sources = wiring.registry(STACK, KEYS).sources
    assert {source.key for source in sources} >= {"messageboard-api", "voting-vote", "platform-redis", "platform-grant"}
    for source in sources:
        assert source.repository_name == naming.repository("slipway-test", source.key)
        assert not source.context.is_absolute()
        assert (Path(source.context) / "Dockerfile").is_file()
