"""Tests of the detection of interrupted runs and of their locks."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from rehearsal import interrupted
from rehearsal.pulumi_cli import DeploymentError


@pytest.fixture
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(interrupted, "LOCKS", tmp_path / "locks")
    monkeypatch.setattr(interrupted, "STATE", tmp_path / "stack.json")
    return tmp_path


def lock(stack: Path, pid: int) -> None:
    folder = stack / "locks" / "organization" / "slipway"
    folder.mkdir(parents=True)
    (folder / "lock.json").write_text(json.dumps({"pid": pid}))


def pend(stack: Path, *kinds: str) -> None:
    latest = {"pending_operations": [{"type": kind} for kind in kinds]}
    (stack / "stack.json").write_text(json.dumps({"checkpoint": {"latest": latest}}))


def ended_process() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_a_new_stack_and_a_finished_run_are_not_interrupted(stack: Path) -> None:
    assert not interrupted.was_interrupted()
    pend(stack)
    assert not interrupted.was_interrupted()


def test_a_lock_of_an_ended_process_means_an_interrupted_run(stack: Path) -> None:
    lock(stack, ended_process())
    assert interrupted.was_interrupted()


@pytest.mark.parametrize("kind", ["creating", "updating", "deleting"])
def test_a_pending_operation_means_an_interrupted_run(stack: Path, kind: str) -> None:
    pend(stack, kind)
    assert interrupted.was_interrupted()


def test_the_lock_of_a_running_process_is_not_removed(stack: Path) -> None:
    lock(stack, os.getpid())
    pend(stack, "creating")
    with pytest.raises(DeploymentError, match=rf"process {os.getpid()}\). Fix: .*, then run this command again$"):
        interrupted.recover(dict(os.environ))
