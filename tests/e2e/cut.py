"""Runs of `pulumi` that are interrupted, as by a crash or by a user."""

import os
import re
import signal
import subprocess
import threading
from dataclasses import dataclass
from typing import Literal

from tests.e2e import rehearsal as r

How = Literal["killed", "Ctrl-C", "Ctrl-C twice"]
# The longest time that a provider may take to cancel its waits.
GRACE_SECONDS = 60.0
PIPE_SECONDS = 5.0
UP = ("up", "--yes", "--skip-preview")
DESTROY = ("destroy", "--yes", "--skip-preview")


@dataclass(frozen=True)
class Moment:
    """A time during a run: `seconds` after the first line of its output that matches `pattern`."""

    pattern: str = r" (creating|updating|deleting)\b"
    seconds: float = 0


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


def pulumi(*words: str, when: Moment, how: How = "killed") -> Cut:
    """Start a run and interrupt it at a moment, whether it prints something then or not."""
    command = [os.environ["REHEARSAL_PYTHON"], "-m", "rehearsal", "run", "--", "pulumi", *words, "--non-interactive"]
    process = subprocess.Popen(
        command, cwd=r.ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    output = _Output(process, when.pattern)
    was_cut = output.wait_for_match() and not _ends_within(process, when.seconds)
    if was_cut:
        _stop(process, how)
    process.wait(timeout=2 * r.MINUTES)
    return Cut(output=output.text(), was_cut=was_cut)


def _ends_within(process: subprocess.Popen[str], seconds: float) -> bool:
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


class _Output:
    """Reads the output of a process in a thread."""

    def __init__(self, process: subprocess.Popen[str], pattern: str) -> None:
        self._has_match = False
        self._matched_or_ended = threading.Event()
        self._process = process
        self._pattern = re.compile(pattern)
        self._lines: list[str] = []
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            self._lines.append(line)
            if self._pattern.search(line):
                self._has_match = True
                self._matched_or_ended.set()
        self._matched_or_ended.set()

    def wait_for_match(self) -> bool:
        """Wait for a line that matches. Return False if the output ends without one."""
        self._matched_or_ended.wait()
        return self._has_match

    def text(self) -> str:
        """Return the output of the ended process. Plugins that outlive a killed run may keep its pipe open."""
        self._thread.join(timeout=PIPE_SECONDS)
        return "".join(self._lines)


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
