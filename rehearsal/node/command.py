"""Commands of the machine."""

import subprocess


class HostError(RuntimeError):
    """The machine cannot take the rehearsal; the text says why and what to do."""


def run(*command: str, check: bool = True, stdin: str | None = None) -> str:
    """What a command prints; HostError with its complaint if it fails."""
    try:
        done = subprocess.run(command, input=stdin, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise HostError(f"there is no `{command[0]}` on this machine") from error
    if check and done.returncode:
        raise HostError(f"{' '.join(command)}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout
