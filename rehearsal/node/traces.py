"""The rehearsal's changes to the machine itself, marked so that `cleaning` finds them again."""

import json
from pathlib import Path
from typing import Final

from rehearsal import paths
from rehearsal.node.command import run

HOSTS_LINE_MARKER: Final = "# slipway"
HOSTS_FILE: Final = Path("/etc/hosts")
NAMES: Final = {"registry.local": "127.0.0.1", paths.NODE: paths.NODE_ADDRESS}
ADDRESSES: Final = (paths.NODE_ADDRESS, paths.DNS_ADDRESS)
# Identifies the rehearsal's routes.
ROUTE_METRIC: Final = "4242"
# Without it, kube-proxy's rules do not see the traffic between pods on the same bridge.
BRIDGE_FILTER: Final = Path("/proc/sys/net/bridge/bridge-nf-call-iptables")
SYSCTLS: Final = {
    "net.ipv4.ip_forward": "1",
    "net.bridge.bridge-nf-call-iptables": "1",
    "vm.overcommit_memory": "1",
    "kernel.panic": "10",
    "kernel.panic_on_oops": "1",
}
FORMER_SYSCTLS: Final = paths.STATE / "sysctls.json"


def prepare() -> None:
    """Set routes, addresses, kernel settings and host names.

    The routes are set first: from then on, no packet for a stopped part leaves the machine.
    """
    for block in paths.RANGES:
        run("ip", "route", "replace", "unreachable", block, "metric", ROUTE_METRIC)
    for address in ADDRESSES:
        run("ip", "address", "replace", f"{address}/32", "dev", "lo")
    # Pods must see the volumes that the kubelet mounts.
    run("mount", "--make-rshared", "/")
    _set_sysctls()
    # Keep the names of the sites that are already deployed: `up --no-deploy` does not write them again.
    write_site_names(read_site_names())


def _set_sysctls() -> None:
    if not BRIDGE_FILTER.exists():
        run("modprobe", "br_netfilter")
    if not FORMER_SYSCTLS.exists():
        FORMER_SYSCTLS.parent.mkdir(parents=True, exist_ok=True)
        FORMER_SYSCTLS.write_text(json.dumps({name: run("sysctl", "-n", name).strip() for name in SYSCTLS}))
    for name, value in SYSCTLS.items():
        run("sysctl", "-qw", f"{name}={value}")


def write_site_names(hosts: list[str]) -> None:
    """Write the sites into the hosts file: browsers and curl resolve *.localhost themselves, most other programs do not."""
    names = NAMES | dict.fromkeys(hosts, "127.0.0.1")
    write_hosts_lines([f"{address} {name} {HOSTS_LINE_MARKER}" for name, address in names.items()])


def read_site_names() -> list[str]:
    """Return the host names of the sites in the hosts file."""
    names = [line.split()[1] for line in HOSTS_FILE.read_text().splitlines() if line.endswith(HOSTS_LINE_MARKER)]
    return [name for name in names if name not in NAMES]


def write_hosts_lines(lines: list[str]) -> bool:
    """Replace the rehearsal's lines in the hosts file. Return whether the file changed."""
    before = HOSTS_FILE.read_text()
    other_lines = [line for line in before.splitlines() if not line.endswith(HOSTS_LINE_MARKER)]
    after = "\n".join([*other_lines, *lines]) + "\n"
    if after != before:
        HOSTS_FILE.write_text(after)
    return after != before
