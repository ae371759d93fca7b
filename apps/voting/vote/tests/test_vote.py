import re
from typing import Any

import pytest
from fakeredis import FakeRedis, FakeServer
from flask.testing import FlaskClient
from redis.exceptions import TimeoutError as LateError
from werkzeug.test import TestResponse


def cast(client: FlaskClient, choice: str = "a", **headers: str) -> TestResponse:
    return client.post("/", data={"choice": choice}, headers=headers)


def voter_of(client: FlaskClient) -> str:
    cookie = client.get_cookie("voter")
    assert cookie is not None
    return cookie.value


def votes(redis: FakeRedis) -> list[tuple[str, str]]:
    entries: Any = redis.xrange("votes")
    return [(entry[b"voter"].decode(), entry[b"choice"].decode()) for _, entry in entries]


def test_a_vote_goes_into_the_queue_and_is_shown(client: FlaskClient, redis: FakeRedis) -> None:
    assert "You have not voted yet" in client.get("/").text
    answer = cast(client, "b")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    voter = voter_of(client)
    assert re.fullmatch("[0-9a-f]{32}", voter)
    assert votes(redis) == [(voter, "b")]
    page = client.get("/").text
    assert "Your vote: <strong>Dogs</strong>" in page
    assert re.search(r'value="b"[^>]*aria-pressed="true"', page)


def test_one_browser_is_one_voter_and_may_change_its_vote(client: FlaskClient, redis: FakeRedis) -> None:
    cast(client, "a")
    cast(client, "b")
    (first, _), (second, choice) = votes(redis)
    assert (first, choice) == (second, "b")


def test_a_double_click_on_the_first_page_is_one_voter(client: FlaskClient, redis: FakeRedis) -> None:
    client.get("/")
    voter = voter_of(client)
    for choice in ("a", "b"):
        click = client.application.test_client(use_cookies=False)
        cast(click, choice, Cookie=f"voter={voter}")
    assert votes(redis) == [(voter, "a"), (voter, "b")]


@pytest.mark.parametrize("first", ["get", "post"])
def test_a_vote_that_was_taken_but_answered_late_is_one_voters_with_the_next_try(
    client: FlaskClient, redis: FakeRedis, monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    if first == "get":
        client.get("/")
    add = redis.xadd

    def late(*given: Any) -> None:
        add(*given)
        raise LateError

    monkeypatch.setattr(redis, "xadd", late)
    assert cast(client).status_code == 503
    monkeypatch.undo()
    assert cast(client).status_code == 303
    (tried, _), (voted, _) = votes(redis)
    assert tried == voted


@pytest.mark.parametrize("voter", ["", "me", "0" * 31, "../" * 11, "<script>"])
def test_a_voter_that_no_page_has_given_gets_another(client: FlaskClient, redis: FakeRedis, voter: str) -> None:
    client.set_cookie("voter", voter)
    cast(client)
    assert re.fullmatch("[0-9a-f]{32}", votes(redis)[0][0])


@pytest.mark.parametrize("choice", ["", "c", "ab", "a\0", "<script>"])
def test_a_choice_that_is_none_is_refused(client: FlaskClient, redis: FakeRedis, choice: str) -> None:
    answer = cast(client, choice)
    assert answer.status_code == 400
    assert "One votes for one of the two." in answer.text
    assert votes(redis) == []


def test_a_form_without_a_choice_is_refused(client: FlaskClient) -> None:
    assert client.post("/").status_code == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://["},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_another_sites_form_is_refused(client: FlaskClient, redis: FakeRedis, headers: dict[str, str]) -> None:
    answer = cast(client, **headers)
    assert answer.status_code == 403
    # The browser keeps back the cookie it has; it must not be given another.
    assert "Set-Cookie" not in answer.headers
    assert votes(redis) == []


def test_the_own_form_is_taken(client: FlaskClient, redis: FakeRedis) -> None:
    assert cast(client, **{"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}).status_code == 303
    assert len(votes(redis)) == 1


def test_cookies_are_for_this_site_and_by_https_alone(client: FlaskClient) -> None:
    cookies = cast(client, **{"X-Forwarded-Proto": "https"}).headers.getlist("Set-Cookie")
    assert len(cookies) == 2
    for cookie in cookies:
        assert {"HttpOnly", "SameSite=Lax", "Secure"} <= set(cookie.split("; "))
    assert not any("Secure" in cookie for cookie in cast(client).headers.getlist("Set-Cookie"))


def test_a_vote_that_is_not_taken_is_not_shown_as_taken(client: FlaskClient, server: FakeServer) -> None:
    server.connected = False
    answer = cast(client)
    assert answer.status_code == 503
    assert "Your vote was not taken" in answer.text
    assert "You have not voted yet" in answer.text
    assert client.get_cookie("choice") is None


def test_it_leads_to_the_results(client: FlaskClient) -> None:
    for host, results in (
        ("vote.example.com", "result.example.com"),
        ("vote.pivote.com:8443", "result.pivote.com:8443"),
        ("pivote.com", "pivote.com"),
    ):
        assert f'href="//{results}/"' in client.get("/", headers={"Host": host}).text


def test_an_unknown_page_is_a_page(client: FlaskClient) -> None:
    answer = client.get("/nothing")
    assert answer.status_code == 404
    assert "Cats" in answer.text
