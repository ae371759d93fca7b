"""A program under supervision, and how one knows that it works."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import requests
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from rehearsal import paths
from rehearsal.node.command import HostError, run
from rehearsal.node.supervisor import Supervisor

PATIENCE_SECONDS: Final = 120
Question = Callable[[], bool]


class NotReadyError(RuntimeError):
    """A process that was started but does not answer."""


@dataclass(frozen=True, kw_only=True)
class Process:
    """A supervised program, the question whose answer shows that it works, and what has to be done before it can."""

    name: str
    command: tuple[str, ...]
    ready: Question
    before: Callable[[], None] | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    autorestart: bool = True


def start(supervisor: Supervisor, process: Process) -> None:
    """Starts the program and waits until it works; NotReadyError names its log."""
    if process.before:
        process.before()
    supervisor.add(process.name, process.command, environment=process.environment, autorestart=process.autorestart)
    _await(process)


@retry(stop=stop_after_delay(PATIENCE_SECONDS), wait=wait_fixed(0.25), retry=retry_if_exception_type(NotReadyError), reraise=True)
def _await(process: Process) -> None:
    if not process.ready():
        raise NotReadyError(f"{process.name} does not answer. {last_words(process.name)}")


def last_words(name: str) -> str:
    """Where a process logs, and its last line there."""
    log = paths.LOGS / f"{name}.log"
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    return f"{log} ends with: {lines[-1][:500]}" if lines else f"{log} is empty"


def flags(**values: object) -> tuple[str, ...]:
    """`--like-this=value` of `like_this=value`."""
    return tuple(f"--{name.replace('_', '-')}={value}" for name, value in values.items())


def answers(url: str, **options: Any) -> Question:
    """Whether the URL is served; the environment's proxies and authorities have no say."""

    def ask() -> bool:
        with requests.Session() as session:
            session.trust_env = False
            try:
                return session.get(url, timeout=2, **options).ok
            except requests.RequestException:
                return False

    return ask


def answers_administrator(path: str) -> Question:
    """Whether the API server serves the path."""
    certificate = (str(paths.PKI / "admin.crt"), str(paths.PKI / "admin.key"))
    return answers(f"{paths.API_SERVER}{path}", cert=certificate, verify=str(paths.PKI / "ca.crt"))


def succeeds(*command: str) -> Question:
    def ask() -> bool:
        try:
            run(*command)
        except HostError:
            return False
        return True

    return ask


def put(path: Path, text: str) -> None:
    """Writes a file only if it says something new: kube-proxy ends when its configuration is rewritten."""
    if not path.exists() or path.read_text() != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(path.name + ".new")
        fresh.write_text(text)
        fresh.replace(path)
