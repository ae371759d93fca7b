"""The files that services share by copy (docs/adr/0009-apps-share-by-copy.md) stay alike."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.engine import ALL_APPS, ROOT

BOARD, ORACLE, NOTES, VOTE = "messageboard/api", "oracle/backend", "notes/backend", "voting/vote"
CONNECTIONS, TASKS, RESULT = "todo/connection-server", "todo/task-manager", "voting/result"
FRONTENDS = tuple(f"{app}/frontend" for app in ("messageboard", "notes", "oracle", "todo"))
BOARD_PAGE, NOTES_PAGE, ORACLE_PAGE, TODO_PAGE = FRONTENDS
TEMPLATE = "templates/app/files/web"
WRITTEN = {"node_modules", "dist", "target", "__pycache__", ".hypothesis", ".pytest_cache"}
Copies = tuple[tuple[str, ...], str]


def each(services: tuple[str, ...], path: str, own: str = "") -> Copies:
    """Return the same file of several services. `{}` stands for a service's Python package.

    Args:
        services: Folders of services, in `apps/` or the template's.
        path: The file in each of them.
        own: A regular expression for what each copy may have of its own.
    """
    return tuple(f"{service}/{path.format(service.rsplit('/', 1)[1])}" for service in services), own


COPIES: Final[dict[str, Copies]] = {
    "JSON logs in Python": each((BOARD, ORACLE, NOTES, VOTE), "{}/logs.py"),
    "Alembic's migrations": each((BOARD, ORACLE, NOTES), "{}/migrate.py", r"config\.\w+_host"),
    "Alembic's entry": each((BOARD, ORACLE, NOTES), "{}/migrations/env.py"),
    "tests of migrations": each((BOARD, ORACLE, NOTES), "tests/test_migrate.py"),
    "errors in Flask": each((BOARD, ORACLE), "{}/errors.py"),
    "the Flask application": each((BOARD, ORACLE), "{}/app.py", "messages|predictions"),
    "gunicorn's configuration": each((BOARD, ORACLE, VOTE), "gunicorn.conf.py", r"'\d+'\)"),
    "pytest's configuration": each((BOARD, ORACLE, NOTES, VOTE, TEMPLATE), "pytest.ini"),
    "what Python images leave out": each((BOARD, VOTE, TEMPLATE), ".dockerignore"),
    "requirements of tests": each((BOARD, ORACLE), "requirements-dev.in"),
    "configuration in Express": each((CONNECTIONS, TASKS), "src/config.js"),
    "errors in Express": each((CONNECTIONS, TASKS), "src/errors.js"),
    "Knex's migrations": each((CONNECTIONS, TASKS), "src/migrate.js"),
    "JSON logs in Node.js": each((CONNECTIONS, TASKS), "src/log.js"),
    "tests of an Express service": each((CONNECTIONS, TASKS), "test/service.test.js"),
    "images of Express services": each((CONNECTIONS, TASKS), "Dockerfile"),
    "what Node.js images leave out": each((CONNECTIONS, TASKS, RESULT), ".dockerignore"),
    "images of pages": each(FRONTENDS, "Dockerfile", r"EXPOSE \d+"),
    "what images of pages leave out": each(FRONTENDS, ".dockerignore"),
    "nginx's configuration": each((BOARD_PAGE, NOTES_PAGE, TODO_PAGE), "nginx.conf"),
    "lists in pages": each((BOARD_PAGE, ORACLE_PAGE, TODO_PAGE), "src/list.ts"),
    "times in pages": each((BOARD_PAGE, NOTES_PAGE), "src/time.ts"),
    "start of a page": each((NOTES_PAGE, TODO_PAGE), "src/main.tsx"),
    "set-up of page tests": each(FRONTENDS, "src/setup.ts"),
    "TypeScript's configuration": each((BOARD_PAGE, NOTES_PAGE, TODO_PAGE), "tsconfig.json"),
    "Vite's configuration": each((BOARD_PAGE, NOTES_PAGE), "vite.config.ts"),
    "the voting app's icon": (("voting/vote/vote/static/icon.svg", "voting/result/public/icon.svg"), ""),
    "the template's JSON logs": ((f"{BOARD}/api/logs.py", f"{TEMPLATE}/web/logs.py.jinja"), ""),
}


def file_of(copy: str) -> Path:
    return ROOT / copy if copy.startswith("templates/") else ROOT / "apps" / copy


def alike(copy: str, own: str) -> str:
    """Return the text of a copy, with its service's names and what is its own taken out."""
    text = file_of(copy).read_text()
    app, service = ("{{ name }}", "web") if copy.startswith("templates/") else copy.split("/")[:2]
    text = text.replace(f"{app}-{service}", "<app>-<service>")
    text = re.sub(rf"\b{service}(?=[.\"`]| import )", "<package>", text)
    return re.sub(own, "<own>", text) if own else text


@pytest.mark.parametrize("name", COPIES)
def test_the_copies_of_a_file_are_alike(name: str) -> None:
    copies, own = COPIES[name]
    first, *others = copies
    for other in others:
        assert alike(other, own) == alike(first, own), f"{file_of(other)} differs from {file_of(first)}"


@pytest.mark.parametrize("name", COPIES)
def test_most_of_a_copy_is_compared(name: str) -> None:
    copies, own = COPIES[name]
    text = alike(copies[0], own)
    assert len(re.sub("<[a-z-]+>", "", text)) > 0.8 * len(file_of(copies[0]).read_text())


def sample_files() -> Iterator[Path]:
    """Yield the files of the sample apps' services, without what tools have written there."""
    for app in ALL_APPS:
        for folder, folders, names in os.walk(ROOT / "apps" / app):
            folders[:] = [name for name in folders if name not in WRITTEN]
            yield from (Path(folder) / name for name in names)


def test_files_that_are_the_same_are_among_the_copies() -> None:
    same: dict[bytes, set[str]] = {}
    for path in sample_files():
        same.setdefault(path.read_bytes(), set()).add(str(path.relative_to(ROOT / "apps")))
    groups = [names for content, names in same.items() if content and len(names) > 1]
    assert len(groups) > 10
    listed = [set(copies) for copies, _ in COPIES.values()]
    assert [group for group in groups if not any(group <= copies for copies in listed)] == []
