"""Temporary outages of the services that a run of `pulumi` needs."""

import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from tests.e2e import rehearsal as r

AWAY_SECONDS = 30.0
BACKEND = r.STATE / "pulumi"
# Enough for a lock and the state itself, but not for its copies.
DISK_BYTES = 200_000


def programs(prefix: str) -> list[str]:
    """Return the names of the processes that start with a prefix; a part that is a group has one name for each member."""
    return [line.split()[0] for line in r.supervisor("status", check=False).splitlines() if line.startswith(prefix)]


@contextmanager
def stopped(prefix: str) -> Iterator[None]:
    """Stop a part of the rehearsal, so that connections to it are refused."""
    names = programs(prefix)
    assert names, f"the rehearsal has no {prefix}"
    try:
        r.supervisor("stop", *names, check=False)
        yield
    finally:
        r.supervisor("start", *names, check=False)


@contextmanager
def frozen(prefix: str) -> Iterator[None]:
    """Suspend a part of the rehearsal, which keeps its memory: a restarted emulator is an empty account."""
    pids = [int(r.supervisor("pid", name, check=False)) for name in programs(prefix)]
    assert pids, f"the rehearsal has no {prefix}"
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def change_settings() -> None:
    """Give the next `up` resources of AWS to create and pods to roll; `make up` returns to the settings of the checkout."""
    r.pulumi("config", "set", "slipway:nat", "per_zone")
    r.pulumi("config", "set", "--secret", f"{r.BOARD}:database_password", stdin=secrets.token_urlsafe(30))


OUTAGES = {
    "API server": lambda: stopped("kube-apiserver"),
    "registry": lambda: stopped("registry"),
    "emulator": lambda: frozen("aws"),
    "database": lambda: stopped("rds-"),
}


@contextmanager
def away(part: str) -> Iterator[None]:
    """Start an outage of a part in a new thread, and wait for its end after the block. Raise what the outage raised."""

    def take_away() -> None:
        with OUTAGES[part]():
            time.sleep(AWAY_SECONDS)

    with ThreadPoolExecutor(max_workers=1) as pool:
        outage = pool.submit(take_away)
        yield
        outage.result()


@contextmanager
def full_disk() -> Iterator[None]:
    """Move the state to a file system without space for another copy of it, and back afterwards."""
    kept = r.STATE / "pulumi.kept"
    BACKEND.rename(kept)
    BACKEND.mkdir()
    used = sum(path.stat().st_size for path in kept.rglob("*") if path.is_file())
    size = used + DISK_BYTES
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(BACKEND)], check=True)
    try:
        shutil.copytree(kept, BACKEND, dirs_exist_ok=True)
        yield
    finally:
        shutil.rmtree(kept)
        shutil.copytree(BACKEND, kept)
        subprocess.run(["umount", str(BACKEND)], check=True)
        BACKEND.rmdir()
        kept.rename(BACKEND)
