"""Clients of the five sample systems: they write data into each and check that it still exists."""

import importlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import requests
import yaml

from infra.spec import App
from tests.e2e import rehearsal as r


def deployed() -> tuple[App, ...]:
    """Return the specs of the apps that the stack deploys."""
    names = yaml.safe_load((r.ROOT / "Pulumi.rehearsal.yaml").read_text())["config"]["slipway:apps"]
    return tuple(importlib.import_module(f"apps.{name}.app").app for name in names)


def answer(expected: int, method: str, host: str, path: str, **options: Any) -> requests.Response:
    found = r.request(method, f"https://{host}.localhost{path}", **options)
    assert found.status_code == expected, f"{method} {host}{path}: {found.status_code} {found.text[:500]}"
    return found


@dataclass(frozen=True)
class Kept:
    """Data that was written into a system. `is_there` reads it from the system."""

    app: str
    is_there: Callable[[], bool]


def message(text: str) -> Kept:
    answer(201, "POST", "messageboard", "/api/messages", json={"author": "e2e", "text": text})
    return Kept("messageboard", lambda: text in messages())


def messages() -> list[str]:
    found = answer(200, "GET", "messageboard", "/api/messages?limit=100").json()["messages"]
    return [message["text"] for message in found]


@dataclass
class Person:
    """A user with an account at `todo`."""

    name: str
    password: str
    token: str = ""

    @classmethod
    def signed_up(cls) -> "Person":
        person = cls(name=f"e2e-{uuid.uuid4().hex[:8]}", password=uuid.uuid4().hex)
        body = {"name": person.name, "password": person.password}
        person.token = answer(201, "POST", "todo", "/auth/signup", json=body).json()["token"]
        return person

    def log_in(self) -> None:
        body = {"name": self.name, "password": self.password}
        self.token = answer(200, "POST", "todo", "/auth/login", json=body).json()["token"]

    def ask(self, expected: int, method: str, path: str = "", **options: Any) -> requests.Response:
        return answer(expected, method, "todo", f"/tasks{path}", headers={"Authorization": f"Bearer {self.token}"}, **options)

    def tasks(self) -> list[str]:
        return [task["name"] for task in self.ask(200, "GET").json()["tasks"]]


def task(text: str) -> Kept:
    person = Person.signed_up()
    person.ask(201, "POST", json={"name": text})

    def is_there() -> bool:
        person.log_in()
        return text in person.tasks()

    return Kept("todo", is_there)


def note(text: str) -> Kept:
    made = answer(201, "POST", "notes", "/api/notes", json={"title": text, "text": text}).json()
    return Kept("notes", lambda: answer(200, "GET", "notes", f"/api/notes/{made['id']}").json()["text"] == text)


def prediction(name: str) -> Kept:
    body = {"first_name": "E2E", "name": name, "age": 40}
    made = answer(201, "POST", "oracle", "/api/predictions", json=body).json()

    def is_there() -> bool:
        listed = answer(200, "GET", "oracle", "/api/predictions?limit=100").json()["predictions"]
        return made in listed

    return Kept("oracle", is_there)


def votes() -> dict[str, int]:
    found: dict[str, int] = answer(200, "GET", "result", "/api/result").json()["votes"]
    return found


def vote(choice: str, voter: str | None = None) -> str:
    """Vote and return the voter's ID, with which the voter can vote again."""
    cookies = {"voter": voter} if voter else {}
    cast = answer(303, "POST", "vote", "/", data={"choice": choice}, cookies=cookies)
    return voter or str(cast.cookies["voter"])


def counted_vote() -> Kept:
    before = votes()["a"]
    vote("a")
    r.until(lambda: votes()["a"] == before + 1, 30, "the vote is not counted")
    return Kept("voting", lambda: votes()["a"] == before + 1)


def something_in_each(text: str) -> list[Kept]:
    return [message(text), task(text), note(text), prediction(text), counted_vote()]
