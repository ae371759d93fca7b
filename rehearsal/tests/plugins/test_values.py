"""Tests of secrets and unknown values."""

from rehearsal.plugins.kubernetes.values import UNKNOWN, from_struct, has_unknown, is_secret, mark, plain, secret, to_struct


def test_a_secret_input_stays_secret_in_the_outputs() -> None:
    marked = mark({"spec": {"token": secret("hunter2")}}, {"spec": {"token": "hunter2", "other": 1}})
    assert is_secret(marked["spec"]["token"])
    assert marked["spec"]["other"] == 1


def test_a_list_that_contains_a_secret_is_secret_as_a_whole() -> None:
    inputs = {"env": [{"name": "PASSWORD", "value": secret("hunter2")}]}
    assert is_secret(mark(inputs, {"env": [{"name": "REGION", "value": "eu"}, {"name": "PASSWORD", "value": "hunter2"}]})["env"])


def test_the_data_of_a_secret_object_is_always_secret() -> None:
    found = mark({}, {"kind": "Secret", "stringData": {"password": "hunter2"}, "data": {"a": "Yg=="}})
    assert is_secret(found["stringData"])
    assert is_secret(found["data"])


def test_a_list_without_secrets_is_not_marked_as_secret() -> None:
    assert mark({"args": ["a"]}, {"args": ["a", "b"]}) == {"args": ["a", "b"]}


def test_a_secret_within_a_secret_comes_out_plain() -> None:
    assert plain(secret({"data": {"a": secret("b")}})) == {"data": {"a": "b"}}


def test_whole_numbers_are_integers_after_the_wire() -> None:
    sent = from_struct(to_struct({"replicas": 2, "ratio": 0.5}))
    assert repr(plain(sent)["replicas"]) == "2"
    assert plain(sent)["ratio"] == 0.5


def test_null_values_are_not_sent_to_the_api_server() -> None:
    assert plain({"a": None, "b": {"c": None}}) == {"b": {}}


def test_an_unknown_value_is_found_in_a_secret_in_a_list() -> None:
    assert has_unknown({"env": [{"value": secret(UNKNOWN)}]})
    assert not has_unknown({"env": [{"value": secret("known")}]})
