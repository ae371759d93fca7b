"""A cluster's endpoint: two API servers, of which the second learns later of the cluster's first access entry.

EKS runs at least two API servers behind one name, and they do not learn of an access entry at the same time: for a while a
new connection may reach one that refuses. The second server of this endpoint is an HAProxy page that answers 401.
Source: https://docs.aws.amazon.com/eks/latest/userguide/eks-architecture.html
"""

from __future__ import annotations

import json
import socket
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from moto.core.utils import utcnow
from moto.eks.models import eks_backends

from rehearsal import paths
from rehearsal.aws import pki
from rehearsal.node.supervisor import Supervisor

PROGRAM: Final = "eks-endpoint"
HOME: Final = paths.STATE / PROGRAM
SOCKET: Final = "admin.sock"
# After the first association of a policy; the aware server accepts the entry after `rbac.SETTLING`
UNAWARE: Final = timedelta(seconds=9)
UNAUTHORIZED: Final = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "message": "Unauthorized", "code": 401}
# `shutdown-sessions`: connections to the unaware server end when it becomes aware, so that none keeps getting 401
CONFIG: Final = """global
  stats socket {socket} mode 600 level admin
defaults
  timeout connect 5s
  timeout client 24h
  timeout server 24h
listen cluster
  mode tcp
  bind {address}
  balance roundrobin
  default-server on-marked-down shutdown-sessions
  server aware {aware}
  server unaware {unaware} disabled
frontend unaware
  mode http
  bind {unaware} ssl crt {certificate} alpn http/1.1
  option httpclose
  http-request return status 401 content-type application/json file {body}
"""


def render(folder: Path, address: str, aware: str, certificate: Path) -> str:
    """Return HAProxy's configuration; addresses are `host:port`."""
    return CONFIG.format(
        socket=folder / SOCKET,
        address=address,
        aware=aware,
        unaware=f"unix@{folder}/unaware.sock",
        certificate=certificate,
        body=folder / "401.json",
    )


def start() -> None:
    """Start the endpoint; its API server may start later."""
    HOME.mkdir(parents=True, exist_ok=True)
    certificate = HOME / "certificate.pem"
    pki.write_with_key("apiserver", certificate)
    (HOME / "401.json").write_text(json.dumps(UNAUTHORIZED))
    config = HOME / "haproxy.cfg"
    config.write_text(render(HOME, urlsplit(paths.CLUSTER_ENDPOINT).netloc, urlsplit(paths.API_SERVER).netloc, certificate))
    Supervisor().add(PROGRAM, ["/usr/sbin/haproxy", "-W", "-f", str(config)])


def has_unaware_server(clusters: Iterable[Any], now: datetime) -> bool:
    """Return whether a cluster got its first policy so recently that not every API server knows of it."""
    firsts = [
        min(associated)
        for cluster in clusters
        if (associated := [p["associatedAt"] for entry in cluster.access_entries.values() for p in entry["policies"].values()])
    ]
    return any(now - first < UNAWARE for first in firsts)


def set_unaware_server(path: Path, *, unaware: bool) -> None:
    """Add the unaware server to the endpoint's servers, or remove it, through HAProxy's admin socket."""
    with socket.socket(socket.AF_UNIX) as link:
        link.settimeout(5)
        link.connect(str(path))
        link.sendall(f"set server cluster/unaware state {'ready' if unaware else 'maint'}\n".encode())
        link.recv(65536)


class Endpoint:
    """Whether the endpoint has its unaware server, updated from the clusters' access entries."""

    def __init__(self) -> None:
        self.unaware = False

    def sync(self) -> None:
        """Add or remove the unaware server if the access entries require it."""
        clusters = list(eks_backends[paths.ACCOUNT][paths.REGION].clusters.values())
        unaware = has_unaware_server(clusters, utcnow())
        if unaware != self.unaware:
            set_unaware_server(HOME / SOCKET, unaware=unaware)
            self.unaware = unaware


def remove_leftovers() -> None:
    """Stop the endpoint of a previous emulator."""
    Supervisor().remove(PROGRAM)
