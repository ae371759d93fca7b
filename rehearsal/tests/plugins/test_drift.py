"""What the state keeps, and under which names."""

from rehearsal.plugins.kubernetes.drift import imported, outputs, parts
from rehearsal.plugins.kubernetes.names import annotation, field_manager, with_name
from rehearsal.plugins.kubernetes.values import UNKNOWN, Object, is_secret, secret

URN = "urn:pulumi:dev::slipway::slipway:x$kubernetes:core/v1:ConfigMap::Settings"


def test_outputs_hold_no_plain_data_of_a_secret() -> None:
    live = {"apiVersion": "v1", "kind": "Secret", "metadata": {"managedFields": []}, "data": {"a": "Yg=="}}
    inputs = {"kind": "Secret", "data": {"a": "Yg=="}}
    found = outputs(inputs, live, {}, "me")
    assert is_secret(found["data"])
    assert is_secret(found["__inputs"]["data"])
    assert "managedFields" not in found["metadata"]


def test_a_state_gives_back_the_inputs_and_the_live_object() -> None:
    live = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"url": "hunter2"}}
    marks = {"data": {"url": secret("hunter2")}}
    state = outputs({"data": {"url": "hunter2"}}, live, marks, "me")
    assert is_secret(state["data"]["url"])
    assert is_secret(state["__inputs"]["data"]["url"])
    assert parts(state) == ({"data": {"url": "hunter2"}}, live)


def test_an_imported_object_has_nothing_of_the_servers_in_its_inputs() -> None:
    meta = {"name": "a", "uid": "1", "resourceVersion": "2", "labels": {"x": "y"}}
    written = {"deployment.kubernetes.io/revision": "3", "mine": "4"}
    live: Object = {"kind": "Deployment", "status": {}, "spec": {}, "metadata": meta | {"annotations": written}}
    assert imported(live) == {
        "kind": "Deployment",
        "spec": {},
        "metadata": {"name": "a", "labels": {"x": "y"}, "annotations": {"mine": "4"}},
    }


def test_a_name_is_the_logical_one_as_it_is_written_and_is_kept_as_long_as_the_object_is() -> None:
    made = with_name(URN, bytes(range(32)), {}, {"metadata": {}})
    assert made["metadata"]["name"] == "Settings-00010203"
    kept = with_name(URN, bytes(32), made, {"metadata": {"labels": {}}})
    assert kept["metadata"]["name"] == "Settings-00010203"
    assert annotation(kept, "pulumi.com/autonamed") == "true"


def test_an_object_that_loses_its_chosen_name_is_replaced_and_only_its_successor_gets_a_made_one() -> None:
    unnamed = with_name(URN, bytes(32), {"metadata": {"name": "chosen"}}, {"metadata": {}})
    assert "name" not in unnamed["metadata"]


def test_a_name_that_is_not_known_yet_is_left_to_come() -> None:
    inputs = {"metadata": {"name": UNKNOWN}}
    assert with_name(URN, bytes(32), {}, inputs) == inputs


def test_each_resource_manages_its_fields_under_a_name_of_its_own() -> None:
    assert field_manager({}, {}) != field_manager({}, {})
    assert field_manager({}, {"__fieldManager": "kept"}) == "kept"
    assert (
        field_manager({"metadata": {"annotations": {"pulumi.com/patchFieldManager": "mine"}}}, {"__fieldManager": "old"})
        == "mine"
    )
