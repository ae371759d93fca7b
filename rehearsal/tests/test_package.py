"""Tests of the rehearsal as a package of its own."""

import ast
import importlib
import tomllib
from collections.abc import Iterator
from pathlib import Path

from infra import constraints
from rehearsal import paths
from rehearsal.aws.eks import versions

FOLDER = Path(__file__).parent.parent
METADATA = tomllib.loads((FOLDER / "pyproject.toml").read_text())
REPOSITORY = tomllib.loads((paths.CHECKOUT / "pyproject.toml").read_text())
# The other packages of the repository.
PROGRAM = {path.name for path in paths.CHECKOUT.iterdir() if path.is_dir() and any(path.glob("*.py"))} - {FOLDER.name} | {"apps"}


def imported(path: Path) -> Iterator[str]:
    """Yield the full name of each module, or of each name in it, that a file imports."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def test_only_one_module_imports_the_program_of_this_repository() -> None:
    assert {"infra", "recovery", "tests", "tools"} <= PROGRAM
    importing = {
        str(path.relative_to(FOLDER))
        for path in FOLDER.rglob("*.py")
        if not path.is_relative_to(FOLDER / "tests") and PROGRAM & {name.split(".")[0] for name in imported(path)}
    }
    assert importing == {"slipway.py"}


def test_no_packaged_module_imports_one_that_is_left_out_of_the_package() -> None:
    left_out = {f"rehearsal.{Path(name).stem}" for name in METADATA["tool"]["hatch"]["build"]["targets"]["wheel"]["exclude"]}
    assert {"rehearsal.slipway", "rehearsal.interrupted", "rehearsal.tests"} <= left_out
    for path in FOLDER.rglob("*.py"):
        if not path.is_relative_to(FOLDER / "tests") and f"rehearsal.{path.stem}" not in left_out:
            assert not left_out & set(imported(path)), path


def test_the_entry_point_is_the_command() -> None:
    module, name = METADATA["project"]["scripts"]["rehearsal"].split(":")
    assert getattr(importlib.import_module(module), name).commands.keys() >= {"up", "down", "status", "run"}


def test_the_package_has_the_version_and_the_python_of_the_repository() -> None:
    for field in ("version", "requires-python", "license"):
        assert METADATA["project"][field] == REPOSITORY["project"][field]


def test_the_tools_read_the_settings_of_the_repository() -> None:
    # Ruff and pytest take the nearest pyproject.toml that has a table for them.
    assert METADATA["tool"].keys() == {"hatch"}


def test_the_emulators_support_dates_are_those_of_the_program() -> None:
    assert constraints.KUBERNETES_SUPPORT.items() <= versions.STANDARD_SUPPORT.items()
