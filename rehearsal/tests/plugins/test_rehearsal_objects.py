"""Tests of the Kubernetes provider with the rehearsal's API server: objects that are ready at once."""

import json
from typing import Any

import pytest
import yaml
from pulumi.runtime.proto import provider_pb2 as pb

from rehearsal import paths
from rehearsal.plugins.kubernetes.values import UNKNOWN, is_secret, secret
from rehearsal.tests.plugins.conftest import Kubectl, config_map_inputs
from rehearsal.tests.plugins.engine import REAL, AnswerError, Engine, Resource

pytestmark = pytest.mark.rehearsal

CONFIG_MAP = "kubernetes:core/v1:ConfigMap"
SECRET = "kubernetes:core/v1:Secret"


def test_an_object_is_created_under_its_logical_name_and_then_unchanged(
    engine: Engine, config_map: Resource, namespace: str, kubectl: Kubectl
) -> None:
    assert config_map.id.startswith(f"{namespace}/settings-")
    live = kubectl("get", "configmap", "-n", namespace, config_map.id.split("/")[1], "-o", "json")
    assert live["data"] == {"colour": "blue"}
    again = config_map_inputs(namespace, {"colour": "blue"})
    assert engine.diff(config_map, again).changes == pb.DiffResponse.DIFF_NONE


def test_a_refresh_after_a_create_shows_no_changes(engine: Engine, config_map: Resource, namespace: str) -> None:
    assert engine.refresh(config_map)
    again = config_map_inputs(namespace, {"colour": "blue"})
    assert engine.diff(config_map, again).changes == pb.DiffResponse.DIFF_NONE


def test_a_refresh_shows_changes_by_other_clients(engine: Engine, config_map: Resource, namespace: str, kubectl: Kubectl) -> None:
    name = config_map.id.split("/")[1]
    kubectl("patch", "configmap", "-n", namespace, name, "--type=merge", "-p", '{"data": {"colour": "red"}}')
    engine.refresh(config_map)
    again = config_map_inputs(namespace, {"colour": "blue"})
    assert dict(engine.diff(config_map, again).detailedDiff).keys() == {"data.colour"}


def test_a_refresh_removes_a_deleted_object(engine: Engine, namespace: str, kubectl: Kubectl) -> None:
    made = engine.create(CONFIG_MAP, "short-lived", config_map_inputs(namespace, {}))
    kubectl("delete", "configmap", "-n", namespace, made.id.split("/")[1])
    assert not engine.refresh(made)
    engine.delete(made)


def test_labels_change_in_place(engine: Engine, config_map: Resource, namespace: str, kubectl: Kubectl) -> None:
    wanted = config_map_inputs(namespace, {"colour": "blue"}, labels={"app.kubernetes.io/name": "x"})
    assert not engine.diff(config_map, wanted).replaces
    engine.update(config_map, wanted)
    live = kubectl("get", "configmap", "-n", namespace, config_map.id.split("/")[1], "-o", "json")
    assert live["metadata"]["labels"] == {"app.kubernetes.io/name": "x"}


def test_changed_data_creates_a_new_object_before_the_old_one_is_deleted(
    engine: Engine, config_map: Resource, namespace: str
) -> None:
    diff = engine.diff(config_map, config_map_inputs(namespace, {"colour": "red"}))
    assert list(diff.replaces) == ["data.colour"]
    assert not diff.deleteBeforeReplace


def test_a_preview_names_the_object_and_does_not_create_it(engine: Engine, namespace: str, kubectl: Kubectl) -> None:
    tried = engine.create(CONFIG_MAP, "tried", config_map_inputs(namespace, {}), preview=True)
    assert tried.outputs["metadata"]["name"].startswith("tried-")
    assert "tried" not in kubectl("get", "configmap", "-n", namespace)


def test_a_preview_shows_what_the_api_server_would_reject(engine: Engine, namespace: str) -> None:
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"namespace": namespace}, "spec": {"containers": []}}
    with pytest.raises(AnswerError, match=r"spec.containers: Required value"):
        engine.create("kubernetes:core/v1:Pod", "none", pod, preview=True)


@pytest.mark.parametrize(
    "inputs",
    [
        config_map_inputs("not-there-yet", {"a": "b"}),
        config_map_inputs("default", {"a": UNKNOWN}),
        {"apiVersion": "example.org/v1", "kind": "Gadget", "metadata": {"name": "a"}},
    ],
    ids=["namespace", "value", "kind"],
)
def test_a_preview_passes_if_a_dry_run_is_not_possible(engine: Engine, inputs: dict[str, Any]) -> None:
    token = CONFIG_MAP if inputs["kind"] == "ConfigMap" else "kubernetes:example.org/v1:Gadget"
    tried = engine.create(token, "early", inputs, preview=True)
    assert tried.outputs["metadata"].get("uid") is None


def test_a_secret_is_in_the_cluster_and_nowhere_plain_in_the_state(engine: Engine, namespace: str, kubectl: Kubectl) -> None:
    inputs = {"apiVersion": "v1", "kind": "Secret", "metadata": {"namespace": namespace}, "stringData": {"password": "hunter2"}}
    made = engine.create(SECRET, "credentials", inputs)
    engine.refresh(made)
    name = made.id.split("/")[1]
    assert kubectl("get", "secret", "-n", namespace, name, "-o", "jsonpath={.data.password}") == "aHVudGVyMg=="
    assert is_secret(made.outputs["data"]), "the texts are kept as data, as the server keeps them"
    assert "stringData" not in made.inputs
    for kept in (made.inputs, made.outputs):
        assert not leaks(kept, "hunter2", "aHVudGVyMg==")
    assert engine.diff(made, inputs).changes == pb.DiffResponse.DIFF_NONE
    engine.delete(made)


def test_a_secret_in_any_object_stays_secret_in_the_state(engine: Engine, namespace: str) -> None:
    made = engine.create(CONFIG_MAP, "url", config_map_inputs(namespace, {"url": secret("https://u:hunter2@host")}))  # type: ignore[dict-item]
    assert is_secret(made.outputs["data"]["url"])
    assert not leaks(made.outputs, "hunter2")
    engine.delete(made)


def test_a_custom_resource_is_created_changed_and_deleted(engine: Engine) -> None:
    def pool(weight: int) -> dict[str, Any]:
        reference = {"group": "eks.amazonaws.com", "kind": "NodeClass", "name": "plugins-test"}
        spec = {"weight": weight, "template": {"spec": {"nodeClassRef": reference, "requirements": []}}}
        return {"apiVersion": "karpenter.sh/v1", "kind": "NodePool", "metadata": {"name": "plugins-test"}, "spec": spec}

    made = engine.create("kubernetes:karpenter.sh/v1:NodePool", "pool", pool(1))
    assert made.id == "plugins-test"
    assert engine.update(made, pool(2))["spec"]["weight"] == 2
    engine.delete(made)
    assert not engine.refresh(made)


@pytest.mark.skipif(bool(REAL), reason="the plugin to compare with was built without a schema, which imports need")
def test_an_object_is_imported_by_its_id(engine: Engine, config_map: Resource) -> None:
    imported = Resource(CONFIG_MAP, "imported", id=config_map.id)
    assert engine.refresh(imported)
    assert imported.inputs["data"] == {"colour": "blue"}
    assert "uid" not in imported.inputs["metadata"]


def test_an_unreachable_cluster_is_named_in_the_error() -> None:
    kubeconfig = yaml.safe_load(paths.KUBECONFIG.read_text())
    kubeconfig["clusters"][0]["cluster"]["server"] = "https://127.0.0.1:1"
    lonely = Engine(json.dumps(kubeconfig))
    try:
        with pytest.raises(AnswerError, match=r"is unreachable: (.|\n)*127\.0\.0\.1:1"):
            lonely.create(CONFIG_MAP, "lost", config_map_inputs("default", {}))
    finally:
        lonely.stop()


@pytest.mark.skipif(bool(REAL), reason="Pulumi's own provider lives on without its engine")
def test_a_provider_ends_with_its_engine(engine: Engine) -> None:
    assert engine.process.stdin is not None
    engine.process.stdin.close()
    assert engine.process.wait(30) == 0


def leaks(value: Any, *texts: str) -> bool:
    """Return whether one of the texts occurs outside a secret."""
    if is_secret(value):
        return False
    if isinstance(value, dict):
        return any(leaks(inner, *texts) for inner in value.values())
    if isinstance(value, list):
        return any(leaks(inner, *texts) for inner in value)
    return any(text in str(value) for text in texts)
