"""Commands that run on this machine."""

import subprocess


class HostError(RuntimeError):
    """The machine cannot run the rehearsal; the text says why and how to fix it."""


def run(*command: str, check: bool = True, stdin: str | None = None) -> str:
    """Run a command and return its standard output. Raise HostError with its error output if it fails."""
    try:
        result = subprocess.run(command, input=stdin, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise HostError(f"there is no `{command[0]}` on this machine") from error
    if check and result.returncode:
        raise HostError(f"{' '.join(command)}: {result.stderr.strip() or result.stdout.strip()}")
    return result.stdout
