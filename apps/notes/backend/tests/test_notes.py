import pytest
from backend import notes
from sqlalchemy import update

URL = "/api/notes"


def create(client, title="Shopping", text="milk"):
    return client.post(URL, json={"title": title, "text": text}).json()


def change(client, note, version, title="Shopping", text="bread"):
    return client.put(f"{URL}/{note['id']}", json={"title": title, "text": text}, headers={"If-Match": f'"{version}"'})


def test_a_note_is_created_read_changed_and_deleted(client):
    made = client.post(URL, json={"title": " Shopping ", "text": "milk \U0001f95b"})
    assert (made.status_code, made.headers["ETag"]) == (201, '"1"')
    assert made.json()["title"] == "Shopping"
    note = made.json()
    assert client.get(f"{URL}/{note['id']}").json() == note
    changed = change(client, note, 1)
    assert (changed.status_code, changed.headers["ETag"], changed.json()["text"]) == (200, '"2"', "bread")
    assert client.delete(f"{URL}/{note['id']}", headers={"If-Match": '"2"'}).status_code == 204
    assert client.get(f"{URL}/{note['id']}").status_code == 404


def test_two_browsers_do_not_overwrite_each_other_silently(client):
    note = create(client)
    assert change(client, note, 1, text="mine").status_code == 200
    refused = change(client, note, 1, text="theirs")
    assert refused.status_code == 412
    assert refused.json()["current"]["text"] == "mine"
    assert client.delete(f"{URL}/{note['id']}", headers={"If-Match": '"1"'}).status_code == 412
    assert change(client, note, refused.json()["current"]["version"], text="theirs, knowingly").status_code == 200


def test_of_two_changes_at_the_same_moment_one_is_refused(client, monkeypatch):
    """The other one commits after this one has read the version, and before it writes."""
    note = create(client)
    seen = notes._seen

    def slow(session, number, if_match):
        found = seen(session, number, if_match)
        session.execute(
            update(notes.Note).where(notes.Note.id == number).values(version=2, text="quicker"),
            execution_options={"synchronize_session": False},
        )
        return found

    monkeypatch.setattr(notes, "_seen", slow)
    refused = change(client, note, 1)
    assert refused.status_code == 412
    assert refused.json()["current"]["text"] == "quicker"


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_who_does_not_say_what_was_seen_changes_nothing(client, method):
    note = create(client)
    body = {"json": {"title": "x", "text": "x"}} if method == "PUT" else {}
    assert client.request(method, f"{URL}/{note['id']}", **body).status_code == 428
    assert client.get(f"{URL}/{note['id']}").json() == note


@pytest.mark.parametrize(
    ("search", "found"),
    [("milk", ["a", "c"]), ("MILK", ["a", "c"]), ("100%", ["b"]), ("%", ["b"]), ("_", []), ("\\", []), ("", ["a", "b", "c"])],
)
def test_a_search_looks_into_titles_and_texts_and_takes_signs_as_they_are(client, search, found):
    for title, text in (("a", "Milk"), ("b", "100% juice"), ("c milk", "")):
        create(client, title, text)
    listed = client.get(URL, params={"search": search}).json()["notes"]
    assert sorted(note["title"][0] for note in listed) == found


def test_pages_are_newest_first_and_hold_every_note_once(client):
    ids = [create(client, str(n))["id"] for n in range(5)]
    seen, cursor = [], {}
    while cursor is not None:
        page = client.get(URL, params={"limit": 2, **cursor}).json()
        seen += [note["id"] for note in page["notes"]]
        cursor = None if page["next"] is None else {"before": page["next"]}
    assert seen == ids[::-1]


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
        b'{"title": "' + b"a" * 121 + b'", "text": "x"}',
        b'{"title": "x", "text": "' + b"a" * 20_001 + b'"}',
    ],
)
def test_bad_bodies_are_refused_with_a_reason_and_store_nothing(client, body):
    answer = client.post(URL, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["error"]["message"]
    assert client.get(URL).json()["notes"] == []


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "before=0", f"before={2**63}"])
def test_bad_pages_are_refused(client, query):
    answer = client.get(f"{URL}?{query}")
    assert answer.status_code == 422
    assert query.split("=", maxsplit=1)[0] in answer.json()["error"]["message"]


@pytest.mark.parametrize(("number", "status"), [("999", 404), ("0", 422), (str(2**63), 422), ("x", 422)])
def test_an_unknown_note_is_named(client, number, status):
    answer = client.get(f"{URL}/{number}")
    assert answer.status_code == status
    assert answer.json()["error"]["message"]


def test_other_methods_and_paths_are_refused_as_json(client):
    assert client.patch(URL).json()["error"]["code"] == "method_not_allowed"
    assert client.get("/api/nothing").json()["error"]["code"] == "not_found"
