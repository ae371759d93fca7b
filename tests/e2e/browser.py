"""A person's browser, on a machine whose network changes all the while."""

from playwright.sync_api import Page
from tenacity import retry, retry_if_exception_message, stop_after_attempt

# Chromium gives up what it loads whenever an interface comes or goes on the machine, as those of pods do.
_again = retry(stop=stop_after_attempt(5), retry=retry_if_exception_message(match=".*ERR_NETWORK_CHANGED"), reraise=True)


@_again
def go(page: Page, url: str) -> None:
    page.goto(url)


@_again
def reload(page: Page) -> None:
    page.reload()
