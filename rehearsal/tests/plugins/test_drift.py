"""What a refresh shows as changed, and what the state keeps."""

import base64
from typing import Any

import pytest

from rehearsal.plugins.kubernetes.drift import drifted, hidden, imported, outputs
from rehearsal.plugins.kubernetes.names import field_manager, with_name
from rehearsal.plugins.kubernetes.values import UNKNOWN, Object, is_secret, plain, secret


def config_map(**fields: Any) -> Object:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, **fields}


def test_defaults_of_the_api_server_are_no_drift() -> None:
    wanted = config_map(spec={"ports": [{"name": "http", "port": 80}]})
    live = config_map(spec={"ports": [{"name": "http", "port": 80, "protocol": "TCP"}], "type": "ClusterIP"})
    assert drifted(wanted, live) == wanted


@pytest.mark.parametrize(("wanted", "live"), [("1000m", "1"), ("0.5", "500m"), ("1Gi", "1024Mi"), (8080, 8080.0)])
def test_a_quantity_in_the_servers_own_form_is_no_drift(wanted: Any, live: Any) -> None:
    assert drifted(config_map(cpu=wanted), config_map(cpu=live)) == config_map(cpu=wanted)


@pytest.mark.parametrize("empty", [False, 0, "", [], {}])
def test_an_empty_value_that_the_server_leaves_out_is_no_drift(empty: Any) -> None:
    wanted = config_map(mount={"name": "data", "empty": empty})
    assert drifted(wanted, config_map(mount={"name": "data"})) == wanted


def test_what_somebody_changed_and_took_away_is_drift() -> None:
    found = drifted(config_map(data={"a": "b", "c": "d"}), config_map(data={"a": "x"}))
    assert found["data"] == {"a": "x"}


def test_an_element_that_admission_added_is_no_drift() -> None:
    wanted = config_map(tolerations=[{"key": "mine"}])
    assert drifted(wanted, config_map(tolerations=[{"key": "theirs"}, {"key": "mine", "operator": "Exists"}])) == wanted


def test_an_argument_that_somebody_added_is_drift() -> None:
    assert drifted(config_map(args=["a"]), config_map(args=["a", "b"]))["args"] == ["a", "b"]


def test_a_changed_secret_is_drift_and_stays_secret() -> None:
    wanted = {"kind": "Secret", "metadata": {}, "stringData": secret({"password": "old"})}
    live = {"kind": "Secret", "metadata": {}, "data": {"password": base64.b64encode(b"new").decode()}}
    found = drifted(wanted, live)
    assert is_secret(found["stringData"])
    assert plain(found)["stringData"] == {"password": "new"}


def test_the_data_of_a_secret_is_hidden_however_the_program_wrote_it() -> None:
    found = hidden({"kind": "Secret", "stringData": {"password": "hunter2"}, "data": {"a": "Yg=="}})
    assert is_secret(found["stringData"])
    assert is_secret(found["data"])


def test_outputs_hold_no_plain_data_of_a_secret() -> None:
    live = {"apiVersion": "v1", "kind": "Secret", "metadata": {"managedFields": []}, "data": {"a": "Yg=="}}
    found = outputs({}, live, "me")
    assert is_secret(found["data"])
    assert "managedFields" not in found["metadata"]


def test_an_imported_object_has_nothing_of_the_servers_in_its_inputs() -> None:
    live = config_map(status={}) | {"metadata": {"name": "a", "uid": "1", "resourceVersion": "2", "labels": {"x": "y"}}}
    assert imported(live) == config_map() | {"metadata": {"name": "a", "labels": {"x": "y"}}}


URN = "urn:pulumi:dev::slipway::slipway:x$kubernetes:core/v1:ConfigMap::Settings"


def test_a_name_is_made_of_the_logical_one_and_kept_as_long_as_the_object_is() -> None:
    made = with_name(URN, bytes(range(32)), {}, {"metadata": {}})
    assert made["metadata"]["name"] == "settings-00010203"
    kept = with_name(URN, bytes(32), made, {"metadata": {"labels": {}}})
    assert kept["metadata"]["name"] == "settings-00010203"


def test_an_object_that_loses_its_chosen_name_gets_a_made_one() -> None:
    made = with_name(URN, bytes(32), {"metadata": {"name": "chosen"}}, {"metadata": {}})
    assert made["metadata"]["name"] == "settings-00000000"


def test_a_name_that_is_not_known_yet_is_left_to_come() -> None:
    inputs = {"metadata": {"name": UNKNOWN}}
    assert with_name(URN, bytes(32), {}, inputs) == inputs


def test_each_resource_manages_its_fields_under_a_name_of_its_own() -> None:
    assert field_manager(URN, {}, {}) == field_manager(URN, {}, {})
    assert field_manager(URN, {}, {}) != field_manager(URN + "2", {}, {})
    assert field_manager(URN, {}, {"__fieldManager": "kept"}) == "kept"
    assert field_manager(URN, {"metadata": {"annotations": {"pulumi.com/patchFieldManager": "mine"}}}, {}) == "mine"
