"""Endpoints of database instances: their names, and the hosts file from which the cluster's DNS serves them."""

from __future__ import annotations

import hashlib
import os
import threading
from pathlib import Path

_lock = threading.Lock()


def endpoint(identifier: str, account: str, region: str) -> str:
    """The part in the middle is one per account and region, as on AWS."""
    digest = hashlib.sha256(f"{account}/{region}".encode()).hexdigest()[:11]
    return f"{identifier}.c{digest}.{region}.rds.amazonaws.com"


class HostsFile:
    """Replaced as a whole, so that a reader never sees half of it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.addresses: dict[str, str] = {}

    def set(self, name: str, address: str) -> None:
        with _lock:
            self.addresses[name] = address
            self.write()

    def remove(self, name: str) -> None:
        with _lock:
            self.addresses.pop(name, None)
            self.write()

    def write(self) -> None:
        text = "".join(f"{address} {name}\n" for name, address in sorted(self.addresses.items()))
        new = self.path.with_suffix(".new")
        new.write_text(text)
        os.replace(new, self.path)
