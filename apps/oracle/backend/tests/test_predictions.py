from datetime import UTC, date, datetime, timedelta

import pytest
from backend import predictions
from backend.database import Prediction
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

ADA = {"first_name": "Ada", "name": "Lovelace", "age": 36}


def ask(client: FlaskClient, **changed: object) -> TestResponse:
    return client.post("/api/predictions", json=ADA | changed)


def test_a_prediction_is_made_listed_and_deleted(client: FlaskClient) -> None:
    made = ask(client)
    assert made.status_code == 201
    assert date.fromisoformat(made.get_json()["date_of_death"]) > datetime.now(UTC).date()
    assert made.get_json()["sentence"]
    assert client.get("/api/predictions").json == {"predictions": [made.json], "next": None}
    assert client.delete(f"/api/predictions/{made.get_json()['id']}").status_code == 204
    assert client.get("/api/predictions").get_json()["predictions"] == []


def test_the_same_person_gets_the_same_answer(client: FlaskClient) -> None:
    first = ask(client)
    again = ask(client, first_name=" ADA ", name="lovelace")
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json == first.json
    assert ask(client, age=37).get_json()["id"] != first.get_json()["id"]


def test_the_answer_of_yesterday_counts_today(client: FlaskClient, app: Flask) -> None:
    made = ask(client).get_json()
    with Session(app.extensions["slipway"].engine) as session, session.begin():
        session.get_one(Prediction, made["id"]).date_of_death -= timedelta(days=1)
    told = date.fromisoformat(ask(client).get_json()["date_of_death"])
    assert told == date.fromisoformat(made["date_of_death"]) - timedelta(days=1)


def test_two_replicas_that_are_asked_at_once_give_one_answer(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    made = ask(client).get_json()
    look_up, answers = predictions._known, [None]
    # This replica looked before the other one had written.
    monkeypatch.setattr(predictions, "_known", lambda *given: answers.pop() if answers else look_up(*given))
    again = ask(client)
    assert (again.status_code, again.json) == (200, made)


@pytest.mark.parametrize("age", [0, 1, 36, 99, 130])
def test_the_date_is_after_today_at_any_age(client: FlaskClient, age: int) -> None:
    assert date.fromisoformat(ask(client, age=age).get_json()["date_of_death"]) > datetime.now(UTC).date()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"age": -1}, "age: Input should be greater than or equal to 0"),
        ({"age": 131}, "age: Input should be less than or equal to 130"),
        ({"age": "36"}, "age: Input should be a valid integer"),
        ({"age": 36.5}, "age: Input should be a valid integer"),
        ({"age": True}, "age: Input should be a valid integer"),
        ({"age": None}, "age: Input should be a valid integer"),
        ({"first_name": ""}, "first_name: String should have at least 1 character"),
        ({"name": "  "}, "name: String should have at least 1 character"),
        ({"name": "a" * 61}, "name: String should have at most 60 characters"),
        ({"name": "a\0"}, "name: Value error, must not hold a NUL character"),
        ({"name": "\ud800"}, "name: "),
        ({"name": "\x1f"}, "name: Value error, must hold a character that can be seen"),
        ({"first_name": "\u200b"}, "first_name: Value error, must hold a character that can be seen"),
        ({"title": "Countess"}, "title: Extra inputs are not permitted"),
    ],
)
def test_a_bad_question_is_refused_with_the_rule_and_stores_nothing(
    client: FlaskClient, changed: dict[str, object], said: str
) -> None:
    answer = ask(client, **changed)
    assert answer.status_code == 400
    assert said in answer.get_json()["error"]["message"]
    assert client.get("/api/predictions").get_json()["predictions"] == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "not_json"),
        (b"not json", "not_json"),
        (b"\xff", "not_json"),
        (b"[" * 50_000, "not_json"),
        (b"[]", "invalid"),
        (b"null", "invalid"),
    ],
)
def test_a_body_that_is_no_question_is_refused(client: FlaskClient, body: bytes, code: str) -> None:
    answer = client.post("/api/predictions", data=body, content_type="application/json")
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (400, code)


@pytest.mark.parametrize("name", ["\ufdfa" * 60, "\u0390" * 60, "\U0001f52e", "'; --", "<b>", "\u674e"])
def test_names_of_any_script_are_answered(client: FlaskClient, name: str) -> None:
    assert ask(client, first_name=name, name=name).status_code == 201


def test_pages_are_newest_first_and_hold_every_prediction_once(client: FlaskClient) -> None:
    ids = [ask(client, age=age).get_json()["id"] for age in range(5)]
    seen, cursor = [], ""
    while cursor is not None:
        page = client.get(f"/api/predictions?limit=2{cursor and f'&before={cursor}'}").get_json()
        seen += [one["id"] for one in page["predictions"]]
        cursor = page["next"]
    assert seen == ids[::-1]


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "before=0", "before=x", "page=1"])
def test_bad_pages_are_refused(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/api/predictions?{query}")
    assert answer.status_code == 400
    assert query.split("=", maxsplit=1)[0] in answer.get_json()["error"]["message"]


@pytest.mark.parametrize("number", ["999", "0", "-1", "x", str(2**63)])
def test_an_unknown_prediction_cannot_be_deleted(client: FlaskClient, number: str) -> None:
    assert client.delete(f"/api/predictions/{number}").status_code == 404
