"""Start and stop of the whole rehearsal."""

import os
import platform
from collections.abc import Callable
from pathlib import Path

import requests
from tenacity import retry, retry_if_result, stop_after_delay, wait_fixed

from rehearsal import account, images, packages, paths, prerequisites, toolchain
from rehearsal.node import host, pki, processes, supervisor

Say = Callable[[str], None]


def check() -> None:
    """Raise HostError if the rehearsal cannot run on this system or as this user."""
    if platform.system() != "Linux":
        raise host.HostError(f"the rehearsal needs Linux, this is {platform.system()}; `make test` runs anywhere.")
    if os.geteuid() != 0:
        raise host.HostError("the rehearsal needs root: it runs a Kubernetes node. Try: sudo make up")


def start(say: Say) -> dict[str, Path]:
    """Start everything that does not run yet and return the tool paths. Safe to call again at any time."""
    say("checking this machine")
    prerequisites.check(is_running=supervisor.Supervisor().answers())
    packages.ensure(say)
    tools = toolchain.ensure(say)
    already = supervisor.Supervisor().answers()
    if not already:
        # Remove the leftovers of an interrupted run.
        clean(say)
        if busy := host.find_busy_ports():
            raise host.HostError("\n".join(busy))
    host.prepare()
    pki.ensure()
    pause = f"{images.PUBLIC}/{images.PAUSE}"
    processes.write_configuration(pause)
    manager = supervisor.ensure()
    if already and "aws" in manager.states() and not manager.running("aws"):
        say("the AWS emulator has ended, and its account is lost: starting clean, with an empty account")
        stop(say)
        return start(say)
    mirror = images.data()
    say("starting registries and BuildKit")
    for process in (*processes.registries(mirror), processes.buildkit(tools["buildkitd"].parent)):
        processes.start(manager, process)
    say("starting AWS")
    processes.start(manager, processes.emulator())
    images.ensure(mirror, tools, say)
    say("starting Kubernetes")
    first, *others = processes.node(tools["kubernetes"], tools["coredns"])
    for process in (first, *processes.control_plane(tools["kubernetes"]), *others):
        processes.start(manager, process)
    processes.start(manager, processes.controllers())
    _wait_for_node()
    account.bootstrap()
    return tools


@retry(
    stop=stop_after_delay(processes.START_TIMEOUT_SECONDS), wait=wait_fixed(0.5), retry=retry_if_result(lambda ready: not ready)
)
def _wait_for_node() -> bool:
    return processes.node_is_ready()


def boot_id() -> str:
    """Return the emulator's boot ID, which identifies one boot of the emulated account."""
    with requests.Session() as session:
        session.trust_env = False
        return str(session.get(f"{paths.HOOKS}/account", timeout=5).json()["boot_id"])


def stop(say: Say) -> None:
    """Stop all processes and remove everything from the machine but the cache."""
    manager = supervisor.Supervisor()
    if manager.answers():
        say("stopping processes")
        # Stop the kubelet while containerd still runs, so that it does not restart containers; then stop all at once.
        for name in ("kubelet", "controllers"):
            if manager.running(name):
                manager.stop(name)
        manager.shut_down()
        _wait_for_end(manager)
    clean(say)


@retry(stop=stop_after_delay(90), wait=wait_fixed(0.2), retry=retry_if_result(lambda answers: answers))
def _wait_for_end(manager: supervisor.Supervisor) -> bool:
    return manager.answers() or (paths.RUN / "supervisord.pid").exists()


def clean(say: Say) -> None:
    """Remove everything that the rehearsal leaves on the machine but the cache, and report what was removed."""
    for kind, remove in host.CLEANUP_STEPS.items():
        if removed := remove():
            say(f"removed {kind}: {', '.join(removed)}")
