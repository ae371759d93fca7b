"""Every page of the documentation: its links lead somewhere, and its tables agree with the code."""

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

from infra.setting_rules import RULES
from infra.settings import Settings
from tests.documentation import (
    FENCE,
    NEEDS_AWS,
    NOT_RUN,
    ON_REHEARSAL,
    PAGES,
    ROOT,
    SHELLS,
    ShellBlock,
    shell_blocks,
    without_blocks,
)
from tools import reference

BLOCKS = list(shell_blocks())
# The app that the tutorial creates and removes.
TUTORIAL_APP = "apps/hello/"


def anchors(text: str) -> set[str]:
    """Return the anchors that GitHub gives the headings of a page."""
    headings = [line.lstrip("#").strip() for line in without_blocks(text).splitlines() if line.startswith("#")]
    return {re.sub(r"[^a-z0-9 _-]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links(text: str) -> list[str]:
    return [link for link in re.findall(r"\]\(([^)\s]+)\)", without_blocks(text)) if "://" not in link]


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


@pytest.mark.parametrize("name", [name for name in PAGES if name != "docs/conformance.md"])
def test_no_line_of_prose_is_longer_than_120_characters(name: str) -> None:
    written = PAGES[name].read_text().split(reference.BEGIN)[0]
    assert [line for line in written.splitlines() if len(line) > 120 and not line.lstrip().startswith("|")] == []


@pytest.mark.parametrize("page", reference.PAGES)
def test_a_reference_page_is_what_the_code_says(page: str) -> None:
    text = (ROOT / "docs" / page).read_text()
    assert text == reference.with_reference(page, text), "Fix: make reference"


def test_the_settings_page_lists_every_setting() -> None:
    lines = (ROOT / "docs" / "settings.md").read_text().splitlines()
    assert [line.split("`")[1] for line in lines if re.match(r"\| `[a-z_]+` \|", line)] == list(Settings.__dataclass_fields__)


# The other settings have several rules; a refusal names the one that is broken.
SINGLE_RULES = [name for name, rule in RULES.items() if rule.text.startswith("one of ") or rule.text[0].isdigit()]


@pytest.mark.parametrize("name", SINGLE_RULES)
def test_the_reference_and_the_refusal_state_the_same_rule(name: str) -> None:
    rule = RULES[name]
    assert f"must be {rule.text}, got" in str(rule.problem(-1))


def test_most_choices_and_ranges_are_single_rules() -> None:
    assert {"nat", "kubernetes_version", "node_cpu_limit", "database_backup_days"} <= set(SINGLE_RULES)


def named_paths(text: str) -> list[str]:
    """Return the paths of the repository that a page names as code: `infra/spec.py`, `apps/*/app.py`, `docs/`."""
    folders = "apps|docs|infra|recovery|rehearsal|templates|tests|tools|typings"
    return [path for path in re.findall(r"`([^`\s]+)`", text) if re.fullmatch(rf"(?:{folders})/[\w.*/-]*", path)]


def exists(path: str) -> bool:
    return path.startswith(TUTORIAL_APP) or any(ROOT.glob(path))


@pytest.mark.parametrize("name", PAGES)
def test_a_page_names_only_files_that_exist(name: str) -> None:
    assert [path for path in named_paths(PAGES[name].read_text()) if not exists(path)] == []


def test_the_table_of_what_to_change_names_files() -> None:
    assert len(named_paths((ROOT / "CONTRIBUTING.md").read_text())) > 30


def test_the_newest_release_is_the_version_of_the_project() -> None:
    releases = re.findall(r"^## (\d+\.\d+\.\d+) - \d{4}-\d{2}-\d{2}$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == releases[0]


@pytest.mark.parametrize("block", BLOCKS, ids=str)
def test_a_shell_block_says_how_it_is_tested_and_is_valid_shell(block: ShellBlock) -> None:
    assert block.language == "bash"
    assert block.mark in (ON_REHEARSAL, NEEDS_AWS) or NOT_RUN.fullmatch(block.mark)
    checked = subprocess.run(["bash", "-n"], input=block.text, text=True, capture_output=True, check=False)
    assert checked.stderr == ""


def test_the_rehearsal_runs_blocks_of_the_tutorial_and_of_the_operators_guide() -> None:
    assert {"docs/tutorial.md", "docs/operations.md"} <= {block.page for block in BLOCKS if block.is_for_the_rehearsal}


def make_commands(text: str) -> list[list[str]]:
    """Return the words of each make command: those in shell blocks, and those in a line's code."""
    return [command.split() for command in re.findall(r"(?<![\w-])make ([a-z][^<`'\"\n|#;&]*)", text)]


def code_of(text: str) -> str:
    blocks = "\n".join(block["text"] for block in FENCE.finditer(text) if block["language"] in SHELLS)
    return blocks + "\n" + "\n".join(re.findall(r"`([^`\n]+)`", without_blocks(text)))


@pytest.mark.parametrize("name", PAGES)
def test_every_make_command_has_a_target_and_variables_of_the_makefile(name: str) -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(" ".join(re.findall(r"^([a-z][a-z0-9 -]*):(?!=)", makefile, re.MULTILINE)).split())
    variables = set(re.findall(r"\$\((?:[a-z]+ )?([A-Z_]+)\)", makefile)) | {"KUBERNETES_PLUGIN", "PLUGINS"}
    for command in make_commands(code_of(PAGES[name].read_text())):
        for word in command:
            if "=" in word:
                assert word.split("=")[0] in variables, f"make {' '.join(command)}"
            else:
                assert word in targets or exists(word.removeprefix("test/") + "/"), f"make {' '.join(command)}"


def test_make_commands_are_found_in_blocks_and_in_running_text() -> None:
    text = "Run `make up PLUGINS=none`.\n\n```bash\n# on the rehearsal\nmake shell <<< 'make dump APP=todo'\n```\n"
    assert make_commands(code_of(text)) == [["shell"], ["dump", "APP=todo"], ["up", "PLUGINS=none"]]


def test_the_example_of_an_app_is_a_valid_spec() -> None:
    (example,) = (block for block in FENCE.finditer(PAGES["apps/README.md"].read_text()) if block["language"] == "python")
    names: dict[str, Any] = {}
    exec(example["text"], names)  # noqa: S102  # the page of this repository
    assert {service.name for service in names["app"].in_order_of_start} == {"api", "gateway", "live"}


def test_every_decision_is_in_the_list_and_in_the_navigation() -> None:
    records = sorted(path.name for path in (ROOT / "docs" / "adr").glob("[0-9]*.md"))
    assert re.findall(r"^\| \[\d+\]\((.+?)\)", PAGES["docs/adr/README.md"].read_text(), re.MULTILINE) == records
    assert re.findall(r": adr/(\d.+)$", (ROOT / "mkdocs.yml").read_text(), re.MULTILINE) == records
