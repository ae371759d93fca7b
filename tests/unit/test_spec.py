"""What an app.py may not say, and what follows from what it says."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra import naming
from infra.aws.database import MASTER_USER
from infra.grants import GRANTS
from infra.spec import POD, App, ConfigFiles, MySql, Postgres, Redis, Service, SpecError
from tests.engine import ALL_APPS, STACKS, program, stack_config

database = MySql("database")


def app(*services: Service, stores: tuple[MySql | Postgres | Redis, ...] = ()) -> App:
    return App(name="shop", services=services, stores=stores)


@pytest.mark.parametrize(
    ("declare", "says"),
    [
        (lambda: app(Service("Web")), "name 'Web' must match"),
        (lambda: app(Service("web"), Service("web")), "name 'web' is used twice"),
        (lambda: app(Service("web", routes=("/",), host="Shop")), "name 'Shop' must match"),
        (lambda: app(Service("web", uses=(database,))), "uses 'database', which is not among"),
        (lambda: app(Service("web", port=0)), "port of service 'web' must be 1 to 65535, got 0"),
        (lambda: app(Service("web", port=99999)), "port of service 'web' must be 1 to 65535, got 99999"),
        (lambda: app(Service("web", routes=("api",))), "route 'api' must start with /"),
        (lambda: app(Service("web", routes=("/a*",))), "route '/a*' may contain only letters, digits"),
        (lambda: app(Service("web", routes=("/a?c",))), "route '/a?c' may contain only letters, digits"),
        (lambda: app(Service("web", routes=("/" + "a" * 126,))), "must have at most 126 characters, got 127"),
        (lambda: app(Service("a", routes=("/",)), Service("b", routes=("/",))), "route '/' is given twice for host 'shop'"),
        (lambda: app(Service("web", sticky=True)), "service 'web' has a host or is sticky, but has no routes"),
        (lambda: app(Service("web", host="www")), "service 'web' has a host or is sticky, but has no routes"),
        (lambda: app(Service("web", settings={"mode": "x"})), "variable 'mode' of service 'web' must match"),
        (lambda: app(Service("web", settings={"PORT": "1"})), "variable 'PORT' of service 'web' is given by the platform"),
        (
            lambda: app(Service("web", uses=(database,), settings={"DATABASE_HOST": "x"}), stores=(database,)),
            "variable 'DATABASE_HOST' of service 'web' is given by the platform",
        ),
        (
            lambda: app(Service("web", settings={"KEY": "x"}, secrets=("KEY",))),
            "variable 'KEY' of service 'web' is both a setting and a secret",
        ),
        (
            lambda: app(Service("web", files=(ConfigFiles("conf", mount_path="etc"),))),
            "must be mounted at an absolute path, got 'etc'",
        ),
        (lambda: app(stores=(Redis("redis", volume_gib=0),)), "volume_gib of store 'redis' must be 1 to"),
        (lambda: app(stores=(MySql("a"), MySql("b"))), "stores 'a', 'b' are all on RDS, where an app has one schema"),
    ],
)
def test_invalid_specs_are_rejected_with_a_reason(declare: Callable[[], App], says: str) -> None:
    with pytest.raises(SpecError) as caught:
        declare()
    assert says in str(caught.value)
    assert str(caught.value).startswith("apps/shop/app.py: ")


@pytest.mark.parametrize("name", [*sorted(naming.TAKEN), "kube-proxy", "pg-admin", "rdsadmin", GRANTS])
def test_an_app_cannot_have_a_name_that_the_platform_uses(name: str) -> None:
    with pytest.raises(SpecError, match=rf"name '{name}' is taken: .*Fix: give the app and its folder another name"):
        App(name=name, services=())


def test_the_programs_own_names_are_reserved() -> None:
    """In Kubernetes, on the database server, among the images and in stack config."""
    graph = program(apps=ALL_APPS)
    namespaces = {resource.inputs["metadata"]["name"] for resource in graph.of("Namespace")}
    providers = {
        resource.typ.removeprefix("pulumi:providers:")
        for resource in graph.resources
        if resource.typ.startswith("pulumi:providers:")
    }
    packages = {resource.typ.split(":")[0] for resource in graph.resources if not resource.typ.startswith("pulumi:")}
    images = {resource.name.removeprefix("images-").split("-")[0] for resource in graph.of("Image")}
    files = {key.split(":")[0] for stack in STACKS for key in stack_config(stack)}
    own = (namespaces | images | files) - set(ALL_APPS) | providers | packages | {MASTER_USER, naming.schema(MASTER_USER)}
    assert {"aws", "kubernetes", "pulumi", "slipway", GRANTS} <= own
    assert {name for name in own if naming.app_problem(name) is None} == set()


@pytest.mark.parametrize("name", [*ALL_APPS, "shop", "kubernetes-guide", "awsome"])
def test_all_other_app_names_are_valid(name: str) -> None:
    assert naming.app_problem(name) is None


def test_all_problems_of_a_spec_are_reported_together() -> None:
    with pytest.raises(SpecError) as caught:
        app(Service("Web", host="www"), Service("api", routes=("api",)))
    assert len(str(caught.value).splitlines()) == 3


def test_two_hosts_may_have_the_same_route() -> None:
    shop = app(Service("web", routes=("/",)), Service("admin", routes=("/",), host="admin"), Service("worker"))
    assert shop.hosts == ("admin", "shop")


def test_a_secret_that_two_services_share_is_required_once() -> None:
    store = MySql("main-store", on=POD)
    shop = app(Service("a", uses=(store,), secrets=("JWT_KEY",)), Service("b", secrets=("JWT_KEY",)), stores=(store,))
    assert shop.secret_keys == ("main_store_password", "jwt_key")


@given(st.permutations(range(4)))
def test_a_service_starts_after_all_that_it_uses(order: list[int]) -> None:
    api = Service("api")
    search = Service("search", uses=(api,))
    web = Service("web", uses=(search, api))
    gateway = Service("gateway", uses=(web,))
    services = (api, search, web, gateway)
    started = app(*(services[index] for index in order)).in_order_of_start
    for service in services:
        assert all(started.index(used) < started.index(service) for used in service.services)
