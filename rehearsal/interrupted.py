"""What an `up` or a `destroy` that was cut off has left: its lock, and operations whose end nobody saw."""

import json
from typing import Final

import psutil

from rehearsal import deployment, foreground, paths

LOCKS: Final = deployment.BACKEND / ".pulumi" / "locks"
STATE: Final = deployment.BACKEND / ".pulumi" / "stacks" / "slipway" / f"{deployment.STACK}.json"


def found() -> bool:
    """Tell whether the last run was cut off: its lock outlived it, or operations are pending."""
    return bool(_dead_holders()) or bool(_pending_operations())


def recover(env: dict[str, str]) -> None:
    """Run the program's own recovery, with its output on the terminal. Raise DeploymentError if it needs a decision."""
    if holders := _living_holders():
        raise deployment.DeploymentError(
            f"another run of pulumi works on the stack (process {holders[0]}). Fix: let it end, or stop it, then: make up"
        )
    python = paths.CHECKOUT / ".venv" / "bin" / "python"
    command = [python, "-m", "recovery", "--stack", deployment.STACK, "--unlock"]
    if foreground.run(command, cwd=paths.CHECKOUT, env=env):
        raise deployment.DeploymentError("the stack was not recovered, see above; `make up` tries again")


def _holders() -> list[int]:
    return [json.loads(path.read_text())["pid"] for path in LOCKS.rglob("*.json")]


def _dead_holders() -> list[int]:
    return [pid for pid in _holders() if not _runs(pid)]


def _living_holders() -> list[int]:
    return [pid for pid in _holders() if _runs(pid)]


def _runs(pid: int) -> bool:
    """Tell whether a process runs: one that was killed keeps its number until its parent asks for it."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _pending_operations() -> list[object]:
    if not STATE.exists():
        return []
    latest = json.loads(STATE.read_text())["checkpoint"].get("latest") or {}
    operations: list[object] = latest.get("pending_operations") or []
    return operations
