"""Tests of the message board through its public URL."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e import rehearsal as r
from tests.e2e.browser import reload

Visit = Callable[[str], Page]
Picture = Callable[[Page, str], None]


def test_a_person_posts_reads_and_deletes_a_message(visit: Visit, picture: Picture) -> None:
    page = visit("messageboard")
    page.get_by_role("textbox", name="Your name").fill("Ann")
    page.get_by_role("textbox", name="Message").fill("Hello <script>document.title='broken'</script>")
    page.get_by_role("button", name="Post message").click()
    message = page.get_by_role("article").filter(has_text="Hello <script>")
    expect(message).to_have_count(1)
    picture(page, "messageboard")
    assert "broken" not in page.title()
    reload(page)
    expect(message).to_have_count(1)
    message.get_by_role("button", name=re.compile("^Delete message")).click()
    expect(message).to_have_count(0)
    reload(page)
    expect(page.get_by_role("button", name="Post message")).to_be_visible()
    expect(message).to_have_count(0)


def test_plain_http_is_sent_to_https() -> None:
    answer = r.request("GET", r.SITE.replace("https", "http"))
    assert answer.status_code == 301
    assert answer.headers["Location"].startswith("https://")


def test_an_unknown_host_is_not_found() -> None:
    assert r.request("GET", r.SITE, headers={"Host": "nobody.localhost"}).status_code == 404
