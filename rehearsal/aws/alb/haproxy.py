"""The HAProxy process of the load balancers: its files, its reload, its runtime API."""

from __future__ import annotations

import csv
import io
import shutil
import socket
import subprocess
import threading
from collections.abc import Collection, Mapping
from typing import Final

from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from rehearsal import paths
from rehearsal.aws.alb.configuration import Configuration, render
from rehearsal.node.supervisor import Supervisor

PROGRAM: Final = "haproxy"
HOME: Final = paths.STATE / "haproxy"
CONFIG: Final = HOME / "haproxy.cfg"
BODIES: Final = HOME / "bodies"
SOCKET: Final = paths.RUN / "haproxy.sock"
Servers = dict[tuple[str, str], dict[str, str]]
# Held during a reload, and while a command is sent that a reload must not miss.
_reload_lock = threading.Lock()


class HAProxyError(Exception):
    """HAProxy refused its configuration, or did not load it."""


class _NotLoadedError(HAProxyError):
    pass


def runtime(*commands: str) -> str:
    """Send commands to the runtime API and return HAProxy's answer; it is empty while HAProxy is down."""
    with socket.socket(socket.AF_UNIX) as link:
        link.settimeout(5)
        try:
            link.connect(str(SOCKET))
        except (ConnectionRefusedError, FileNotFoundError):
            return ""
        link.sendall("; ".join(commands).encode() + b"\n")
        return b"".join(iter(lambda: link.recv(65536), b"")).decode().strip()


def send_command(command: str) -> None:
    """Send a runtime command. Update the file on disk first, so that a reloaded process sees the change."""
    with _reload_lock:
        if CONFIG.exists():
            version = CONFIG.read_text().split("description ", 1)[1].split()[0]
            _send_to_version(version, command)


def servers() -> Servers:
    """Return HAProxy's statistics of each server, by (backend, server)."""
    rows = csv.DictReader(io.StringIO(runtime("show stat -1 4 -1").removeprefix("# ")))
    return {(row["pxname"], row["svname"]): row for row in rows if not row["pxname"].startswith("ecr-")}


def validate(path: str) -> None:
    """Check a configuration file.

    Raises:
        HAProxyError: HAProxy refuses the file.
    """
    result = subprocess.run(["haproxy", "-c", "-q", "-f", path], capture_output=True, text=True, check=False)
    if result.returncode:
        raise HAProxyError(f"haproxy refuses {path}: {result.stderr.strip()}")


def apply(configuration: Configuration, kept_servers: Mapping[str, Collection[str]]) -> None:
    """Write the configuration and make HAProxy load it; connections in progress stay with the old process."""
    with _reload_lock:
        _apply(configuration, kept_servers)


def _apply(configuration: Configuration, kept_servers: Mapping[str, Collection[str]]) -> None:
    BODIES.mkdir(parents=True, exist_ok=True)
    for name, text in configuration.bodies.items():
        (BODIES / name).write_text(text)
    new_file = CONFIG.with_suffix(".new")
    new_file.write_text(render(configuration, socket=SOCKET, bodies=BODIES, servers=kept_servers))
    validate(str(new_file))
    new_file.rename(CONFIG)
    supervisor = Supervisor()
    if supervisor.running(PROGRAM):
        supervisor.signal(PROGRAM, "USR2")
    else:
        supervisor.add(PROGRAM, ["/usr/sbin/haproxy", "-W", "-f", str(CONFIG)])
    _send_to_version(configuration.version)


@retry(retry=retry_if_exception_type(_NotLoadedError), stop=stop_after_delay(10), wait=wait_fixed(0.05), reraise=True)
def _send_to_version(version: str, *commands: str) -> None:
    """Send commands to the process with a version of the configuration; its predecessor may still answer for a moment."""
    if f"escription: {version}" not in runtime("show info", *commands):
        raise _NotLoadedError("haproxy did not load its new configuration")


def remove_leftovers() -> None:
    """Remove the process and the files of a previous emulator."""
    Supervisor().remove(PROGRAM)
    shutil.rmtree(HOME, ignore_errors=True)
    (HOME / "certificates").mkdir(parents=True)
