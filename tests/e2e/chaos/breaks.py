"""Ways in which something that a run of `pulumi` needs goes away for a while."""

import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.e2e import rehearsal as r

AWAY_SECONDS = 30.0
BACKEND = r.STATE / "pulumi"
# Enough for a lock and the state itself, too little for its copies.
DISK_BYTES = 200_000


def _supervisor(*words: str) -> str:
    control = ("-m", "supervisor.supervisorctl", "-s", "unix:///run/slipway/supervisor.sock", *words)
    done = subprocess.run([os.environ["REHEARSAL_PYTHON"], *control], capture_output=True, text=True, timeout=120, check=False)
    return done.stdout


def programs(prefix: str) -> list[str]:
    """Return the parts of the rehearsal whose names begin so; a part that is a group has one name for each member."""
    return [line.split()[0] for line in _supervisor("status").splitlines() if line.startswith(prefix)]


@contextmanager
def stopped(prefix: str) -> Iterator[None]:
    """Refuse connections to a part, as a process that has ended does."""
    names = programs(prefix)
    assert names, f"the rehearsal has no {prefix}"
    _supervisor("stop", *names)
    try:
        yield
    finally:
        _supervisor("start", *names)


@contextmanager
def frozen(prefix: str) -> Iterator[None]:
    """Let a part answer nothing, and keep what it knows: the emulator is an empty account when it starts again."""
    pids = [int(_supervisor("pid", name)) for name in programs(prefix)]
    assert pids, f"the rehearsal has no {prefix}"
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


OUTAGES = {
    "API server": lambda: stopped("kube-apiserver"),
    "registry": lambda: stopped("registry"),
    "emulator": lambda: frozen("aws"),
    "database": lambda: stopped("rds-"),
}


def away(part: str, seconds: float = AWAY_SECONDS) -> Callable[[], threading.Thread]:
    """Return a function that takes a part away for a while, beside what goes on."""

    def take_away() -> None:
        with OUTAGES[part]():
            time.sleep(seconds)

    def start() -> threading.Thread:
        thread = threading.Thread(target=take_away, daemon=True)
        thread.start()
        return thread

    return start


@contextmanager
def full_disk() -> Iterator[None]:
    """Keep the state on a file system with no room for another copy of it; it is large enough again afterwards."""
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
