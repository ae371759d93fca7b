"""The rehearsal's commands and cluster for the end-to-end tests."""

import json
import os
import subprocess
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
from tenacity import RetryError, Retrying, retry_if_result, stop_after_delay, wait_fixed

ROOT = Path(__file__).parent.parent.parent
STATE = Path("/var/lib/slipway")
AUTHORITY = STATE / "pki" / "ca.crt"
BOARD = "messageboard"
SITE = f"https://{BOARD}.localhost"
REPORT = ROOT / "e2e-report"
MINUTES = 60.0
PYTHON = os.environ.get("REHEARSAL_PYTHON", "")


def rehearsal(*arguments: str, stdin: str | None = None, check: bool = True, log: bool = True) -> str:
    """Run a command of the rehearsal, write its output into the report and return it. Assert that it succeeds."""
    done = subprocess.run(
        [os.environ["REHEARSAL_PYTHON"], "-m", "rehearsal", *arguments],
        cwd=ROOT,
        input=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=15 * MINUTES,
        check=False,
    )
    if log:
        REPORT.mkdir(exist_ok=True)
        with (REPORT / "commands.log").open("a") as report:
            report.write(f"$ rehearsal {' '.join(arguments)}\n{done.stdout}\n")
    assert not check or done.returncode == 0, f"{arguments}: {done.stdout[-4000:]}"
    return done.stdout


def pulumi(*arguments: str, stdin: str | None = None, check: bool = True) -> str:
    return rehearsal("run", "--", "pulumi", *arguments, "--non-interactive", stdin=stdin, check=check)


def up() -> str:
    """Run `pulumi up` and return its output."""
    return pulumi("up", "--yes", "--skip-preview")


def changes(output: str) -> list[str]:
    """Return the lines of a summary that report a change, such as `~ 2 updated`."""
    summary = output.split("Resources:")[1].split("Duration", maxsplit=1)[0]
    return [line.strip() for line in summary.splitlines() if line.strip() and "unchanged" not in line]


def recover() -> None:
    """Recover the stack after an interrupted run, as `make recover` does. The settings stay as they are, unlike in `make up`."""
    rehearsal("run", "--", "make", "recover", "UNLOCK=yes")


def supervisor(action: str, *programs: str, check: bool = True) -> str:
    """Run an action of supervisorctl on processes of the rehearsal, wait until it is done and return its output."""
    control = ("-m", "supervisor.supervisorctl", "-s", "unix:///run/slipway/supervisor.sock")
    command = [os.environ["REHEARSAL_PYTHON"], *control, action, *programs]
    return subprocess.run(command, check=check, capture_output=True, text=True, timeout=2 * MINUTES).stdout


def kubectl(
    *arguments: str, stdin: str | None = None, check: bool = True, timeout: float = 120
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["kubectl", "--kubeconfig", str(STATE / "kubeconfig"), *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        check=check,
        timeout=timeout,
    )


def items(kind: str, *arguments: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(kubectl("get", kind, "-o", "json", *arguments).stdout)["items"]
    return found


def pods(service: str, app: str = BOARD) -> list[dict[str, Any]]:
    """Return the pods of a service or store that are not terminating."""
    return [pod for pod in _all_pods(service, app) if not _is_ending(pod)]


def _all_pods(service: str, app: str) -> list[dict[str, Any]]:
    return items("pods", "-n", app, "-l", f"app.kubernetes.io/name={service}")


def _is_ending(pod: dict[str, Any]) -> bool:
    return "deletionTimestamp" in pod["metadata"]


def names(service: str, app: str = BOARD) -> set[str]:
    return {pod["metadata"]["name"] for pod in pods(service, app)}


def wait_for_end_of_old_pods(service: str, app: str = BOARD) -> None:
    """Wait until no pod of the service is terminating: a terminating pod still answers for a while."""
    until(lambda: not any(map(_is_ending, _all_pods(service, app))), 90, f"old pods of {app}/{service} are still there")


def image(service: str) -> str:
    found = items("deployments", "-n", BOARD, "-l", f"app.kubernetes.io/name={service}")
    return str(found[0]["spec"]["template"]["spec"]["containers"][0]["image"])


def request(method: str, url: str, **options: Any) -> requests.Response:
    """Send a request on a new connection, without the machine's proxies and credentials."""
    with requests.Session() as session:
        session.trust_env = False
        defaults: dict[str, Any] = {"verify": str(AUTHORITY), "timeout": 15, "allow_redirects": False}
        return session.request(method, url, **(defaults | options))


def secret(key: str) -> str:
    """Return a secret of the stack in plain text, without writing it into the report."""
    return str(json.loads(rehearsal("run", "--", "pulumi", "config", "get", key, "--json", log=False))["value"])


@dataclass
class Load:
    """The number of requests, keyed by the status of their answer or the name of their error."""

    answers: Counter[str] = field(default_factory=Counter)

    @property
    def failures(self) -> dict[str, int]:
        return {key: count for key, count in self.answers.items() if key != "200"}


@contextmanager
def load(clients: int = 4) -> Iterator[Load]:
    """Request messages continuously: half of the clients keep their connection, half open a new one for each request."""
    seen, stop = Load(), threading.Event()

    def ask(keeps: bool) -> None:
        session = requests.Session()
        session.trust_env = False
        while not stop.wait(0.02):
            try:
                headers = {} if keeps else {"Connection": "close"}
                answer = session.get(f"{SITE}/api/messages?limit=1", verify=str(AUTHORITY), timeout=15, headers=headers)
                seen.answers[str(answer.status_code)] += 1
            except requests.RequestException as error:
                seen.answers[type(error).__name__] += 1

    threads = [threading.Thread(target=ask, args=(number % 2 == 0,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    try:
        yield seen
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def processes(group: str) -> Iterator[int]:
    """Yield the PIDs of the processes whose control group contains a text such as `/kubepods` or `pod<uid>`."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if group in (folder / "cgroup").read_text():
                yield int(folder.name)
        except (FileNotFoundError, ProcessLookupError):
            continue


@contextmanager
def command_lines() -> Iterator[set[str]]:
    """Collect the command lines of all processes until the block ends."""
    found: set[str] = set()
    stop = threading.Event()

    def look() -> None:
        while not stop.wait(0.2):
            for folder in Path("/proc").glob("[0-9]*"):
                try:
                    found.add((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
                except (FileNotFoundError, ProcessLookupError):
                    continue

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield found
    finally:
        stop.set()
        watcher.join()


def until(condition: Callable[[], bool], seconds: float, what: str, poll_seconds: float = 0.5) -> None:
    """Wait until a condition is true. Raise AssertionError after `seconds`."""
    try:
        Retrying(stop=stop_after_delay(seconds), wait=wait_fixed(poll_seconds), retry=retry_if_result(lambda found: not found))(
            condition
        )
    except RetryError as error:
        raise AssertionError(f"after {seconds:.0f} s: {what}") from error
