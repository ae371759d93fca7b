"""Network policies of generated apps: what nothing uses, and no routes lead to, is opened to nobody."""

from typing import Any

import pulumi
from hypothesis import given, settings
from hypothesis import strategies as st

from infra import application, grants
from infra.app_context import Platform
from infra.kubernetes import policy
from infra.spec import POD, RDS, App, MySql, Postgres, Redis, Service, Store
from tests.engine import Engine
from tests.graph import Graph

STORES: tuple[Store, ...] = (MySql("rds", on=RDS), MySql("mysql", on=POD), Postgres("postgres"), Redis("redis"))


@st.composite
def apps(draw: st.DrawFn) -> App:
    """Return an app with any stores, used by any of its services, with and without routes."""
    stores = tuple(draw(st.lists(st.sampled_from(STORES), unique=True)))
    services: list[Service] = []
    for name in ("first", "second", "third")[: draw(st.integers(1, 3))]:
        parts: tuple[Store | Service, ...] = (*stores, *services)
        uses = tuple(draw(st.lists(st.sampled_from(parts), unique=True))) if parts else ()
        routes = draw(st.sampled_from(((), (f"/{name}",))))
        migrate = draw(st.sampled_from(((), ("migrate",))))
        services.append(Service(name, uses=uses, routes=routes, migrate=migrate))
    return App(name="shop", stores=stores, services=tuple(services))


def deployed(app: App) -> Graph:
    def declare() -> None:
        word = pulumi.Output.secret("the-word-of-nobody")
        server = grants.Server(
            address="db", port=3306, master_user="master", master_password=word, cidrs=("10.0.0.0/24",), authorities="PEM"
        )
        platform = Platform(
            images={key: pulumi.Output.from_input("image") for key in application.image_contexts([app])},
            image_platform="linux/amd64",
            replicas=1,
            server=server,
            storage_class=pulumi.Output.from_input("gp3"),
            protect_data=True,
            balancer_cidrs=("10.0.1.0/24",),
            target_group_arns={},
            ready=(),
            opts=pulumi.ResourceOptions(),
        )
        application.deploy([app], {app.name: dict.fromkeys(app.secret_keys, word)}, platform)

    return Engine().build(declare)


def rules(graph: Graph) -> dict[str, list[list[Any]]]:
    """Return the peers of each rule of each policy, by the policy's name."""
    specs = {resource.name: resource.inputs["spec"] for resource in graph.of("NetworkPolicy")}
    return {
        name: [
            rule.get(side, []) for direction, side in (("ingress", "from"), ("egress", "to")) for rule in spec.get(direction, [])
        ]
        for name, spec in specs.items()
    }


@settings(max_examples=25, deadline=None)
@given(apps())
def test_no_rule_of_any_app_has_an_empty_peer_list_which_would_admit_everyone(app: App) -> None:
    found = rules(deployed(app))
    assert found["shop-dns"] != []
    assert [name for name, peers in found.items() if [] in peers] == []


def test_a_store_that_nobody_uses_opens_nothing() -> None:
    redis = Redis("redis")
    graph = deployed(App(name="shop", stores=(redis,), services=(Service("web", routes=("/",)),)))
    spec = graph.one("NetworkPolicy", "shop-redis-in").inputs["spec"]
    assert spec["policyTypes"] == ["Ingress"]
    assert spec["ingress"] == []


def test_a_peer_without_labels_and_addresses_opens_nothing() -> None:
    spec = policy.egress({"app": "web"}, policy.Peer(name="nothing", port=80))
    assert spec["policyTypes"] == ["Egress"]
    assert spec["egress"] == []
