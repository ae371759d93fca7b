"""Tests of the rounds of controllers: what starts one, and that every kind that a round reads is watched."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kubernetes.client.exceptions import ApiException
from kubernetes.dynamic.exceptions import ResourceNotFoundError

from rehearsal.controllers import bindings, loop, network_policies, volumes
from rehearsal.controllers.api import Object
from rehearsal.controllers.bindings import HEALTH_INTERVAL_SECONDS, Binder
from rehearsal.controllers.loop import RESYNC_SECONDS, RETRY_SECONDS, Controller, Kind
from rehearsal.controllers.volumes import Provisioner

ARN = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/1"
BINDING: Object = {
    "apiVersion": bindings.API_VERSION,
    "kind": "TargetGroupBinding",
    "metadata": {"name": "web", "namespace": "shop", "finalizers": [bindings.FINALIZER]},
    "spec": {"targetGroupARN": ARN, "targetType": "ip", "serviceRef": {"name": "web", "port": 80}},
}
SERVICE: Object = {"metadata": {"name": "web", "namespace": "shop"}, "spec": {"ports": [{"name": "http", "port": 80}]}}
SLICE: Object = {
    "metadata": {"name": "web-1", "namespace": "shop", "labels": {"kubernetes.io/service-name": "web"}},
    "ports": [{"name": "http", "port": 8080}],
    "endpoints": [{"addresses": ["10.244.0.9"], "conditions": {"ready": True}}],
}


class ApiDouble:
    """A client whose objects are in memory; it records the kinds that are read."""

    def __init__(self, objects: dict[Kind, list[Object]]) -> None:
        self.objects = objects
        self.read: set[Kind] = set()

    def items(self, api_version: str, kind: str) -> list[Object]:
        self.read.add((api_version, kind))
        return self.objects.get((api_version, kind), [])


class LoadBalancers:
    """ELBv2 with one target group whose registered targets have a health."""

    class exceptions:  # noqa: N801  # boto3's name
        class TargetGroupNotFoundException(Exception):  # noqa: N818
            pass

    def __init__(self, health: str) -> None:
        self.health = health
        self.targets: list[Any] = []

    def describe_target_health(self, **_: str) -> dict[str, Any]:
        return {"TargetHealthDescriptions": [{"Target": each, "TargetHealth": {"State": self.health}} for each in self.targets]}

    def register_targets(self, *, Targets: list[Any], **_: str) -> None:  # noqa: N803
        self.targets += Targets


@pytest.fixture
def shop() -> ApiDouble:
    return ApiDouble(
        {
            (bindings.API_VERSION, "TargetGroupBinding"): [BINDING],
            ("v1", "Service"): [SERVICE],
            ("discovery.k8s.io/v1", "EndpointSlice"): [SLICE],
        }
    )


def test_health_is_read_often_until_all_targets_are_healthy(shop: ApiDouble) -> None:
    balancers = LoadBalancers("initial")
    binder = Binder(shop, balancers)  # type: ignore[arg-type]
    assert binder.sync() == RETRY_SECONDS, "the target was just registered"
    assert balancers.targets == [{"Id": "10.244.0.9", "Port": 8080}]
    assert binder.sync() == RETRY_SECONDS
    balancers.health = "healthy"
    assert binder.sync() == HEALTH_INTERVAL_SECONDS
    balancers.health = "unhealthy"
    assert binder.sync() == RETRY_SECONDS


def test_every_kind_that_bindings_and_volumes_read_is_watched(shop: ApiDouble, tmp_path: Path) -> None:
    Binder(shop, LoadBalancers("healthy")).sync()  # type: ignore[arg-type]
    assert shop.read == set(bindings.KINDS)
    storage_class = {"metadata": {"name": "ebs"}, "provisioner": volumes.PROVISIONER}
    storage = ApiDouble({("storage.k8s.io/v1", "StorageClass"): [storage_class]})
    Provisioner(storage, tmp_path).sync()  # type: ignore[arg-type]
    assert storage.read == set(volumes.KINDS)


def test_each_kind_has_one_watch_that_wakes_all_its_controllers() -> None:
    controllers = [
        Controller(name=module.__name__, kinds=module.KINDS, sync=lambda: RESYNC_SECONDS)
        for module in (bindings, volumes, network_policies)
    ]
    first, second, third = (controller.changed for controller in controllers)
    events = loop.watched_kinds(controllers)
    assert set(events) == {kind for controller in controllers for kind in controller.kinds}
    assert events[("v1", "Pod")] == [first, third]
    assert events[("v1", "PersistentVolumeClaim")] == [second]


@pytest.mark.parametrize("error", [ApiException(status=503), ResourceNotFoundError("not served yet")], ids=str)
def test_a_transient_error_is_tried_again_soon(error: Exception) -> None:
    def fail() -> float:
        raise error

    assert loop.sync_once(Controller(name="x", kinds=(), sync=fail)) == RETRY_SECONDS


def test_a_change_during_a_round_starts_another_one() -> None:
    changed = threading.Event()

    def sync() -> float:
        changed.set()
        return RESYNC_SECONDS

    controller = Controller(name="x", kinds=(), sync=sync, changed=changed)
    assert loop.sync_once(controller) == RESYNC_SECONDS
    assert changed.is_set()


def test_a_watch_sets_its_events_and_connects_again_after_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    class Server:
        """An API server that reports one change and then ends the connection with an error."""

        def changes(self, *_: Any) -> Iterator[None]:
            yield
            raise ApiException(status=410)

    changed = [threading.Event(), threading.Event()]
    connections = 0

    def connect() -> Any:
        nonlocal connections
        connections += 1
        if connections == 1:
            raise ApiException(status=503)
        if changed[0].is_set():
            raise SystemExit
        return Server()

    monkeypatch.setattr(loop.watch.retry, "sleep", lambda _: None)
    with pytest.raises(SystemExit):
        loop.watch(connect, ("v1", "Pod"), changed)
    assert connections == 3
    assert all(event.is_set() for event in changed)
