"""The machine: whether it can take the rehearsal, what is set on it, and how that is undone."""

import shutil
from collections.abc import Mapping
from typing import Final

import psutil

from rehearsal import paths
from rehearsal.node.cleaning import CLEANING
from rehearsal.node.command import HostError, run
from rehearsal.node.traces import prepare

__all__ = ["CLEANING", "HostError", "busy_ports", "check_disk", "prepare", "run"]

FREE_GIB: Final = 10
# {port: what listens there, on loopback}
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
# The same on the node's own addresses, which only a listener on every address can take.
NODE_PORTS: Final = {53: "the cluster's DNS", 6443: "the API server", 10250: "the kubelet"}
LOOPBACK: Final = {"127.0.0.1", "::1", "::ffff:127.0.0.1"}
EVERYWHERE: Final = {"0.0.0.0", "::"}  # noqa: S104  # recognised, not bound


def check_disk() -> None:
    for folder in (paths.STATE, paths.CACHE):
        there = next(parent for parent in (folder, *folder.parents) if parent.exists())
        free = shutil.disk_usage(there).free / 2**30
        if free < FREE_GIB:
            raise HostError(f"{there} has {free:.1f} GiB free, and the rehearsal needs {FREE_GIB}. Make room and try again.")


def busy_ports() -> list[str]:
    """A line for every port of the rehearsal that somebody else listens on."""
    found = set()
    for connection in psutil.net_connections("inet"):
        local = connection.laddr
        # A UDP socket has no state.
        if not local or connection.status not in {psutil.CONN_LISTEN, psutil.CONN_NONE}:
            continue
        wanted: Mapping[int, str] = {}
        if connection.status == psutil.CONN_LISTEN and local.ip in LOOPBACK | EVERYWHERE:
            wanted = PORTS
        if local.ip in EVERYWHERE:
            wanted = {**wanted, **NODE_PORTS}
        if local.port in wanted:
            who = psutil.Process(connection.pid).name() if connection.pid else "another process"
            line = f"port {local.port}, which {wanted[local.port]} needs, is taken by {who} (process {connection.pid})."
            found.add(f"{line} Stop it and try again.")
    return sorted(found)
