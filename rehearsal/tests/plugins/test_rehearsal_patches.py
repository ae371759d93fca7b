"""Tests of the Kubernetes provider with the rehearsal's API server: patches and slow deletions."""

import json
import threading
import time

import pytest
from pulumi.runtime.proto import provider_pb2 as pb

from rehearsal.plugins.kubernetes.values import UNKNOWN
from rehearsal.tests.plugins.conftest import Kubectl, config_map_inputs
from rehearsal.tests.plugins.engine import AnswerError, Engine

pytestmark = pytest.mark.rehearsal

CONFIG_MAP = "kubernetes:core/v1:ConfigMap"
PATCH = "kubernetes:core/v1:ConfigMapPatch"


def test_a_patch_shares_an_object_and_relinquishes_its_fields(engine: Engine, namespace: str, kubectl: Kubectl) -> None:
    kubectl("create", "configmap", "shared", "-n", namespace, "--from-literal=theirs=1")
    wanted = config_map_inputs(namespace, {"ours": "2"}, name="shared")
    patch = engine.create(PATCH, "ours", wanted)
    assert kubectl("get", "configmap", "shared", "-n", namespace, "-o", "json")["data"] == {"theirs": "1", "ours": "2"}
    engine.refresh(patch)
    assert engine.diff(patch, wanted).changes == pb.DiffResponse.DIFF_NONE
    engine.delete(patch)
    assert kubectl("get", "configmap", "shared", "-n", namespace, "-o", "json")["data"] == {"theirs": "1"}


def test_a_patch_takes_a_field_over_only_by_force(engine: Engine, namespace: str, kubectl: Kubectl) -> None:
    theirs = config_map_inputs(namespace, {"mode": "theirs"}, name="contested")
    kubectl("apply", "--server-side", "--field-manager=them", "-f", "-", stdin=json.dumps(theirs))
    ours = config_map_inputs(namespace, {"mode": "ours"}, name="contested")
    with pytest.raises(AnswerError, match='conflict with "them"'):
        engine.create(PATCH, "contested", ours)
    ours["metadata"]["annotations"] = {"pulumi.com/patchForce": "true"}
    engine.create(PATCH, "contested", ours)
    live = kubectl("get", "configmap", "contested", "-n", namespace, "-o", "json")
    assert live["data"] == {"mode": "ours"}


def test_deleting_a_patch_of_a_missing_object_creates_an_empty_one(engine: Engine, namespace: str, kubectl: Kubectl) -> None:
    # As in Pulumi's provider, which relinquishes fields without reading the object.
    patch = engine.create(PATCH, "ghost", config_map_inputs(namespace, {"a": "b"}, name="ghost"))
    kubectl("delete", "configmap", "ghost", "-n", namespace)
    engine.delete(patch)
    assert "data" not in kubectl("get", "configmap", "ghost", "-n", namespace, "-o", "json")


def test_a_preview_of_a_new_patch_sends_no_request(engine: Engine) -> None:
    tried = engine.create(PATCH, "blind", config_map_inputs("no-such-namespace", {"a": UNKNOWN}, name="x"), preview=True)
    assert "uid" not in tried.outputs["metadata"]


def test_a_deletion_that_times_out_warns_of_finalizers_and_keeps_the_state(
    engine: Engine, namespace: str, kubectl: Kubectl
) -> None:
    held = engine.create(CONFIG_MAP, "held", config_map_inputs(namespace, {}, finalizers=["example.org/hold"]))
    with pytest.raises(AnswerError, match="timed out waiting for the condition") as failed:
        engine.delete(held, timeout=1)
    assert failed.value.partial is not None
    assert "finalizers might be preventing deletion (example.org/hold)" in engine.log.warnings
    name = held.id.split("/")[1]
    kubectl("patch", "configmap", "-n", namespace, name, "--type=merge", "-p", '{"metadata": {"finalizers": null}}')
    engine.delete(held)
    assert not engine.refresh(held)


def test_a_cancelled_wait_ends_at_once(engine: Engine, namespace: str, kubectl: Kubectl) -> None:
    held = engine.create(CONFIG_MAP, "cancelled", config_map_inputs(namespace, {}, finalizers=["example.org/hold"]))
    threading.Timer(1, engine.cancel).start()
    started = time.monotonic()
    with pytest.raises(AnswerError):
        engine.delete(held)
    assert time.monotonic() - started < 30, "without the cancellation it waits for a minute"
    name = held.id.split("/")[1]
    kubectl("patch", "configmap", "-n", namespace, name, "--type=merge", "-p", '{"metadata": {"finalizers": null}}')
