"""Tests of the notes through their public URL."""

import uuid
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import rehearsal as r
from tests.e2e.browser import go, reload
from tests.e2e.systems import answer

Visit = Callable[[str], Page]
Picture = Callable[[Page, str], None]
GATEWAY = r.ROOT / "apps/notes/gateway-config/nginx.conf"


def write(page: Page, title: str, text: str) -> None:
    page.get_by_role("button", name="New note").click()
    page.get_by_role("textbox", name="Title").fill(title)
    page.get_by_role("textbox", name="Text").fill(text)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("article", name=title)).to_be_visible()


def test_a_person_writes_finds_edits_and_deletes_a_note(visit: Visit) -> None:
    title = f"Plan {uuid.uuid4().hex[:6]}"
    page = visit("notes")
    write(page, title, "100% <i>mine</i>")
    page.get_by_role("searchbox", name="Search").fill("0% <i>")
    expect(page.get_by_role("article", name=title)).to_be_visible()
    page.get_by_role("searchbox", name="Search").fill(f"{title}!")
    expect(page.get_by_role("article")).to_have_count(0)
    page.get_by_role("searchbox", name="Search").fill("")
    page.get_by_role("button", name=f"Edit {title}").click()
    page.get_by_role("textbox", name="Text").fill("changed")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("article", name=title)).to_contain_text("changed")
    page.get_by_role("button", name=f"Delete {title}").click()
    expect(page.get_by_role("article", name=title)).to_have_count(0)


def test_two_browsers_do_not_overwrite_each_other_silently(visit: Visit, picture: Picture) -> None:
    title = f"Shopping {uuid.uuid4().hex[:6]}"
    mine = visit("notes")
    write(mine, title, "Milk")
    theirs = visit("notes")
    for page, text in ((mine, "Milk, bread"), (theirs, "Milk, eggs and butter")):
        page.get_by_role("button", name=f"Edit {title}").click()
        page.get_by_role("textbox", name="Text").fill(text)
    theirs.get_by_role("button", name="Save").click()
    expect(theirs.get_by_role("article", name=title)).to_contain_text("butter")
    mine.get_by_role("button", name="Save").click()
    expect(mine.get_by_role("region", name="Theirs")).to_contain_text("Milk, eggs and butter")
    expect(mine.get_by_role("textbox", name="Text")).to_have_value("Milk, bread")
    picture(mine, "notes")
    mine.get_by_role("button", name="Keep mine").click()
    expect(mine.get_by_role("article", name=title)).to_contain_text("bread")
    reload(theirs)
    expect(theirs.get_by_role("article", name=title)).to_contain_text("Milk, bread")
    theirs.get_by_role("button", name=f"Delete {title}").click()


def test_the_page_of_the_interface_is_served(visit: Visit) -> None:
    page = visit("notes")
    go(page, "https://notes.localhost/docs")
    expect(page.get_by_role("button", name="PUT /api/notes/{number} Change")).to_be_visible()


def test_requests_that_are_too_large_are_rejected_by_the_gateway_as_json() -> None:
    refused = answer(413, "POST", "notes", "/api/notes", data=b" " * 300_000, headers={"Content-Type": "application/json"})
    assert refused.json()["error"]["code"] == "too_large"


@pytest.fixture
def changed_gateway() -> Iterator[None]:
    """Deploy the original sources again afterwards, as other tests expect, and wait until only their pods answer."""
    before = GATEWAY.read_text()
    location = 'location = /changed { return 200 "yes"; }'
    GATEWAY.write_text(before.replace("location = /livez {", f"{location}\n    location = /livez {{"))
    yield
    GATEWAY.write_text(before)
    r.up()
    r.wait_for_end_of_old_pods("gateway", "notes")


@pytest.mark.usefixtures("changed_gateway")
def test_a_changed_configuration_rolls_the_gateway_alone() -> None:
    answer(200, "GET", "notes", "/")
    before = {service: r.names(service, "notes") for service in ("gateway", "backend", "frontend")}
    r.up()
    # A pod that is on its way out answers for a while.
    r.until(lambda: answer(200, "GET", "notes", "/changed").text == "yes", 60, "the configuration is the old one")
    after = {service: r.names(service, "notes") for service in before}
    assert not before["gateway"] & after["gateway"]
    assert (before["backend"], before["frontend"]) == (after["backend"], after["frontend"])
