"""Tests of the Kubernetes provider with the rehearsal's API server: updates and fields of other managers."""

import json
from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2 as pb

from rehearsal.plugins.kubernetes.values import from_struct
from rehearsal.tests.plugins.conftest import Kubectl, config_map_inputs
from rehearsal.tests.plugins.engine import AnswerError, Engine, Resource

pytestmark = pytest.mark.rehearsal

CONFIG_MAP = "kubernetes:core/v1:ConfigMap"
DEPLOYMENT = "kubernetes:apps/v1:Deployment"


def labelled(namespace: str, value: str, **data: str) -> dict[str, Any]:
    return config_map_inputs(namespace, data or {"colour": "blue"}, labels={"mode": value})


def test_an_update_of_a_deleted_object_fails(engine: Engine, namespace: str, kubectl: Kubectl) -> None:
    made = engine.create(CONFIG_MAP, "gone", labelled(namespace, "a"))
    kubectl("delete", "configmap", "-n", namespace, made.id.split("/")[1])
    for preview in (True, False):
        with pytest.raises(AnswerError, match="not found") as failed:
            engine.update(made, labelled(namespace, "b"), preview=preview)
        assert failed.value.partial is None


def test_a_refused_update_keeps_the_new_inputs(engine: Engine, namespace: str, kubectl: Kubectl) -> None:
    # The next `up` compares the program with them.
    made = engine.create(CONFIG_MAP, "fixed", labelled(namespace, "a") | {"immutable": True})
    with pytest.raises(AnswerError, match="immutable") as refused:
        engine.update(made, labelled(namespace, "b", colour="red") | {"immutable": True})
    partial = refused.value.partial
    assert partial is not None
    assert not partial.HasField("inputs"), "the engine keeps the inputs of the operation"
    assert from_struct(partial.properties)["__inputs"]["data"] == {"colour": "red"}
    assert from_struct(partial.properties)["data"] == {"colour": "blue"}
    engine.delete(made)


def test_fields_that_kubectl_set_are_taken_over(engine: Engine, config_map: Resource, namespace: str, kubectl: Kubectl) -> None:
    name = config_map.id.split("/")[1]
    kubectl("patch", "configmap", "-n", namespace, name, "--type=merge", "-p", '{"metadata": {"labels": {"mode": "theirs"}}}')
    engine.update(config_map, labelled(namespace, "ours"))
    live = kubectl("get", "configmap", "-n", namespace, name, "-o", "json", "--show-managed-fields")
    assert live["metadata"]["labels"] == {"mode": "ours"}
    assert not [entry for entry in live["metadata"]["managedFields"] if entry["operation"] == "Update"]


def test_a_field_that_kubectl_added_is_removed_by_the_second_update(
    engine: Engine, config_map: Resource, namespace: str, kubectl: Kubectl
) -> None:
    # An example is the annotation of `kubectl rollout restart`, which the provider then removes.
    name = config_map.id.split("/")[1]
    kubectl("patch", "configmap", "-n", namespace, name, "--type=merge", "-p", '{"metadata": {"labels": {"theirs": "1"}}}')
    engine.update(config_map, labelled(namespace, "ours"))
    assert kubectl("get", "configmap", "-n", namespace, name, "-o", "json")["metadata"]["labels"] == {"mode": "ours"}


def test_a_field_of_another_manager_is_a_conflict(engine: Engine, config_map: Resource, namespace: str, kubectl: Kubectl) -> None:
    theirs = config_map_inputs(namespace, {}, name=config_map.id.split("/")[1], labels={"mode": "theirs"})
    kubectl("apply", "--server-side", "--field-manager=them", "-f", "-", stdin=json.dumps(theirs))
    with pytest.raises(AnswerError, match='conflict with "them"') as conflict:
        engine.update(config_map, labelled(namespace, "ours"))
    assert conflict.value.partial is not None


@pytest.fixture
def idle(namespace: str) -> dict[str, Any]:
    """Return a Deployment without a wait."""
    meta = {"namespace": namespace, "name": "idle", "annotations": {"pulumi.com/skipAwait": "true"}}
    template = {"metadata": {"labels": {"app": "idle"}}, "spec": {"containers": [{"name": "main", "image": "none.invalid/none"}]}}
    spec = {"replicas": 0, "selector": {"matchLabels": {"app": "idle"}}, "template": template}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta, "spec": spec}


def test_an_ignored_field_keeps_what_an_autoscaler_set(
    engine: Engine, namespace: str, idle: dict[str, Any], kubectl: Kubectl
) -> None:
    made = engine.create(DEPLOYMENT, "idle", idle)
    scaled = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "idle", "namespace": namespace}}
    kubectl(
        "apply",
        "--server-side",
        "--force-conflicts",
        "--field-manager=autoscaler",
        "-f",
        "-",
        stdin=json.dumps(scaled | {"spec": {"replicas": 2}}),
    )
    engine.refresh(made)
    ignored = ("spec.replicas",)
    assert engine.diff(made, idle, ignored=ignored).changes == pb.DiffResponse.DIFF_NONE
    changed = idle | {"spec": idle["spec"] | {"minReadySeconds": 1}}
    assert engine.update(made, changed, ignored=ignored)["spec"]["replicas"] == 2
    live = kubectl("get", "deployment", "idle", "-n", namespace, "-o", "json", "--show-managed-fields")
    entries = live["metadata"]["managedFields"]
    managers = [entry["manager"] for entry in entries if "f:replicas" in entry["fieldsV1"].get("f:spec", {})]
    assert managers == ["autoscaler"]
    engine.delete(made)


def test_equal_quantities_in_another_form_are_not_a_change(engine: Engine, idle: dict[str, Any]) -> None:
    container = idle["spec"]["template"]["spec"]["containers"][0]
    container["resources"] = {"limits": {"cpu": "1000m", "memory": "1024Mi"}, "requests": {"cpu": 0.5}}
    container["env"] = []
    idle["metadata"]["name"] = "sized"
    made = engine.create(DEPLOYMENT, "sized", idle)
    assert made.outputs["spec"]["template"]["spec"]["containers"][0]["resources"]["limits"] == {"cpu": "1", "memory": "1Gi"}
    assert engine.diff(made, idle).changes == pb.DiffResponse.DIFF_NONE
    engine.refresh(made)
    assert engine.diff(made, idle).changes == pb.DiffResponse.DIFF_NONE
    container["resources"]["limits"]["cpu"] = "2000m"
    assert list(engine.diff(made, idle).detailedDiff) == ["spec.template.spec.containers[0].resources.limits.cpu"]
    engine.delete(made)
