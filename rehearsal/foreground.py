"""Commands in the foreground of the terminal."""

import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path


def run(command: Sequence[str | Path], *, env: Mapping[str, str], cwd: Path | None = None) -> int:
    """Run a command and return its exit code. Leave Ctrl-C to the command.

    By default, Python kills the command a quarter of a second after Ctrl-C: `pulumi` could then neither stop its providers in
    order nor save the resources that they created.
    """

    def ignore(*_: object) -> None: ...

    former_handler = signal.signal(signal.SIGINT, ignore)
    try:
        return subprocess.run(list(command), cwd=cwd, env=dict(env), check=False).returncode
    finally:
        signal.signal(signal.SIGINT, former_handler)
