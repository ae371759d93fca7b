"""Tests of the rehearsal as a package of its own."""

import ast
import importlib
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra import constraints
from rehearsal import paths
from rehearsal.aws.eks import versions

FOLDER = Path(__file__).parent.parent
METADATA = tomllib.loads((FOLDER / "pyproject.toml").read_text())
REPOSITORY = tomllib.loads((paths.CHECKOUT / "pyproject.toml").read_text())
# The other packages of the repository.
PROGRAM = {path.name for path in paths.CHECKOUT.iterdir() if path.is_dir() and any(path.glob("*.py"))} - {FOLDER.name} | {"apps"}
# The modules that the package does not contain.
LEFT_OUT = {f"rehearsal.{Path(name).stem}" for name in METADATA["tool"]["hatch"]["build"]["targets"]["wheel"]["exclude"]}


def imported(source: str) -> Iterator[str]:
    """Yield the full name of each module, or of each name in it, that a source text imports."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def test_only_one_module_imports_the_program_of_this_repository() -> None:
    assert {"infra", "recovery", "tests", "tools"} <= PROGRAM
    importing = {
        str(path.relative_to(FOLDER))
        for path in FOLDER.rglob("*.py")
        if not path.is_relative_to(FOLDER / "tests") and PROGRAM & {name.split(".")[0] for name in imported(path.read_text())}
    }
    assert importing == {"slipway.py"}


def imports_left_out(source: str) -> bool:
    """Return whether a source text imports a module that is left out of the package, or a name or module in it."""
    return any(f"{name}.".startswith(f"{module}.") for name in imported(source) for module in LEFT_OUT)


@pytest.mark.parametrize(
    ("source", "is_left_out"),
    [
        ("from rehearsal.slipway import PROJECT", True),
        ("from rehearsal.tests.plugins.engine import Engine", True),
        ("from rehearsal import slipway", True),
        ("import rehearsal.slipway", True),
        ("from rehearsal.slipway_like import slipway", False),
        ("from rehearsal import paths", False),
    ],
)
def test_each_form_of_an_import_is_compared_with_the_modules_that_are_left_out(source: str, is_left_out: bool) -> None:
    assert imports_left_out(source) == is_left_out


def test_no_packaged_module_imports_one_that_is_left_out_of_the_package() -> None:
    assert {"rehearsal.slipway", "rehearsal.interrupted", "rehearsal.tests"} <= LEFT_OUT
    packaged = [
        path for path in FOLDER.rglob("*.py") if f"rehearsal.{Path(path.relative_to(FOLDER).parts[0]).stem}" not in LEFT_OUT
    ]
    assert FOLDER / "project.py" in packaged
    assert not [path for path in packaged if imports_left_out(path.read_text())]


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
