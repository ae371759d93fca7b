"""Secrets stay secret, and what is unknown is seen."""

from rehearsal.plugins.kubernetes.values import UNKNOWN, from_struct, has_unknown, is_secret, mark, plain, secret, to_struct


def test_a_secret_input_stays_secret_in_the_outputs() -> None:
    marked = mark({"spec": {"token": secret("hunter2")}}, {"spec": {"token": "hunter2", "other": 1}})
    assert is_secret(marked["spec"]["token"])
    assert marked["spec"]["other"] == 1


def test_a_secret_is_found_by_its_name_when_admission_added_elements_before_it() -> None:
    inputs = {"env": [{"name": "PASSWORD", "value": secret("hunter2")}]}
    live = {"env": [{"name": "REGION", "value": "eu"}, {"name": "PASSWORD", "value": "hunter2"}]}
    marked = mark(inputs, live)
    assert marked["env"][0]["value"] == "eu"
    assert is_secret(marked["env"][1]["value"])


def test_a_list_whose_secret_element_cannot_be_told_apart_is_secret_as_a_whole() -> None:
    marked = mark({"args": ["--password", secret("hunter2")]}, {"args": ["--verbose", "--password", "hunter2"]})
    assert is_secret(marked["args"])


def test_a_list_without_secrets_is_left_open_whatever_admission_added() -> None:
    assert mark({"args": ["a"]}, {"args": ["a", "b"]}) == {"args": ["a", "b"]}


def test_a_secret_within_a_secret_comes_out_plain() -> None:
    assert plain(secret({"data": {"a": secret("b")}})) == {"data": {"a": "b"}}


def test_whole_numbers_come_back_whole_from_the_wire() -> None:
    sent = from_struct(to_struct({"replicas": 2, "ratio": 0.5}))
    assert repr(plain(sent)["replicas"]) == "2"
    assert plain(sent)["ratio"] == 0.5


def test_what_is_null_is_not_sent_to_the_api_server() -> None:
    assert plain({"a": None, "b": {"c": None}}) == {"b": {}}


def test_an_unknown_is_seen_in_a_secret_in_a_list() -> None:
    assert has_unknown({"env": [{"value": secret(UNKNOWN)}]})
    assert not has_unknown({"env": [{"value": secret("known")}]})
