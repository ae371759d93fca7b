"""Tests of the form in which the state keeps a live object."""

from rehearsal.plugins.kubernetes.drift import imported, outputs, parts
from rehearsal.plugins.kubernetes.names import annotation, field_manager, with_name
from rehearsal.plugins.kubernetes.values import UNKNOWN, Object, is_secret, secret

URN = "urn:pulumi:dev::slipway::slipway:x$kubernetes:core/v1:ConfigMap::Settings"


def test_outputs_contain_no_plain_data_of_a_secret() -> None:
    live = {"apiVersion": "v1", "kind": "Secret", "metadata": {"managedFields": []}, "data": {"a": "Yg=="}}
    inputs = {"kind": "Secret", "data": {"a": "Yg=="}}
    found = outputs(inputs, live, {}, "me")
    assert is_secret(found["data"])
    assert is_secret(found["__inputs"]["data"])
    assert "managedFields" not in found["metadata"]


def test_the_inputs_and_the_live_object_can_be_read_from_a_state() -> None:
    live = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"url": "hunter2"}}
    marks = {"data": {"url": secret("hunter2")}}
    state = outputs({"data": {"url": "hunter2"}}, live, marks, "me")
    assert is_secret(state["data"]["url"])
    assert is_secret(state["__inputs"]["data"]["url"])
    assert parts(state) == ({"data": {"url": "hunter2"}}, live)


def test_the_inputs_of_an_imported_object_contain_no_fields_of_the_server() -> None:
    meta = {"name": "a", "uid": "1", "resourceVersion": "2", "labels": {"x": "y"}}
    written = {"deployment.kubernetes.io/revision": "3", "mine": "4"}
    live: Object = {"kind": "Deployment", "status": {}, "spec": {}, "metadata": meta | {"annotations": written}}
    assert imported(live) == {
        "kind": "Deployment",
        "spec": {},
        "metadata": {"name": "a", "labels": {"x": "y"}, "annotations": {"mine": "4"}},
    }


def test_a_generated_name_contains_the_logical_name_and_is_kept() -> None:
    made = with_name(URN, bytes(range(32)), {}, {"metadata": {}})
    assert made["metadata"]["name"] == "Settings-00010203"
    kept = with_name(URN, bytes(32), made, {"metadata": {"labels": {}}})
    assert kept["metadata"]["name"] == "Settings-00010203"
    assert annotation(kept, "pulumi.com/autonamed") == "true"


def test_an_object_without_its_former_name_is_replaced_by_one_with_a_generated_name() -> None:
    unnamed = with_name(URN, bytes(32), {"metadata": {"name": "chosen"}}, {"metadata": {}})
    assert "name" not in unnamed["metadata"]


def test_an_unknown_name_is_not_replaced_by_a_generated_one() -> None:
    inputs = {"metadata": {"name": UNKNOWN}}
    assert with_name(URN, bytes(32), {}, inputs) == inputs


def test_each_resource_has_its_own_field_manager() -> None:
    assert field_manager({}, {}) != field_manager({}, {})
    assert field_manager({}, {"__fieldManager": "kept"}) == "kept"
    assert (
        field_manager({"metadata": {"annotations": {"pulumi.com/patchFieldManager": "mine"}}}, {"__fieldManager": "old"})
        == "mine"
    )
