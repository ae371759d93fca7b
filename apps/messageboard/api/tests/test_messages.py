import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse


def post(client: FlaskClient, text: str = "hello", author: str = "ann") -> TestResponse:
    return client.post("/api/messages", json={"author": author, "text": text})


def test_a_message_is_created_listed_and_deleted(client: FlaskClient) -> None:
    made = post(client, "  hi \U0001f44b ")
    assert made.status_code == 201
    assert made.get_json()["text"] == "hi \U0001f44b"
    assert made.get_json()["created_at"].endswith("Z")
    assert [m["id"] for m in client.get("/api/messages").get_json()["messages"]] == [made.get_json()["id"]]
    assert client.delete(f"/api/messages/{made.get_json()['id']}").status_code == 204
    assert client.get("/api/messages").json == {"messages": [], "next": None}


def test_pages_are_newest_first_and_hold_every_message_once(client: FlaskClient) -> None:
    ids = [post(client, str(n)).get_json()["id"] for n in range(5)]
    seen, cursor = [], ""
    while cursor is not None:
        page = client.get(f"/api/messages?limit=2{cursor and f'&before={cursor}'}").get_json()
        seen += [m["id"] for m in page["messages"]]
        cursor = page["next"]
    assert seen == ids[::-1]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"[" * 20_000,
        b'{"author": "ann"}',
        b'{"author": "ann", "text": ""}',
        b'{"author": " ", "text": "x"}',
        b'{"author": 1, "text": "x"}',
        b'{"author": "ann", "text": null}',
        b'{"author": "ann", "text": "\\u0000"}',
        b'{"author": "ann", "text": "\\ud800"}',
        b'{"author": "ann", "text": "x", "id": 7}',
        b'{"author": "' + b"a" * 81 + b'", "text": "x"}',
        b'{"author": "ann", "text": "' + b"a" * 2001 + b'"}',
    ],
)
def test_bad_bodies_are_refused_with_a_reason_and_store_nothing(client: FlaskClient, body: bytes) -> None:
    answer = client.post("/api/messages", data=body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.get_json()["error"]["message"]
    assert client.get("/api/messages").get_json()["messages"] == []


def test_a_body_that_says_it_is_no_json_is_refused(client: FlaskClient) -> None:
    assert client.post("/api/messages", data="author=ann").status_code == 415


def test_a_huge_body_is_refused(client: FlaskClient) -> None:
    assert post(client, "a" * 70_000).status_code == 413


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "before=0", f"before={2**63}", "before=x", "page=1"])
def test_bad_pages_are_refused(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/api/messages?{query}")
    assert answer.status_code == 400
    assert query.split("=", maxsplit=1)[0] in answer.get_json()["error"]["message"]


@pytest.mark.parametrize("number", ["999", "0", "-1", "x", str(2**63), "9" * 40])
def test_an_unknown_message_cannot_be_deleted(client: FlaskClient, number: str) -> None:
    answer = client.delete(f"/api/messages/{number}")
    assert answer.status_code == 404
    assert answer.get_json()["error"]["code"] == "not_found"


def test_other_methods_are_refused_as_json(client: FlaskClient) -> None:
    answer = client.put("/api/messages")
    assert answer.status_code == 405
    assert answer.get_json()["error"]["code"] == "method_not_allowed"
