"""Addresses inside the program's subnets, put on loopback: what RDS and the load balancers are reached at or come from."""

from __future__ import annotations

import ipaddress
import subprocess
import threading
from collections.abc import Collection

LABEL = "lo:aws"
# https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html : the first four addresses and the last one are AWS's
RESERVED_AT_START = 4

_lock = threading.Lock()
_taken: set[str] = set()


def choose(cidr: str, taken: Collection[str]) -> str:
    """The highest free address of the block, away from what a person would pick."""
    network = ipaddress.ip_network(cidr)
    for offset in range(network.num_addresses - 2, RESERVED_AT_START - 1, -1):
        if (address := str(network[offset])) not in taken:
            return address
    raise ValueError(f"no free address in {cidr}")


def allocate(cidr: str) -> str:
    with _lock:
        address = choose(cidr, _taken)
        subprocess.run(["ip", "addr", "replace", f"{address}/32", "dev", "lo", "label", LABEL], check=True)
        _taken.add(address)
    return address


def release(address: str) -> None:
    with _lock:
        _taken.discard(address)
        subprocess.run(["ip", "addr", "flush", "dev", "lo", "to", f"{address}/32"], check=True)


def release_all() -> None:
    """Also those of a former emulator."""
    with _lock:
        _taken.clear()
        subprocess.run(["ip", "addr", "flush", "dev", "lo", "label", LABEL], check=True)
