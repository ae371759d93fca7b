"""Tests of creates with the rehearsal's API server: existing objects, missing namespaces and kinds."""

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from rehearsal import paths
from rehearsal.tests.plugins.conftest import Kubectl, config_map_inputs
from rehearsal.tests.plugins.engine import REAL, AnswerError, Engine

pytestmark = pytest.mark.rehearsal

UPSERT = "PULUMI_K8S_UPSERT_EXISTING_OBJECTS"
CONFIG_MAP = "kubernetes:core/v1:ConfigMap"
GADGET = "kubernetes:plugins-test.example.org/v1:Gadget"


def test_an_existing_object_is_not_taken_over(engine: Engine, namespace: str, kubectl: Kubectl) -> None:
    kubectl("create", "configmap", "theirs", "-n", namespace, "--from-literal=mode=theirs")
    ours = config_map_inputs(namespace, {"mode": "ours"}, name="theirs")
    assert engine.create(CONFIG_MAP, "ours", ours, preview=True).outputs["data"] == {"mode": "ours"}, "a preview passes it"
    with pytest.raises(AnswerError, match=r'configmaps "theirs" already exists(.|\n)*upsertExistingObjects') as refused:
        engine.create(CONFIG_MAP, "ours", ours)
    assert refused.value.partial is None, "nothing may be kept in the state: the object is somebody else's"
    assert kubectl("get", "configmap", "theirs", "-n", namespace, "-o", "json")["data"] == {"mode": "theirs"}


def test_an_existing_object_is_taken_over_with_upsert(namespace: str, kubectl: Kubectl) -> None:
    ours = config_map_inputs(namespace, {"mode": "ours"}, name="left-over")
    upserting = Engine(paths.KUBECONFIG.read_text(), environment={UPSERT: "true"})
    try:
        first = upserting.create(CONFIG_MAP, "left-over", ours)
        again = upserting.create(CONFIG_MAP, "left-over", ours)
        assert again.id == first.id
        upserting.delete(again)
    finally:
        upserting.stop()


def test_an_upsert_over_an_interrupted_create_with_other_values_requires_force(
    engine: Engine, namespace: str, kubectl: Kubectl
) -> None:
    # This happens after an interrupted `up` if the program has changed since.
    engine.create(CONFIG_MAP, "half", config_map_inputs(namespace, {"mode": "old"}, name="half"))
    upserting = Engine(paths.KUBECONFIG.read_text(), environment={UPSERT: "true"})
    try:
        with pytest.raises(AnswerError, match='conflict with "pulumi-kubernetes"'):
            upserting.create(CONFIG_MAP, "half", config_map_inputs(namespace, {"mode": "new"}, name="half"))
        upserting.create(CONFIG_MAP, "half", config_map_inputs(namespace, {"mode": "old"}, name="half"))
    finally:
        upserting.stop()
    forcing = {UPSERT: "true", "PULUMI_K8S_ENABLE_PATCH_FORCE": "true"}
    forced = Engine(paths.KUBECONFIG.read_text(), environment=forcing)
    try:
        healed = forced.create(CONFIG_MAP, "half", config_map_inputs(namespace, {"mode": "new"}, name="half"))
        assert healed.outputs["data"] == {"mode": "new"}
        forced.delete(healed)
    finally:
        forced.stop()


def test_the_logical_name_is_used_unchanged(engine: Engine, namespace: str) -> None:
    with pytest.raises(AnswerError, match="Invalid value"):
        engine.create(CONFIG_MAP, "Settings", config_map_inputs(namespace, {}))


def test_an_object_waits_for_its_namespace(engine: Engine, kubectl: Kubectl) -> None:
    threading.Timer(2, kubectl, ("create", "namespace", "plugins-test-late")).start()
    made = engine.create(CONFIG_MAP, "early", config_map_inputs("plugins-test-late", {}))
    assert made.id.startswith("plugins-test-late/early-")
    kubectl("delete", "namespace", "plugins-test-late")


@pytest.fixture
def late_kind(kubectl: Kubectl) -> Iterator[str]:
    """Return a custom resource definition as JSON without creating it."""
    spec = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    schema = {"openAPIV3Schema": {"type": "object", "properties": {"spec": spec}}}
    names = {"plural": "gadgets", "singular": "gadget", "kind": "Gadget", "listKind": "GadgetList"}
    version = {"name": "v1", "served": True, "storage": True, "schema": schema}
    yield json.dumps(
        {
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "metadata": {"name": "gadgets.plugins-test.example.org"},
            "spec": {"group": "plugins-test.example.org", "names": names, "scope": "Cluster", "versions": [version]},
        }
    )
    kubectl("delete", "crd", "gadgets.plugins-test.example.org", "--ignore-not-found")


def test_an_object_waits_for_its_kind(engine: Engine, late_kind: str, kubectl: Kubectl) -> None:
    gadget: dict[str, Any] = {"apiVersion": "plugins-test.example.org/v1", "kind": "Gadget", "metadata": {"name": "a"}}
    threading.Timer(4, kubectl, ("apply", "-f", "-"), {"stdin": late_kind}).start()
    made = engine.create(GADGET, "a", gadget | {"spec": {"size": 1}})
    assert made.id == "a", "the namespace that the provider had to assume is not kept"
    assert not engine.diff(made, gadget | {"spec": {"size": 1}}).replaces
    engine.delete(made)


@pytest.mark.skipif(bool(REAL), reason="Pulumi's own provider leaves a misspelt field out and says nothing")
def test_a_misspelt_field_is_refused_at_once(engine: Engine, namespace: str) -> None:
    """Stricter than Pulumi's provider, with which the server drops the field without an error."""
    misspelt = config_map_inputs(namespace, {}) | {"imutable": True}
    with pytest.raises(AnswerError, match='unknown field "imutable"'):
        engine.create(CONFIG_MAP, "misspelt", misspelt)
