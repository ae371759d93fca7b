"""Commands that share the terminal with the one that started them."""

import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path


def run(command: Sequence[str | Path], *, env: Mapping[str, str], cwd: Path | None = None) -> int:
    """Run a command and return its exit code. Ctrl-C is the command's to answer.

    Python's own way is to kill the command a quarter of a second after Ctrl-C: `pulumi` could neither let its providers end in
    order nor write down what they have made.
    """

    def leave_it(*_: object) -> None: ...

    before = signal.signal(signal.SIGINT, leave_it)
    try:
        return subprocess.run(list(command), cwd=cwd, env=dict(env), check=False).returncode
    finally:
        signal.signal(signal.SIGINT, before)
