"""Tests of another checkout of the same commit: in another folder, with another umask."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e import rehearsal as r

IGNORED = shutil.ignore_patterns(".git", ".venv", "node_modules", "__pycache__", "e2e-report", "dist", "target", ".*_cache")


@pytest.fixture(params=[0o002, 0o077], ids=["002", "077"])
def checkout(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """Return a copy of this checkout with the file modes that Git writes with the umask."""
    copy = Path(shutil.copytree(r.ROOT, tmp_path / "slipway", ignore=IGNORED))
    for path in copy.rglob("*"):
        path.chmod((0o777 if path.is_dir() or path.stat().st_mode & 0o100 else 0o666) & ~request.param)
    (copy / ".venv").symlink_to(r.ROOT / ".venv")
    assert (copy / "apps/messageboard/api/Dockerfile").stat().st_mode & 0o777 == 0o666 & ~request.param
    yield copy
    shutil.rmtree(copy)


def test_another_checkout_of_the_same_commit_previews_no_change(checkout: Path) -> None:
    r.up()
    assert os.path.samefile(r.ROOT / ".venv", checkout / ".venv")
    output = r.pulumi("-C", str(checkout), "preview", "--expect-no-changes")
    assert r.changes(output) == []
