"""What an app.py may not say, and what follows from what it says."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.spec import POD, App, ConfigFiles, MySql, Postgres, Redis, Service, SpecError

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
        (lambda: app(Service("web", routes=("api",))), "route 'api' must start with /"),
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
        (lambda: app(Service("web", files=(ConfigFiles("conf", at="etc"),))), "must be mounted at an absolute path, got 'etc'"),
        (lambda: app(stores=(Redis("redis", volume_gib=0),)), "volume_gib of store 'redis' must be 1 to"),
        (lambda: app(stores=(MySql("a"), MySql("b"))), "stores 'a', 'b' are all on RDS, where an app has one schema"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(declare: Callable[[], App], says: str) -> None:
    with pytest.raises(SpecError) as caught:
        declare()
    assert says in str(caught.value)
    assert str(caught.value).startswith("apps/shop/app.py: ")


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(SpecError) as caught:
        app(Service("Web", host="www"), Service("api", routes=("api",)))
    assert len(str(caught.value).splitlines()) == 3


def test_two_hosts_may_have_the_same_route() -> None:
    shop = app(Service("web", routes=("/",)), Service("admin", routes=("/",), host="admin"), Service("worker"))
    assert shop.hosts == ("admin", "shop")


def test_a_secret_that_two_services_share_is_asked_for_once() -> None:
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
