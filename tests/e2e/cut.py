"""Runs of `pulumi` that are interrupted, as by a crash or by a user."""

import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from tests.e2e import rehearsal as r

How = Literal["killed", "Ctrl-C", "Ctrl-C twice"]
# The longest time that a provider may take to cancel its waits.
GRACE_SECONDS = 60.0
UP = ("up", "--yes", "--skip-preview")
DESTROY = ("destroy", "--yes", "--skip-preview")


@dataclass(frozen=True, kw_only=True)
class Cut:
    """An interrupted run."""

    output: str
    was_cut: bool
    """False if the run ended before it was interrupted."""

    @property
    def in_flight(self) -> list[str]:
        """Return the operations that started and did not end, as `Type name`."""
        begun: list[str] = []
        ended: set[str] = set()
        for line in self.output.splitlines():
            if found := re.match(r"^\s*\S*\s+(\S+ \S+) (creating|updating|deleting|created|updated|deleted)\b", line):
                (begun.append if found[2].endswith("ing") else ended.add)(found[1])
        return [each for each in dict.fromkeys(begun) if each not in ended]


def pulumi(*words: str, when: Callable[[str], bool], how: How = "killed") -> Cut:
    """Start a run and interrupt it as soon as `when` returns true for a line of its output."""
    command = [os.environ["REHEARSAL_PYTHON"], "-m", "rehearsal", "run", "--", "pulumi", *words, "--non-interactive"]
    process = subprocess.Popen(
        command, cwd=r.ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    assert process.stdout
    lines: list[str] = []
    was_cut = False
    for line in process.stdout:
        lines.append(line)
        if not was_cut and when(line):
            was_cut = True
            _stop(process, how)
        if was_cut and how == "killed":
            break
    process.stdout.close()
    process.wait(timeout=2 * r.MINUTES)
    return Cut(output="".join(lines), was_cut=was_cut)


def _stop(process: subprocess.Popen[str], how: How) -> None:
    if how == "killed":
        os.killpg(process.pid, signal.SIGKILL)
        return
    os.killpg(process.pid, signal.SIGINT)
    # Pulumi ends at once after a second Ctrl-C; a user waits for a while before it.
    delay_seconds = GRACE_SECONDS if how == "Ctrl-C" else 1.0
    threading.Thread(target=_press_again, args=(process, delay_seconds), daemon=True).start()


def _press_again(process: subprocess.Popen[str], delay_seconds: float) -> None:
    try:
        process.wait(timeout=delay_seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGINT)


def seen(pattern: str) -> Callable[[str], bool]:
    """Return a condition that a line matches a pattern."""
    return lambda line: re.search(pattern, line) is not None


def after(seconds: float, begun: str = r" (creating|updating|deleting)\b") -> Callable[[str], bool]:
    """Return a condition that `seconds` have passed since the first operation; Pulumi prints a line every second."""
    first: list[float] = []

    def has_come(line: str) -> bool:
        if not first and re.search(begun, line):
            first.append(time.monotonic())
        return bool(first) and time.monotonic() - first[0] >= seconds

    return has_come
