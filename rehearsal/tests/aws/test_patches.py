"""The patches of moto are installed by a call and can be undone."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from moto.eks import urls

from rehearsal.aws import patches
from rehearsal.tests.aws.conftest import patched_moto


def moto_attributes() -> dict[tuple[type, str], Any]:
    """Return every attribute of every class of moto that is imported."""
    modules = [module for name, module in list(sys.modules.items()) if name.startswith("moto.")]
    classes = {value for module in modules for value in vars(module).values() if isinstance(value, type)}
    return {(owner, name): value for owner in classes for name, value in vars(owner).items()}


def changed(before: dict[Any, Any], after: dict[Any, Any]) -> set[Any]:
    return {key for key in before.keys() | after.keys() if before.get(key) is not after.get(key)}


def test_every_module_of_patches_changes_moto_and_all_changes_can_be_undone() -> None:
    before, paths_before = moto_attributes(), dict(urls.url_paths)
    with patched_moto():
        installed = moto_attributes()
        names = changed(before, installed)
        assert changed(paths_before, urls.url_paths)
    assert not changed(before, moto_attributes())
    assert urls.url_paths == paths_before
    functions = [getattr(value, "fget", value) for value in (installed[key] for key in names)]
    # A replaced method keeps the name of the original; the function that it calls is in its closure.
    cells = [cell.cell_contents for function in functions for cell in getattr(function, "__closure__", None) or ()]
    modules = {getattr(value, "__module__", None) for value in [*functions, *cells]}
    patched_twice = "rehearsal.aws.judge"  # `refusal` replaces its method once more
    assert {module.__name__ for module in patches.MODULES} <= modules | {patched_twice}


def test_moto_cannot_be_patched_twice() -> None:
    with patched_moto(), pytest.raises(RuntimeError, match="patched already"):
        patches.install()
