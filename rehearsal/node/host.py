"""The machine: whether it can run the rehearsal, what the rehearsal sets on it, and how that is removed."""

import shutil
from collections.abc import Iterator, Mapping
from typing import Final

import psutil

from rehearsal import paths
from rehearsal.node.cleaning import CLEANUP_STEPS, belongs_to_rehearsal
from rehearsal.node.command import HostError, run
from rehearsal.node.traces import prepare

__all__ = ["CLEANUP_STEPS", "HostError", "disk_problems", "find_busy_ports", "prepare", "run"]

FREE_GIB: Final = 10
# {loopback port: the process that listens on it}
PORTS: Final = {
    80: "the load balancer",
    443: "the load balancer",
    5000: "the registry",
    5001: "the image mirror",
    5443: "the registry's front",
    5555: "the AWS emulator",
    5556: "the AWS emulator's hooks",
    8181: "CoreDNS",
    9443: "the admission webhooks",
    10248: "the kubelet",
    10249: "kube-proxy",
    10256: "kube-proxy",
    10257: "the controller manager",
    10259: "the scheduler",
    23790: "etcd",
    23800: "etcd",
}
# {port of the node's own addresses: the process}. Only a listener on every address occupies one.
NODE_PORTS: Final = {53: "the cluster's DNS", 6443: "the API server", 10250: "the kubelet"}
LOOPBACK: Final = {"127.0.0.1", "::1", "::ffff:127.0.0.1"}
EVERYWHERE: Final = {"0.0.0.0", "::"}  # noqa: S104  # recognised, not bound


def disk_problems() -> Iterator[str]:
    """Yield an error for the state folder or the cache if it has less than FREE_GIB of free space."""
    for folder in (paths.STATE, paths.CACHE):
        existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
        free_gib = shutil.disk_usage(existing).free / 2**30
        if free_gib < FREE_GIB:
            yield f"{existing} has {free_gib:.1f} GiB free, and the rehearsal needs {FREE_GIB}. Fix: make room"


def find_busy_ports() -> list[str]:
    """Return one error line for each of the rehearsal's ports on which another process listens.

    Leave out processes that an interrupted run of the rehearsal left: cleaning ends them.
    """
    lines = set()
    for connection in psutil.net_connections("inet"):
        local = connection.laddr
        # A UDP socket has no state.
        if not local or connection.status not in {psutil.CONN_LISTEN, psutil.CONN_NONE}:
            continue
        required: Mapping[int, str] = {}
        if connection.status == psutil.CONN_LISTEN and local.ip in LOOPBACK | EVERYWHERE:
            required = PORTS
        if local.ip in EVERYWHERE:
            required = {**required, **NODE_PORTS}
        if local.port in required and not _is_leftover(connection.pid):
            owner = psutil.Process(connection.pid).name() if connection.pid else "another process"
            line = f"port {local.port}, which {required[local.port]} needs, is taken by {owner} (process {connection.pid})."
            lines.add(f"{line} Fix: stop it")
    return sorted(lines)


def _is_leftover(pid: int | None) -> bool:
    try:
        return pid is not None and belongs_to_rehearsal(psutil.Process(pid))
    except psutil.NoSuchProcess:
        # It has ended since its port was read.
        return True
