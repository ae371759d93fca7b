"""Browser actions that are retried while the machine's network changes."""

from playwright.sync_api import Page
from tenacity import retry, retry_if_exception_message, stop_after_attempt

# Chromium aborts page loads whenever a network interface of the machine is added or removed, as those of pods are.
_again = retry(stop=stop_after_attempt(5), retry=retry_if_exception_message(match=".*ERR_NETWORK_CHANGED"), reraise=True)


@_again
def go(page: Page, url: str) -> None:
    """Open a URL."""
    page.goto(url)


@_again
def reload(page: Page) -> None:
    """Load the page again."""
    page.reload()
