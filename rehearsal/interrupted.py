"""The traces of an interrupted `up` or `destroy` of this checkout's program: its lock, and pending operations in the state."""

import json
from pathlib import Path
from typing import Final

import psutil

from rehearsal import deployment, foreground, paths
from rehearsal.project import STACK
from rehearsal.pulumi_cli import DeploymentError

LOCKS: Final = deployment.BACKEND / ".pulumi" / "locks" / "organization" / "slipway"
STATE: Final = deployment.BACKEND / ".pulumi" / "stacks" / "slipway" / f"{STACK}.json"


def was_interrupted() -> bool:
    """Return whether the last run was interrupted: its lock is left over, or operations are pending."""
    return bool(_dead_holders()) or bool(_pending_operations())


def recover(env: dict[str, str]) -> None:
    """Run the project's recovery in the foreground. Raise DeploymentError if another run holds the lock or recovery fails."""
    if holders := _living_holders():
        raise DeploymentError(
            f"another pulumi run is working on the stack (process {holders[0]}). "
            "Fix: wait for it or stop it, then run this command again"
        )
    python = paths.CHECKOUT / ".venv" / "bin" / "python"
    command: list[str | Path] = [python, "-m", "recovery", "--stack", STACK, "--unlock"]
    if foreground.run(command, cwd=paths.CHECKOUT, env=env):
        raise DeploymentError("the stack was not recovered, see above. Fix the cause, then run this command again")


def _holders() -> list[int]:
    return [json.loads(path.read_text())["pid"] for path in LOCKS.rglob("*.json")]


def _dead_holders() -> list[int]:
    return [pid for pid in _holders() if not _runs(pid)]


def _living_holders() -> list[int]:
    return [pid for pid in _holders() if _runs(pid)]


def _runs(pid: int) -> bool:
    """Return whether a process runs. A zombie does not: it keeps its PID until its parent reaps it."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _pending_operations() -> list[object]:
    if not STATE.exists():
        return []
    latest = json.loads(STATE.read_text())["checkpoint"].get("latest") or {}
    operations: list[object] = latest.get("pending_operations") or []
    return operations
