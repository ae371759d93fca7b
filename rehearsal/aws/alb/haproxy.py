"""The HAProxy process: its files, its reload, its runtime API."""

from __future__ import annotations

import csv
import io
import shutil
import socket
import subprocess
import threading
from collections.abc import Collection, Mapping

from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from rehearsal import paths
from rehearsal.node.supervisor import Supervisor

from .configuration import Configuration, render

PROGRAM = "haproxy"
HOME = paths.STATE / "haproxy"
CONFIG = HOME / "haproxy.cfg"
BODIES = HOME / "bodies"
SOCKET = paths.RUN / "haproxy.sock"
Servers = dict[tuple[str, str], dict[str, str]]
_taking = threading.Lock()


class HAProxyError(Exception):
    """HAProxy refused its configuration, or did not take it."""


class _NotTakenError(HAProxyError):
    pass


def runtime(*commands: str) -> str:
    """What HAProxy answers to the commands; empty while it is down."""
    with socket.socket(socket.AF_UNIX) as link:
        link.settimeout(5)
        try:
            link.connect(str(SOCKET))
        except (ConnectionRefusedError, FileNotFoundError):
            return ""
        link.sendall("; ".join(commands).encode() + b"\n")
        return b"".join(iter(lambda: link.recv(65536), b"")).decode().strip()


def tell(command: str) -> None:
    """A command about what stands in a file, too, written before: no process that takes over meanwhile misses it."""
    with _taking:
        if CONFIG.exists():
            version = CONFIG.read_text().split("description ", 1)[1].split()[0]
            _answer_of(version, command)


def servers() -> Servers:
    """HAProxy's statistics of each server, by (backend, server)."""
    rows = csv.DictReader(io.StringIO(runtime("show stat -1 4 -1").removeprefix("# ")))
    return {(row["pxname"], row["svname"]): row for row in rows if not row["pxname"].startswith("ecr-")}


def validate(path: str) -> None:
    done = subprocess.run(["haproxy", "-c", "-q", "-f", path], capture_output=True, text=True, check=False)
    if done.returncode:
        raise HAProxyError(f"haproxy refuses {path}: {done.stderr.strip()}")


def apply(configuration: Configuration, kept: Mapping[str, Collection[str]]) -> None:
    """Writes the configuration and makes HAProxy take it; connections in progress stay with the old process."""
    with _taking:
        _apply(configuration, kept)


def _apply(configuration: Configuration, kept: Mapping[str, Collection[str]]) -> None:
    BODIES.mkdir(parents=True, exist_ok=True)
    for name, text in configuration.bodies.items():
        (BODIES / name).write_text(text)
    new = CONFIG.with_suffix(".new")
    new.write_text(render(configuration, socket=SOCKET, bodies=BODIES, servers=kept))
    validate(str(new))
    new.rename(CONFIG)
    supervisor = Supervisor()
    if supervisor.running(PROGRAM):
        supervisor.signal(PROGRAM, "USR2")
    else:
        supervisor.add(PROGRAM, ["/usr/sbin/haproxy", "-W", "-f", str(CONFIG)])
    _answer_of(configuration.version)


@retry(retry=retry_if_exception_type(_NotTakenError), stop=stop_after_delay(10), wait=wait_fixed(0.05), reraise=True)
def _answer_of(version: str, *commands: str) -> None:
    """Of the process with this configuration; the one before it may go on answering for a moment."""
    if f"escription: {version}" not in runtime("show info", *commands):
        raise _NotTakenError("haproxy did not take its new configuration")


def remove_leftovers() -> None:
    Supervisor().remove(PROGRAM)
    shutil.rmtree(HOME, ignore_errors=True)
    (HOME / "certificates").mkdir(parents=True)
