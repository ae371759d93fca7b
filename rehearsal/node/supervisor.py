"""The supervisord that runs every process of the rehearsal, and its XML-RPC interface."""

import os
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast
from xmlrpc.client import Fault, ServerProxy

from jinja2 import Environment, PackageLoader, StrictUndefined
from supervisor.xmlrpc import Faults, SupervisorTransport
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from rehearsal import paths

PROGRAMS: Final = paths.SUPERVISOR / "conf.d"
CONFIGURATION: Final = paths.SUPERVISOR / "supervisord.conf"
# The environment variables that processes inherit from the caller: none of them changes what a process does.
INHERITED_VARIABLES: Final = ("PATH", "HOME", "LANG", "TZ", "XDG_CACHE_HOME", "SSL_CERT_FILE", "SSL_CERT_DIR")
TEMPLATES: Final = Environment(
    loader=PackageLoader("rehearsal.node"),
    undefined=StrictUndefined,
    keep_trailing_newline=True,
    autoescape=False,  # noqa: S701  # no HTML
)


class SupervisorError(RuntimeError):
    """supervisord does not answer, or refuses a request."""


class Supervisor:
    """The running supervisord of the rehearsal."""

    def __init__(self) -> None:
        transport = SupervisorTransport(None, None, f"unix://{paths.SUPERVISOR_SOCKET}")
        self._rpc = cast(Any, ServerProxy("http://localhost", transport=transport)).supervisor

    def answers(self) -> bool:
        """Return whether supervisord runs and answers."""
        try:
            return bool(self._rpc.getState()["statename"] == "RUNNING")
        except (OSError, Fault):
            return False

    def add(
        self,
        name: str,
        command: Sequence[str],
        *,
        environment: Mapping[str, str] | None = None,
        autorestart: bool = True,
        user: str | None = None,
    ) -> None:
        """Add a program and start it. Leave a running program alone if its definition has not changed."""
        text = TEMPLATES.get_template("program.conf").render(
            name=name,
            # supervisord expands %(...)s in its configuration.
            command=shlex.join(command).replace("%", "%%"),
            environment=",".join(f'{key}="{value}"'.replace("%", "%%") for key, value in (environment or {}).items()),
            autorestart=str(autorestart).lower(),
            user=user,
            log=paths.LOGS / f"{name}.log",
            folder=paths.CHECKOUT,
        )
        file = PROGRAMS / f"{name}.conf"
        if self._known(name) and file.exists() and file.read_text() == text:
            self.start(name)
            return
        self.remove(name)
        PROGRAMS.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(0o600)
        self._rpc.reloadConfig()
        self._call_ignoring(self._rpc.addProcessGroup, name, ignored_fault=Faults.ALREADY_ADDED)
        self.start(name)

    def remove(self, name: str) -> None:
        """Stop a program and remove its definition. Do nothing if supervisord does not know it."""
        if self._known(name):
            self.stop(name)
            self._rpc.removeProcessGroup(name)
        (PROGRAMS / f"{name}.conf").unlink(missing_ok=True)

    def start(self, name: str) -> None:
        """Start a program and return at once."""
        self._call_ignoring(self._rpc.startProcess, name, False, ignored_fault=Faults.ALREADY_STARTED)

    def stop(self, name: str) -> None:
        """Stop a program and wait until it has ended."""
        self._call_ignoring(self._rpc.stopProcess, name, True, ignored_fault=Faults.NOT_RUNNING)

    def signal(self, name: str, signal: str) -> None:
        """Send a signal such as USR2 to a program."""
        self._rpc.signalProcess(name, signal)

    def running(self, name: str) -> bool:
        """Return whether the program is known and runs or starts."""
        return self._known(name) and self._rpc.getProcessInfo(name)["statename"] in {"RUNNING", "STARTING"}

    def states(self) -> dict[str, str]:
        """Return the state of each known program, keyed by its name."""
        return {info["name"]: info["statename"] for info in self._rpc.getAllProcessInfo()}

    def shut_down(self) -> None:
        """Ask supervisord to stop all programs and to end; return at once."""
        self._rpc.shutdown()

    def _known(self, name: str) -> bool:
        return name in self.states()

    @staticmethod
    def _call_ignoring(call: Any, *args: Any, ignored_fault: int) -> None:
        try:
            call(*args)
        except Fault as fault:
            if fault.faultCode != ignored_fault:
                raise SupervisorError(f"supervisord: {fault.faultString}") from fault


@retry(stop=stop_after_delay(20), wait=wait_fixed(0.2), retry=retry_if_exception_type(SupervisorError), reraise=True)
def _wait_for_supervisord() -> Supervisor:
    supervisor = Supervisor()
    if not supervisor.answers():
        raise SupervisorError(f"supervisord did not start; see {paths.LOGS}/supervisord.log")
    return supervisor


def ensure() -> Supervisor:
    """Return the running supervisord. Start it if it does not run."""
    supervisor = Supervisor()
    if supervisor.answers():
        return supervisor
    for folder in (PROGRAMS, paths.LOGS, paths.RUN):
        folder.mkdir(parents=True, exist_ok=True)
    # Definitions from before a power failure would be started in no particular order.
    for file in PROGRAMS.glob("*.conf"):
        file.unlink()
    CONFIGURATION.write_text(
        TEMPLATES.get_template("supervisord.conf").render(
            socket=paths.SUPERVISOR_SOCKET, run=paths.RUN, logs=paths.LOGS, programs=PROGRAMS
        )
    )
    command = [sys.executable, "-m", "supervisor.supervisord", "-c", str(CONFIGURATION)]
    environment = {name: os.environ[name] for name in INHERITED_VARIABLES if name in os.environ}
    result = subprocess.run(
        command, env=environment, cwd=paths.CHECKOUT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if result.returncode:
        raise SupervisorError(f"supervisord did not start: {result.stderr.strip() or result.stdout.strip()}")
    return _wait_for_supervisord()
