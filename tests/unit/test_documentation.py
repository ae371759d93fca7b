"""Every page of the documentation: its links lead somewhere, and its tables agree with the code."""

import re
from pathlib import Path

import pytest

from infra.settings import Settings
from tests.engine import ROOT
from tools import reference

PAGES = {
    str(path.relative_to(ROOT)): path
    for pattern in ("*.md", "docs/**/*.md", "apps/README.md", "apps/*/README.md", "rehearsal/README.md")
    for path in sorted(ROOT.glob(pattern))
}
FENCE = re.compile(r"^( *)```.*?^\1```$", re.MULTILINE | re.DOTALL)


def anchors(text: str) -> set[str]:
    """Return the anchors that GitHub gives the headings of a page."""
    headings = [line.lstrip("#").strip() for line in FENCE.sub("", text).splitlines() if line.startswith("#")]
    return {re.sub(r"[^a-z0-9 _-]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links(text: str) -> list[str]:
    return [link for link in re.findall(r"\]\(([^)\s]+)\)", FENCE.sub("", text)) if "://" not in link]


def is_dead(link: str, page: Path) -> bool:
    target, _, anchor = link.partition("#")
    path = page.parent / target if target else page
    return not path.exists() or bool(anchor and anchor not in anchors(path.read_text()))


@pytest.mark.parametrize("name", PAGES)
def test_every_relative_link_leads_to_a_file_and_a_heading(name: str) -> None:
    assert [link for link in links(PAGES[name].read_text()) if is_dead(link, PAGES[name])] == []


def test_a_dead_link_is_found() -> None:
    assert len(links((ROOT / "README.md").read_text())) > 10
    for link in ("docs/nothing.md", "#nothing", "docs/settings.md#nothing"):
        assert is_dead(link, ROOT / "README.md"), link


@pytest.mark.parametrize("page", reference.PAGES)
def test_a_reference_page_is_what_the_code_says(page: str) -> None:
    text = (ROOT / "docs" / page).read_text()
    assert text == reference.with_reference(page, text), "Fix: make reference"


def test_the_settings_page_lists_every_setting() -> None:
    lines = (ROOT / "docs" / "settings.md").read_text().splitlines()
    assert [line.split("`")[1] for line in lines if re.match(r"\| `[a-z_]+` \|", line)] == list(Settings.__dataclass_fields__)
