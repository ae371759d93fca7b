"""The `pulumi` commands of a recovery."""

import json
import subprocess
from typing import Any

from recovery.state import RecoveryError


class Stack:
    """One stack, with the backend and credentials of the environment."""

    def __init__(self, name: str | None) -> None:
        self._chosen = ("--stack", name) if name else ()

    def export(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self._run("stack", "export"))
        return document

    def replace(self, document: dict[str, Any]) -> None:
        """Write a changed state; its pending operations end with that."""
        self._run("stack", "import", stdin=json.dumps(document))

    def unlock(self) -> None:
        """Take away the lock of a process that is gone. It says so, too, if there is none."""
        self._run("cancel", "--yes", check=False)

    def refresh(self) -> None:
        """Read all resources anew, with its output on the terminal."""
        done = subprocess.run(self._command("refresh", "--yes", "--skip-preview"), check=False)
        if done.returncode:
            raise RecoveryError("`pulumi refresh` failed, see above. Fix: what it names, then recover again")

    def preview(self) -> dict[str, Any] | None:
        """Return what the program is going to do, or None if it cannot say."""
        done = subprocess.run(self._command("preview", "--json"), capture_output=True, text=True, check=False)
        document: dict[str, Any] | None = None if done.returncode else json.loads(done.stdout)
        return document

    def _command(self, *words: str) -> list[str]:
        chosen = self._chosen if words[0] != "cancel" else self._chosen[1:]
        return ["pulumi", *words, *chosen, "--non-interactive"]

    def _run(self, *words: str, stdin: str = "", check: bool = True) -> str:
        done = subprocess.run(self._command(*words), input=stdin, capture_output=True, text=True, check=False)
        if done.returncode and check:
            said = done.stderr.strip() or done.stdout.strip()
            advice = ". Fix: if that process is gone, `make recover` with UNLOCK=yes" if "locked" in said else ""
            raise RecoveryError(f"`pulumi {' '.join(words)}` failed: {said}{advice}")
        return done.stdout
