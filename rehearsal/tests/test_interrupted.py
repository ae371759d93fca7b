"""How `make up` knows that the last run was cut off, and whose lock it may take away."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from rehearsal import interrupted
from rehearsal.deployment import DeploymentError


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


def test_a_stack_that_was_never_deployed_or_whose_last_run_ended_is_not_interrupted(stack: Path) -> None:
    assert not interrupted.was_interrupted()
    pend(stack)
    assert not interrupted.was_interrupted()


def test_a_lock_that_outlived_its_process_tells_of_a_run_that_was_killed(stack: Path) -> None:
    lock(stack, ended_process())
    assert interrupted.was_interrupted()


@pytest.mark.parametrize("kind", ["creating", "updating", "deleting"])
def test_an_operation_whose_end_nobody_saw_tells_of_a_run_that_was_cut_off(stack: Path, kind: str) -> None:
    pend(stack, kind)
    assert interrupted.was_interrupted()


def test_the_lock_of_a_run_that_goes_on_is_respected(stack: Path) -> None:
    lock(stack, os.getpid())
    pend(stack, "creating")
    with pytest.raises(DeploymentError, match=f"process {os.getpid()}"):
        interrupted.recover(dict(os.environ))
