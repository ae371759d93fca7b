from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.e2e import rehearsal as r
from tests.e2e.browser import go

# Chromium must not send requests of its own.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDTHS = {"desktop": (1280, 800), "phone": (375, 740)}


@pytest.fixture(scope="session", autouse=True)
def deployed() -> None:
    """Deploy the stack as `make up` does."""
    r.rehearsal("up")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(params=list(WIDTHS.values()), ids=list(WIDTHS))
def visit(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[[str], Page]]:
    """Return a function that opens a site in a new browser context, at both widths. Fail the test on page errors."""
    width, height = request.param
    contexts, complaints = [], []

    def open_site(host: str) -> Page:
        context = browser.new_context(ignore_https_errors=True, viewport={"width": width, "height": height})
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        go(page, f"https://{host}.localhost")
        return page

    yield open_site
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def picture(request: pytest.FixtureRequest) -> Callable[[Page, str], None]:
    """Return a function that saves a screenshot in the report and asserts that the page fits the window."""

    def take(page: Page, site: str) -> None:
        r.REPORT.mkdir(exist_ok=True)
        page.screenshot(path=r.REPORT / f"{site}-{request.node.callspec.id}.png", animations="disabled")
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), (
            f"the page of {site} scrolls sideways"
        )

    return take
