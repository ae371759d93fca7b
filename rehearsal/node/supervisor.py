"""supervisord, which keeps every process of the rehearsal running, and its XML-RPC interface."""

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
# What the processes get of the environment of whoever starts the rehearsal: nothing that changes what they do.
PASSED_ON: Final = ("PATH", "HOME", "LANG", "TZ", "XDG_CACHE_HOME", "SSL_CERT_FILE", "SSL_CERT_DIR")
TEMPLATES: Final = Environment(
    loader=PackageLoader("rehearsal.node"),
    undefined=StrictUndefined,
    keep_trailing_newline=True,
    autoescape=False,  # noqa: S701  # no HTML
)


class SupervisorError(RuntimeError):
    """supervisord does not answer, or refuses."""


class Supervisor:
    """The running supervisord of the rehearsal."""

    def __init__(self) -> None:
        transport = SupervisorTransport(None, None, f"unix://{paths.SUPERVISOR_SOCKET}")
        self._rpc = cast(Any, ServerProxy("http://localhost", transport=transport)).supervisor

    def answers(self) -> bool:
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
        """Makes a program known and starts it; one that is known with the same definition is left as it runs."""
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
        self._tolerate(self._rpc.addProcessGroup, name, but=Faults.ALREADY_ADDED)
        self.start(name)

    def remove(self, name: str) -> None:
        """Stops a program and forgets it; one that is not known is fine."""
        if self._known(name):
            self.stop(name)
            self._rpc.removeProcessGroup(name)
        (PROGRAMS / f"{name}.conf").unlink(missing_ok=True)

    def start(self, name: str) -> None:
        self._tolerate(self._rpc.startProcess, name, False, but=Faults.ALREADY_STARTED)

    def stop(self, name: str) -> None:
        self._tolerate(self._rpc.stopProcess, name, True, but=Faults.NOT_RUNNING)

    def signal(self, name: str, signal: str) -> None:
        """Sends a signal such as USR2."""
        self._rpc.signalProcess(name, signal)

    def running(self, name: str) -> bool:
        return self._known(name) and self._rpc.getProcessInfo(name)["statename"] in {"RUNNING", "STARTING"}

    def states(self) -> dict[str, str]:
        """`{program: state}` of all that is known."""
        return {info["name"]: info["statename"] for info in self._rpc.getAllProcessInfo()}

    def shut_down(self) -> None:
        self._rpc.shutdown()

    def _known(self, name: str) -> bool:
        return name in self.states()

    @staticmethod
    def _tolerate(call: Any, *args: Any, but: int) -> None:
        try:
            call(*args)
        except Fault as fault:
            if fault.faultCode != but:
                raise SupervisorError(f"supervisord: {fault.faultString}") from fault


@retry(stop=stop_after_delay(20), wait=wait_fixed(0.2), retry=retry_if_exception_type(SupervisorError), reraise=True)
def _await_answer() -> Supervisor:
    supervisor = Supervisor()
    if not supervisor.answers():
        raise SupervisorError(f"supervisord did not start; see {paths.LOGS}/supervisord.log")
    return supervisor


def ensure() -> Supervisor:
    """The running supervisord; starts it where there is none."""
    supervisor = Supervisor()
    if supervisor.answers():
        return supervisor
    for folder in (PROGRAMS, paths.LOGS, paths.RUN):
        folder.mkdir(parents=True, exist_ok=True)
    # What a machine that was switched off has left would be started in no order.
    for file in PROGRAMS.glob("*.conf"):
        file.unlink()
    CONFIGURATION.write_text(
        TEMPLATES.get_template("supervisord.conf").render(
            socket=paths.SUPERVISOR_SOCKET, run=paths.RUN, logs=paths.LOGS, programs=PROGRAMS
        )
    )
    command = [sys.executable, "-m", "supervisor.supervisord", "-c", str(CONFIGURATION)]
    environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    done = subprocess.run(
        command, env=environment, cwd=paths.CHECKOUT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SupervisorError(f"supervisord did not start: {done.stderr.strip() or done.stdout.strip()}")
    return _await_answer()
