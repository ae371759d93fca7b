"""Endpoints of database instances: their names, and the hosts file from which the cluster's DNS resolves them."""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path

from rehearsal.files import write_atomically

_lock = threading.Lock()


def endpoint(identifier: str, account: str, region: str) -> str:
    """Return the endpoint of an instance; its second label identifies account and region, as on AWS."""
    digest = hashlib.sha256(f"{account}/{region}".encode()).hexdigest()[:11]
    return f"{identifier}.c{digest}.{region}.rds.amazonaws.com"


class HostsFile:
    """A hosts file that is replaced atomically."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.addresses: dict[str, str] = {}

    def set(self, name: str, address: str) -> None:
        """Map a name to an address."""
        with _lock:
            self.addresses[name] = address
            self.write()

    def remove(self, name: str) -> None:
        """Remove a name, if it is there."""
        with _lock:
            self.addresses.pop(name, None)
            self.write()

    def write(self) -> None:
        """Replace the file."""
        text = "".join(f"{address} {name}\n" for name, address in sorted(self.addresses.items()))
        write_atomically(self.path, text)
