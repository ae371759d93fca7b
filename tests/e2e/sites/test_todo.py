"""Tests of the to-do list through its public URL."""

import uuid
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e import rehearsal as r
from tests.e2e.systems import Person, answer

Visit = Callable[[str], Page]
Picture = Callable[[Page, str], None]


def enter(page: Page, button: str, name: str) -> None:
    page.get_by_role("textbox", name="Name", exact=True).fill(name)
    page.get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name=button, exact=True).click()


def test_a_person_signs_up_keeps_tasks_and_finds_them_after_logging_in_again(visit: Visit, picture: Picture) -> None:
    name = f"ann-{uuid.uuid4().hex[:6]}"
    page = visit("todo")
    page.get_by_role("button", name="I am new here").click()
    enter(page, "Sign up", name)
    for task in ("Water the plants", "Read <b>a</b> book", "Call mother"):
        page.get_by_role("textbox", name="New task").fill(task)
        page.get_by_role("button", name="Add").click()
        expect(page.get_by_role("article", name=task)).to_be_visible()
    page.get_by_role("combobox", name="Status of Water the plants").select_option("Done")
    page.get_by_role("combobox", name="Status of Call mother").select_option("Doing")
    # The list shows the state that the service has stored.
    expect(page.locator("article.doing")).to_have_count(1)
    picture(page, "todo")
    page.get_by_role("button", name="Delete Call mother").click()
    expect(page.get_by_role("article")).to_have_count(2)

    other = visit("todo")
    enter(other, "Log in", name)
    expect(other.get_by_role("article")).to_have_count(2)
    expect(other.get_by_role("combobox", name="Status of Water the plants")).to_have_value("done")
    expect(other.get_by_role("article", name="Read <b>a</b> book")).to_be_visible()


def test_anonymous_requests_are_rejected() -> None:
    answer(401, "GET", "todo", "/tasks")
    answer(401, "GET", "todo", "/tasks", headers={"Authorization": "Bearer abc.def.ghi"})


def test_tasks_of_other_users_are_not_visible() -> None:
    ann, bob = Person.signed_up(), Person.signed_up()
    task = ann.ask(201, "POST", json={"name": "ann's"}).json()
    assert bob.tasks() == []
    bob.ask(404, "PATCH", f"/{task['id']}", json={"status": "done"})
    bob.ask(404, "DELETE", f"/{task['id']}")
    assert ann.tasks() == ["ann's"]


def test_a_name_is_taken_once_and_a_wrong_password_refused() -> None:
    ann = Person.signed_up()
    answer(409, "POST", "todo", "/auth/signup", json={"name": ann.name.upper(), "password": "another one"})
    answer(401, "POST", "todo", "/auth/login", json={"name": ann.name, "password": "another one"})


def test_tasks_are_still_there_after_the_database_pod_was_deleted() -> None:
    ann = Person.signed_up()
    ann.ask(201, "POST", json={"name": "survive"})
    r.kubectl("delete", "pod", "-n", "todo", "database-0")
    r.kubectl("rollout", "status", "-n", "todo", "statefulset/database", "--timeout=120s", timeout=140)
    body = {"name": ann.name, "password": ann.password}
    r.until(lambda: r.request("POST", "https://todo.localhost/auth/login", json=body).status_code == 200, 60, "nobody can log in")
    ann.log_in()
    assert ann.tasks() == ["survive"]
