"""Tests of timeouts and of settled endpoints."""

from dataclasses import dataclass, field

import pytest

from rehearsal.plugins.kubernetes.readiness import View
from rehearsal.plugins.kubernetes.values import Object
from rehearsal.plugins.kubernetes.waits import Deadline, Settled, readiness_of, seconds


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def seen(version: str) -> Object:
    return {"metadata": {"resourceVersion": version}}


def test_a_timeout_is_counted_from_the_beginning() -> None:
    clock = Clock()
    deadline = Deadline({"kind": "Deployment"}, 20, clock)
    clock.now = 19
    deadline.observe(seen("2"))
    assert not deadline.has_passed()
    clock.now = 20
    assert deadline.has_passed()


def test_the_timeout_of_a_job_restarts_with_each_event() -> None:
    clock = Clock()
    deadline = Deadline({"kind": "Job"}, 20, clock)
    clock.now = 19
    deadline.observe(seen("2"))
    clock.now = 38
    assert not deadline.has_passed()
    clock.now = 39
    assert deadline.has_passed()


def test_a_timeout_of_a_job_above_one_minute_never_passes() -> None:
    clock = Clock()
    deadline = Deadline({"kind": "Job"}, 90, clock)
    for _ in range(1000):
        clock.now += 1
        deadline.observe(seen("1"))
        assert not deadline.has_passed()


def test_the_timeout_of_a_claim_is_always_five_minutes() -> None:
    clock = Clock()
    deadline = Deadline({"kind": "PersistentVolumeClaim"}, 900, clock)
    clock.now = 300
    assert deadline.has_passed()


@pytest.mark.parametrize(("option", "annotated", "wanted"), [(5, "7", 5), (0, "7", 7), (0, "soon", 600), (0, None, 600)])
def test_the_option_overrides_the_annotation(option: float, annotated: str | None, wanted: float) -> None:
    annotations = {"pulumi.com/timeoutSeconds": annotated} if annotated else {}
    assert seconds({"metadata": {"annotations": annotations}}, option) == wanted


@dataclass
class Endpoints:
    """A cluster whose only object is a Service's endpoints."""

    version: str | None = None
    subsets: list[Object] = field(default_factory=list)

    def get(self, api_version: str, kind: str, name: str, namespace: str | None) -> Object | None:
        return seen(self.version) | {"subsets": self.subsets} if self.version else None

    def select(self, api_version: str, kind: str, namespace: str | None, **query: str) -> list[Object]:
        return []


SERVICE: Object = {"kind": "Service", "metadata": {"name": "web"}, "spec": {"selector": {"a": "b"}}}


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_service_is_ready_ten_seconds_after_its_endpoints_appeared(clock: Clock) -> None:
    found = Endpoints()
    settled, view = Settled(clock), View(cluster=found)
    clock.now = 100
    assert settled(SERVICE, view), "its endpoints have not been seen"
    found.version = "1"
    assert settled(SERVICE, view)
    clock.now = 109
    assert settled(SERVICE, view)
    clock.now = 110
    assert settled(SERVICE, view) is None


def test_changed_endpoints_are_settled_when_ten_seconds_end_after_the_change(clock: Clock) -> None:
    found = Endpoints(version="1")
    settled, view = Settled(clock), View(cluster=found)
    settled(SERVICE, view)
    clock.now, found.version = 9, "2"
    assert settled(SERVICE, view)
    clock.now = 10
    assert settled(SERVICE, view) is None, "the ten seconds of the first event end after the second"
    clock.now, found.version = 19.5, "3"
    assert settled(SERVICE, view)


def test_a_service_with_unready_pods_is_never_ready(clock: Clock) -> None:
    found = Endpoints(version="1", subsets=[{"notReadyAddresses": [{"ip": "10.0.0.1"}]}])
    settled, view = Settled(clock), View(cluster=found)
    settled(SERVICE, view)
    clock.now = 1000
    assert "does not target any Pods" in str(settled(SERVICE, view))


def test_skip_await_disables_the_wait() -> None:
    live = {"kind": "Job", "metadata": {"annotations": {"pulumi.com/skipAwait": "true"}}}
    assert readiness_of(live) is None


@pytest.mark.parametrize("kind", ["Namespace", "CustomResourceDefinition", "NodePool", "ConfigMap"])
def test_kinds_without_a_rollout_are_not_awaited(kind: str) -> None:
    assert readiness_of({"kind": kind, "metadata": {}}) is None


def test_an_annotation_can_list_several_expressions() -> None:
    both = '["condition=Ready", "jsonpath={.status.phase}=Up"]'
    ready = readiness_of({"kind": "Gadget", "metadata": {"annotations": {"pulumi.com/waitFor": both}}})
    assert ready is not None
    up = {"status": {"phase": "Up", "conditions": [{"type": "Ready", "status": "True"}]}}
    assert ready(up, View(cluster=Endpoints())) is None
    assert ready({"status": {"phase": "Up"}}, View(cluster=Endpoints()))
