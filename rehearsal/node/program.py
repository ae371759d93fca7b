"""Supervised processes and the checks that show whether they work."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import requests
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from rehearsal import paths
from rehearsal.files import write_atomically
from rehearsal.node.command import HostError, run
from rehearsal.node.supervisor import Supervisor

START_TIMEOUT_SECONDS: Final = 120
ReadyCheck = Callable[[], bool]


class NotReadyError(RuntimeError):
    """A process was started but its ready check still fails."""


@dataclass(frozen=True, kw_only=True)
class Process:
    """A supervised process.

    Attributes:
        name: The name under which supervisord knows the process.
        command: The command and its arguments.
        ready: Returns whether the process works.
        setup: Runs before the process starts.
        environment: Variables beside those that supervisord passes on.
        autorestart: Whether supervisord restarts the process when it ends.
    """

    name: str
    command: tuple[str, ...]
    ready: ReadyCheck
    setup: Callable[[], None] | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    autorestart: bool = True


def start(supervisor: Supervisor, process: Process) -> None:
    """Start the process and wait until it works. Raise NotReadyError with the end of its log after START_TIMEOUT_SECONDS."""
    if process.setup:
        process.setup()
    supervisor.add(process.name, process.command, environment=process.environment, autorestart=process.autorestart)
    _wait_until_ready(process)


@retry(
    stop=stop_after_delay(START_TIMEOUT_SECONDS),
    wait=wait_fixed(0.25),
    retry=retry_if_exception_type(NotReadyError),
    reraise=True,
)
def _wait_until_ready(process: Process) -> None:
    if not process.ready():
        raise NotReadyError(f"{process.name} does not answer. {describe_log(process.name)}")


def describe_log(name: str) -> str:
    """Return the path of a process's log and the last line in it."""
    log = paths.LOGS / f"{name}.log"
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    return f"{log} ends with: {lines[-1][:500]}" if lines else f"{log} is empty"


def flags(**values: object) -> tuple[str, ...]:
    """Return command-line flags: `bind_address="x"` becomes `--bind-address=x`."""
    return tuple(f"--{name.replace('_', '-')}={value}" for name, value in values.items())


def http_check(url: str, **options: Any) -> ReadyCheck:
    """Return a check that the URL is served. It ignores the proxies and authorities of the environment."""

    def check() -> bool:
        with requests.Session() as session:
            session.trust_env = False
            try:
                return session.get(url, timeout=2, **options).ok
            except requests.RequestException:
                return False

    return check


def api_server_check(path: str) -> ReadyCheck:
    """Return a check that the API server serves the path to the administrator."""
    certificate = (str(paths.PKI / "admin.crt"), str(paths.PKI / "admin.key"))
    return http_check(f"{paths.API_SERVER}{path}", cert=certificate, verify=str(paths.PKI / "ca.crt"))


def command_check(*command: str) -> ReadyCheck:
    """Return a check that the command exits with 0."""

    def check() -> bool:
        try:
            run(*command)
        except HostError:
            return False
        return True

    return check


def write_if_changed(path: Path, text: str) -> None:
    """Write a file only if its text changes: kube-proxy ends when its configuration is rewritten."""
    if not path.exists() or path.read_text() != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, text)
