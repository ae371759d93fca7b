"""Tests of the provider's operations on a cluster in memory."""

import threading
from dataclasses import dataclass, field
from typing import Any

import pytest

from rehearsal.plugins.kubernetes import rollout
from rehearsal.plugins.kubernetes.answers import InitializationError, ProviderError
from rehearsal.plugins.kubernetes.checks import Checks
from rehearsal.plugins.kubernetes.connection import ClusterError, Connection, RefusedError
from rehearsal.plugins.kubernetes.diff import UNREADY
from rehearsal.plugins.kubernetes.objects import Objects, ResourceRequest
from rehearsal.plugins.kubernetes.requests import Options, options
from rehearsal.plugins.kubernetes.values import UNKNOWN, Object, from_struct
from rehearsal.tests.plugins.cluster_double import ClusterDouble

URN = "urn:pulumi:test::test::kubernetes:core/v1:ConfigMap::settings"
PATCH_URN = "urn:pulumi:test::test::kubernetes:core/v1:ConfigMapPatch::settings"


@dataclass
class HostDouble:
    warnings: list[str] = field(default_factory=list)

    def warn(self, urn: str, text: str, *, ephemeral: bool = False) -> None:
        self.warnings.append(text)


@pytest.fixture
def cluster() -> ClusterDouble:
    return ClusterDouble()


@pytest.fixture
def host() -> HostDouble:
    return HostDouble()


@pytest.fixture
def objects(cluster: ClusterDouble, host: HostDouble, monkeypatch: pytest.MonkeyPatch) -> Objects:
    """Make retries wait no time."""
    cancelled = threading.Event()
    monkeypatch.setattr(cancelled, "wait", lambda timeout: cancelled.is_set())
    return Objects(cluster, host, cancelled, Options())  # type: ignore[arg-type]


def config_map(**fields: Any) -> Object:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "namespace": "n"}, **fields}


def state(**fields: Any) -> Object:
    return config_map(**fields) | {"__inputs": config_map(**fields), "__fieldManager": "ours"}


def forbidden() -> RefusedError:
    return RefusedError(403, "denied by a webhook", "Forbidden")


def test_a_create_is_retried_until_its_kind_and_namespace_exist(objects: Objects, cluster: ClusterDouble) -> None:
    cluster.unserved = 3
    cluster.refusals["create"] = [RefusedError(404, 'namespaces "n" not found', "NotFound")] * 2
    assert objects.create(ResourceRequest(urn=URN, inputs=config_map(), state={}))["metadata"]["name"] == "a"


def test_a_create_fails_after_six_attempts(objects: Objects, cluster: ClusterDouble) -> None:
    cluster.unserved = 6
    with pytest.raises(ProviderError, match="the apiVersion for this resource does not exist"):
        objects.create(ResourceRequest(urn=URN, inputs=config_map(), state={}))
    assert cluster.unserved == 0
    assert not cluster.calls


def test_an_existing_object_fails_a_create_and_passes_a_preview(objects: Objects, cluster: ClusterDouble) -> None:
    cluster.objects["a"] = config_map(data={"mode": "theirs"})
    wanted = ResourceRequest(urn=URN, inputs=config_map(), state={})
    assert objects.preview_create(wanted) is None
    with pytest.raises(ProviderError, match="already exists"):
        objects.create(wanted)
    assert cluster.objects["a"]["data"] == {"mode": "theirs"}


@pytest.mark.parametrize(
    ("force", "call"), [(False, "apply force=False dry_run=False"), (True, "apply force=True dry_run=False")]
)
def test_an_existing_object_is_taken_over_with_upsert(force: bool, call: str, cluster: ClusterDouble, host: HostDouble) -> None:
    cluster.objects["a"] = config_map()
    upserting = Objects(cluster, host, threading.Event(), Options(upsert=True, force=force))  # type: ignore[arg-type]
    upserting.create(ResourceRequest(urn=URN, inputs=config_map(), state={}))
    assert cluster.calls == [call]


@pytest.mark.parametrize(
    ("arguments", "environment", "upserts"),
    [
        ({}, {}, False),
        ({"upsertExistingObjects": True}, {}, True),
        ({"upsertExistingObjects": "true"}, {}, True),
        ({}, {"PULUMI_K8S_UPSERT_EXISTING_OBJECTS": "true"}, True),
        ({"upsertExistingObjects": False}, {"PULUMI_K8S_UPSERT_EXISTING_OBJECTS": "true"}, False),
    ],
)
def test_the_arguments_of_the_provider_override_the_environment(
    arguments: Object, environment: dict[str, str], upserts: bool
) -> None:
    assert options(arguments, environment) == Options(upsert=upserts)


def test_a_preview_passes_if_the_server_forbids_the_request(objects: Objects, cluster: ClusterDouble) -> None:
    cluster.objects["b"] = config_map()
    cluster.refusals = {"create": [forbidden()], "apply force=False dry_run=True": [forbidden()]}
    assert objects.preview_create(ResourceRequest(urn=URN, inputs=config_map(), state={})) is None
    cluster.objects["a"] = config_map()
    assert objects.update(ResourceRequest(urn=URN, inputs=config_map(data={"a": "b"}), state=state()), preview=True) is None


def test_a_preview_of_a_new_patch_sends_no_request(objects: Objects, cluster: ClusterDouble) -> None:
    assert objects.preview_create(ResourceRequest(urn=PATCH_URN, inputs=config_map(), state={})) is None
    assert objects.preview_create(ResourceRequest(urn=URN, inputs=config_map(data={"a": UNKNOWN}), state={})) is None
    assert not cluster.calls


@pytest.mark.parametrize("preview", [True, False])
def test_an_update_of_a_missing_object_fails_and_creates_nothing(preview: bool, objects: Objects, cluster: ClusterDouble) -> None:
    with pytest.raises(ProviderError, match=r'configmaps "a" not found(.|\n)*unable to get cluster state'):
        objects.update(ResourceRequest(urn=URN, inputs=config_map(data={"a": "b"}), state=state()), preview=preview)
    assert not cluster.calls


def test_a_refused_update_leaves_the_new_inputs_and_the_live_object_in_the_state(
    objects: Objects, cluster: ClusterDouble
) -> None:
    cluster.objects["a"] = config_map(data={"mode": "old"})
    cluster.refusals["apply force=False dry_run=False"] = [RefusedError(422, "field is immutable", "Invalid")]
    with pytest.raises(InitializationError, match="field is immutable") as failed:
        objects.update(ResourceRequest(urn=URN, inputs=config_map(data={"mode": "new"}), state=state(data={"mode": "old"})))
    kept = from_struct(failed.value.detail.properties)
    assert kept["__inputs"]["data"] == {"mode": "new"}
    assert kept["data"] == {"mode": "old"}


def test_a_resource_with_a_new_manager_relinquishes_the_fields_of_the_old_one(objects: Objects, cluster: ClusterDouble) -> None:
    cluster.objects["a"] = config_map()
    inputs = config_map()
    inputs["metadata"] = inputs["metadata"] | {"annotations": {"pulumi.com/patchFieldManager": "mine"}}
    objects.update(ResourceRequest(urn=URN, inputs=inputs, state=state()))
    assert cluster.calls[-1] == "relinquish ours"


def test_a_deleted_patch_relinquishes_its_fields_without_reading_the_object(objects: Objects, cluster: ClusterDouble) -> None:
    objects.delete(ResourceRequest(urn=PATCH_URN, inputs={}, state=state()), "n/a")
    assert cluster.calls == ["relinquish ours"]


def test_the_deletion_of_a_custom_resource_is_awaited_even_with_skip_await(
    objects: Objects, cluster: ClusterDouble, host: HostDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rollout.Rollout, "_is_deleted", lambda *_: False)
    meta = {"name": "a", "annotations": {"pulumi.com/skipAwait": "true"}, "finalizers": ["example.org/hold"]}
    held = {"apiVersion": "example.org/v1", "kind": "Gadget", "metadata": meta}
    with pytest.raises(InitializationError, match="timed out waiting for the condition"):
        objects.delete(ResourceRequest(urn=URN, inputs={}, state=held | {"__inputs": held}, timeout=0.01), "a")
    assert host.warnings == ["finalizers might be preventing deletion (example.org/hold)"]
    job = held | {"kind": "Job"}
    objects.delete(ResourceRequest(urn=URN, inputs={}, state=job | {"__inputs": job}, timeout=0.01), "a")


def test_an_unreachable_cluster_is_an_error_with_the_fix_for_a_deleted_cluster(
    objects: Objects, cluster: ClusterDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster.connection.unreachable = "no route"
    wanted = ResourceRequest(urn=URN, inputs=config_map(), state=state())
    for ask in (objects.read, objects.delete):
        with pytest.raises(ProviderError, match="PULUMI_K8S_DELETE_UNREACHABLE"):
            ask(wanted, "n/a")
    assert objects.preview_create(wanted) is None
    monkeypatch.setenv("PULUMI_K8S_DELETE_UNREACHABLE", "true")
    assert objects.read(wanted, "n/a") is None
    objects.delete(wanted, "n/a")
    assert not cluster.calls


def test_a_server_without_a_schema_at_the_start_stays_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[str] = []

    def request(self: Connection, method: str, path: str) -> Object:
        served.append(path)
        if path.startswith("/openapi"):
            raise ClusterError("not yet")
        return {}

    connection = Connection(None)
    with monkeypatch.context() as early:
        early.setattr(Connection, "request", request)
        connection.check_reachable()
    assert served == ["/openapi/v2"]
    with pytest.raises(ClusterError, match="cluster is unreachable: unable to load schema information"):
        connection.request("GET", "/api")


def job(*conditions: Object, **status: Any) -> Object:
    meta = {"name": "migrate", "namespace": "n", "annotations": {"pulumi.com/replaceUnready": "true"}}
    found = {"apiVersion": "batch/v1", "kind": "Job", "metadata": meta, "spec": {}}
    return found | {"status": {"startTime": "t", "conditions": list(conditions), **status}}


COMPLETE = {"type": "Complete", "status": "True"}
FAILED = {"type": "Failed", "status": "True", "reason": "BackoffLimitExceeded"}


@pytest.mark.parametrize(
    ("now", "replaces"),
    [(job(), (UNREADY,)), (job(FAILED), (UNREADY,)), (job(COMPLETE), ()), (None, ())],
    ids=["runs", "failed", "complete", "gone"],
)
def test_the_readiness_of_a_job_is_read_from_the_cluster(now: Object | None, replaces: tuple[str, ...]) -> None:
    # The Job in the state is complete; `now` is the live one.
    cluster = ClusterDouble(objects={"migrate": now} if now else {})
    inputs = {key: value for key, value in job().items() if key != "status"}
    known = job(COMPLETE) | {"__inputs": inputs}
    assert Checks(cluster, "default").difference(URN, known, inputs, []).replaces == replaces  # type: ignore[arg-type]


def test_inputs_without_a_namespace_get_that_of_the_context() -> None:
    checks = Checks(ClusterDouble(), "team-a")  # type: ignore[arg-type]
    found = checks.checked(URN, bytes(32), {}, {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}})
    assert found["metadata"]["namespace"] == "team-a"
    with pytest.raises(ProviderError, match=r"require the `\.metadata\.name` field"):
        checks.checked(PATCH_URN, bytes(32), {}, {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {}})
