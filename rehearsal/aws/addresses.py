"""Addresses of the program's subnets on the loopback interface: endpoints of RDS, source addresses of load balancers."""

from __future__ import annotations

import ipaddress
import subprocess
import threading
from collections.abc import Collection
from typing import Final

LABEL: Final = "lo:aws"
# https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html : the first four addresses and the last one are AWS's
RESERVED_AT_START: Final = 4

_lock = threading.Lock()
_taken: set[str] = set()


def choose(cidr: str, taken: Collection[str]) -> str:
    """Return the highest free address of a CIDR block; people usually pick the lowest ones.

    Raises:
        ValueError: The block has no free address.
    """
    network = ipaddress.ip_network(cidr)
    for offset in range(network.num_addresses - 2, RESERVED_AT_START - 1, -1):
        if (address := str(network[offset])) not in taken:
            return address
    raise ValueError(f"no free address in {cidr}")


def allocate(cidr: str) -> str:
    """Add a free address of a CIDR block to the loopback interface and return it."""
    with _lock:
        address = choose(cidr, _taken)
        subprocess.run(["ip", "addr", "replace", f"{address}/32", "dev", "lo", "label", LABEL], check=True)
        _taken.add(address)
    return address


def release(address: str) -> None:
    """Remove an address from the loopback interface."""
    with _lock:
        _taken.discard(address)
        subprocess.run(["ip", "addr", "flush", "dev", "lo", "to", f"{address}/32"], check=True)


def release_all() -> None:
    """Remove all addresses, including those left by a previous emulator."""
    with _lock:
        _taken.clear()
        subprocess.run(["ip", "addr", "flush", "dev", "lo", "label", LABEL], check=True)
