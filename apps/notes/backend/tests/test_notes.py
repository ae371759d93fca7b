from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from backend.database import Note
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import ClauseElement, event, update
from sqlalchemy.dialects import mysql
from sqlalchemy.orm import ORMExecuteState, Session
from starlette.types import Message, Receive, Scope, Send

URL = "/api/notes"


def create(client: TestClient, title: str = "Shopping", text: str = "milk") -> dict[str, Any]:
    note: dict[str, Any] = client.post(URL, json={"title": title, "text": text}).json()
    return note


def change(client: TestClient, note: dict[str, Any], version: int, title: str = "Shopping", text: str = "bread") -> Response:
    return client.put(f"{URL}/{note['id']}", json={"title": title, "text": text}, headers={"If-Match": f'"{version}"'})


def test_a_note_is_created_read_changed_and_deleted(client: TestClient) -> None:
    made = client.post(URL, json={"title": " Shopping ", "text": "milk \U0001f95b"})
    assert (made.status_code, made.headers["ETag"]) == (201, '"1"')
    assert made.json()["title"] == "Shopping"
    note = made.json()
    assert client.get(f"{URL}/{note['id']}").json() == note
    changed = change(client, note, 1)
    assert (changed.status_code, changed.headers["ETag"], changed.json()["text"]) == (200, '"2"', "bread")
    assert client.delete(f"{URL}/{note['id']}", headers={"If-Match": '"2"'}).status_code == 204
    assert client.get(f"{URL}/{note['id']}").status_code == 404


def test_two_browsers_do_not_overwrite_each_other_silently(client: TestClient) -> None:
    note = create(client)
    assert change(client, note, 1, text="mine").status_code == 200
    refused = change(client, note, 1, text="theirs")
    assert refused.status_code == 412
    assert refused.json()["current"]["text"] == "mine"
    assert client.delete(f"{URL}/{note['id']}", headers={"If-Match": '"1"'}).status_code == 412
    assert change(client, note, refused.json()["current"]["version"], text="theirs, knowingly").status_code == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_from_the_look_at_its_version_on_a_note_is_locked(client: TestClient, method: str) -> None:
    """SQLite has no locks of rows: what MySQL would be told counts."""
    note = create(client)
    asked: list[str] = []

    def listen(state: ORMExecuteState) -> None:
        assert isinstance(state.statement, ClauseElement)
        asked.append(str(state.statement.compile(dialect=mysql.dialect())))

    event.listen(Session, "do_orm_execute", listen)
    try:
        body = {"title": "x", "text": "x"} if method == "PUT" else None
        assert client.request(method, f"{URL}/{note['id']}", json=body, headers={"If-Match": '"1"'}).is_success
    finally:
        event.remove(Session, "do_orm_execute", listen)
    assert asked[0].endswith("FOR UPDATE")


@pytest.mark.parametrize(("method", "path"), [("POST", ""), ("PUT", "/1"), ("DELETE", "/1")])
def test_what_is_answered_is_committed(app: FastAPI, method: str, path: str) -> None:
    happened: list[str] = []

    async def watched(scope: Scope, receive: Receive, send: Send) -> None:
        async def watch(message: Message) -> None:
            happened.append(message["type"])
            await send(message)

        await app(scope, receive, watch)

    client = TestClient(watched)
    create(client)
    event.listen(app.state.engine, "commit", lambda _: happened.append("commit"))
    happened.clear()
    body = None if method == "DELETE" else {"title": "x", "text": "x"}
    client.request(method, URL + path, json=body, headers={"If-Match": '"1"'})
    assert happened[:2] == ["commit", "http.response.start"]


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_who_does_not_say_what_was_seen_changes_nothing(client: TestClient, method: str) -> None:
    note = create(client)
    body = {"title": "x", "text": "x"} if method == "PUT" else None
    assert client.request(method, f"{URL}/{note['id']}", json=body).status_code == 428
    assert client.get(f"{URL}/{note['id']}").json() == note


@pytest.mark.parametrize(
    ("search", "found"),
    [("milk", ["a", "c"]), ("MILK", ["a", "c"]), ("100%", ["b"]), ("%", ["b"]), ("_", []), ("\\", []), ("", ["a", "b", "c"])],
)
def test_a_search_looks_into_titles_and_texts_and_takes_signs_as_they_are(
    client: TestClient, search: str, found: list[str]
) -> None:
    for title, text in (("a", "Milk"), ("b", "100% juice"), ("c milk", "")):
        create(client, title, text)
    listed = client.get(URL, params={"search": search}).json()["notes"]
    assert sorted(note["title"][0] for note in listed) == found


def pages(client: TestClient, **asked: int) -> Iterator[int]:
    cursor: dict[str, str] | None = {}
    while cursor is not None:
        page = client.get(URL, params={**asked, **cursor}).json()
        yield from (note["id"] for note in page["notes"])
        cursor = None if page["next"] is None else {"before": page["next"]}


@pytest.mark.parametrize("at_once", [False, True])
def test_pages_begin_with_the_newest_and_hold_every_note_once(client: TestClient, app: FastAPI, at_once: bool) -> None:
    ids = [create(client, str(n))["id"] for n in range(5)]
    if at_once:
        with app.state.engine.begin() as connection:
            connection.execute(update(Note).values(changed_at=datetime(2026, 1, 2)))
    assert list(pages(client, limit=2)) == ids[::-1]


def test_a_change_brings_a_note_to_the_top(client: TestClient) -> None:
    first, second = create(client), create(client)
    assert change(client, first, 1).json()["changed_at"] > second["changed_at"]
    assert list(pages(client, limit=1)) == [first["id"], second["id"]]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"title": "x"}',
        b'{"title": " ", "text": "x"}',
        b'{"title": 1, "text": "x"}',
        b'{"title": "x", "text": "\\u0000"}',
        b'{"title": "x", "text": "\\ud800"}',
        b'{"title": "x", "text": "x", "id": 7}',
        b'{"title": "x", "text": "x", "\\ud800": 7}',
        b"[" * 100_000,
        b'{"title": "' + b"a" * 121 + b'", "text": "x"}',
        b'{"title": "x", "text": "' + b"a" * 20_001 + b'"}',
    ],
)
def test_bad_bodies_are_refused_with_a_reason_and_store_nothing(client: TestClient, body: bytes) -> None:
    answer = client.post(URL, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["error"]["message"]
    assert client.get(URL).json()["notes"] == []


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=101", "limit=x", "before=0", "before=1-", f"before=1-{2**63}", f"before={'9' * 17}-1", "search=%00"],
)
def test_bad_pages_are_refused(client: TestClient, query: str) -> None:
    answer = client.get(f"{URL}?{query}")
    assert answer.status_code == 422
    assert query.split("=", maxsplit=1)[0] in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("number", "status"), [("999", 404), ("0", 404), ("-1", 404), (str(2**63), 404), (str(-(2**64)), 404), ("x", 422)]
)
def test_an_unknown_note_is_named(client: TestClient, number: str, status: int) -> None:
    answer = client.get(f"{URL}/{number}")
    assert answer.status_code == status
    assert answer.json()["error"]["message"]


def test_other_methods_and_paths_are_refused_as_json(client: TestClient) -> None:
    assert client.patch(URL).json()["error"]["code"] == "method_not_allowed"
    for path in ("/api/nothing", f"{URL}/"):
        assert client.get(path, follow_redirects=False).json()["error"]["code"] == "not_found"


def test_a_fault_of_our_own_is_told_as_json(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backend.notes._stored", lambda *_: 1 / 0)
    answer = client.post(URL, json={"title": "x", "text": "x"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (500, "internal")
    assert client.get(URL).json()["notes"] == []
