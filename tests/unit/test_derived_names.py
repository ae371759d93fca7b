"""Names that the program derives from the names of apps and their parts must not collide."""

from pathlib import Path

import pytest

from infra import catalog, naming
from infra.settings import SettingsError
from infra.spec import App, ConfigFiles, Postgres, Service, Store
from tests.engine import ALL_APPS, program
from tests.unit.test_settings import read


def named(name: str, *services: Service, stores: tuple[Store, ...] = ()) -> App:
    return App(name=name, services=services, stores=stores)


COLLISIONS: dict[str, tuple[tuple[App, ...], tuple[str, ...]]] = {
    "joined names of two apps": (
        (named("a", Service("b-c")), named("a-b", Service("c"))),
        ("name 'a-b-c'", "service 'b-c' of app 'a'", "service 'c' of app 'a-b'"),
    ),
    "a service and a migration": (
        (named("shop", Service("api", migrate=("run",)), Service("api-migrate")),),
        ("name 'shop-api-migrate'", "the migration of service 'api' of app 'shop'", "service 'api-migrate' of app 'shop'"),
    ),
    "a service and a dump": (
        (named("shop", Service("db-dump"), stores=(Postgres("db"),)),),
        ("name 'shop-db-dump'", "service 'db-dump' of app 'shop'", "the dump of store 'db' of app 'shop'"),
    ),
    "files": (
        (
            named(
                "shop",
                Service("web", files=(ConfigFiles("api-conf", mount_path="/a"),)),
                Service("web-api", files=(ConfigFiles("conf", mount_path="/a"),)),
            ),
        ),
        ("ConfigMap 'shop-web-api-conf'", "service 'web' of app 'shop'", "service 'web-api' of app 'shop'"),
    ),
    "a host of two apps": (
        (named("shop", Service("web", routes=("/",), host="www")), named("blog", Service("web", routes=("/",), host="www"))),
        ("host 'www'", "app 'shop'", "app 'blog'"),
    ),
    "the certificate's record": (
        (named("shop", Service("web", routes=("/",), host="validation")),),
        ("host 'validation'", "app 'shop'", "the certificate's own record"),
    ),
    "routes that read alike": (
        (named("shop", Service("web", routes=("/api/v1",)), Service("old", routes=("/api-v1",))),),
        ("listener rule 'shop-api-v1'", "route '/api/v1' of host 'shop'", "route '/api-v1' of host 'shop'"),
    ),
    "a route and another host": (
        (named("a", Service("web", routes=("/b",))), named("a-b", Service("web", routes=("/",)))),
        ("listener rule 'a-b'", "route '/b' of host 'a'", "route '/' of host 'a-b'"),
    ),
}


@pytest.mark.parametrize("case", COLLISIONS)
def test_parts_that_share_a_derived_name_are_reported_with_their_owners(case: str) -> None:
    apps, parts = COLLISIONS[case]
    (problem,) = catalog.collisions(apps)
    for part in (*parts, "Fix: "):
        assert part in problem


def test_rules_that_share_a_priority_are_reported_with_their_owners() -> None:
    seen: dict[int, str] = {}
    for host in (f"h{number}" for number in range(20_000)):
        other = seen.setdefault(naming.rule_priority(host, "/"), host)
        if other != host:
            break
    (problem,) = catalog.collisions([named(name, Service("web", routes=("/",))) for name in (host, other)])
    assert "priority" in problem
    assert f"route '/' of host '{host}'" in problem
    assert f"route '/' of host '{other}'" in problem


def test_collisions_are_reported_with_all_else_that_is_wrong_with_the_apps(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    apps = {"a": named("a", Service("b-c")), "a-b": named("a-b", Service("c"))}
    for name in apps:
        (tmp_path / name).mkdir()
        (tmp_path / name / "app.py").touch()
    monkeypatch.setattr(catalog, "APPS", tmp_path)
    monkeypatch.setattr(catalog, "load_app", apps.__getitem__)
    with pytest.raises(SettingsError) as caught:
        catalog.load(read(apps=["a", "a-b", "c"]), "test")
    assert str(caught.value).startswith("2 problems")
    assert "'a-b-c'" in str(caught.value)


def test_the_derived_names_are_those_of_the_declared_resources() -> None:
    apps = catalog.load(read(apps=ALL_APPS), "test")
    assert catalog.collisions(apps) == []
    graph = program(apps=ALL_APPS)
    kinds = ("Deployment", "StatefulSet", "Job", "CronJob", "PersistentVolumeClaim")
    given = {resource.name for kind in kinds for resource in graph.of(kind) if not resource.name.startswith("slipway-")}
    derived = {(kind, name) for app in apps for kind, name, _ in catalog.derived_names(app)}
    assert {name for kind, name in derived if kind == "name"} == given
    rules = {rule.name for rule in graph.of("ListenerRule")}
    assert {f"balancer-{name}" for kind, name in derived if kind == "listener rule"} == rules
    assert {name for kind, name in derived if kind == "ConfigMap"} <= {config_map.name for config_map in graph.of("ConfigMap")}
