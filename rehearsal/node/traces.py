"""What the rehearsal sets on the machine itself, by which `cleaning` finds it again."""

import json
from pathlib import Path
from typing import Final

from rehearsal import paths
from rehearsal.node.command import run

MARK: Final = "# slipway"
HOSTS_FILE: Final = Path("/etc/hosts")
NAMES: Final = {"registry.local": "127.0.0.1", paths.NODE: paths.NODE_ADDRESS}
ADDRESSES: Final = (paths.NODE_ADDRESS, paths.DNS_ADDRESS)
# Tells the rehearsal's routes from those of others.
METRIC: Final = "4242"
# Without it kube-proxy's rules miss what pods of one bridge send to each other.
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
    """Addresses, routes, names and kernel settings; the routes first, so that nothing meant for a part that is down leaves."""
    for block in paths.RANGES:
        run("ip", "route", "replace", "unreachable", block, "metric", METRIC)
    for address in ADDRESSES:
        run("ip", "address", "replace", f"{address}/32", "dev", "lo")
    # Volumes are mounted for the kubelet, and pods have to see them.
    run("mount", "--make-rshared", "/")
    _set_sysctls()
    # A rehearsal that runs already keeps its sites: `up --no-deploy` would not name them again.
    name_sites(named_sites())


def _set_sysctls() -> None:
    if not BRIDGE_FILTER.exists():
        run("modprobe", "br_netfilter")
    if not FORMER_SYSCTLS.exists():
        FORMER_SYSCTLS.parent.mkdir(parents=True, exist_ok=True)
        FORMER_SYSCTLS.write_text(json.dumps({name: run("sysctl", "-n", name).strip() for name in SYSCTLS}))
    for name, value in SYSCTLS.items():
        run("sysctl", "-qw", f"{name}={value}")


def name_sites(hosts: list[str]) -> None:
    """Browsers and curl know where *.localhost is, most other programs ask the hosts file."""
    names = NAMES | dict.fromkeys(hosts, "127.0.0.1")
    write_names([f"{address} {name} {MARK}" for name, address in names.items()])


def named_sites() -> list[str]:
    """Return the sites that are in the hosts file."""
    ours = [line.split()[1] for line in HOSTS_FILE.read_text().splitlines() if line.endswith(MARK)]
    return [name for name in ours if name not in NAMES]


def write_names(lines: list[str]) -> bool:
    """Makes these the rehearsal's lines in the hosts file; whether that changed anything."""
    before = HOSTS_FILE.read_text()
    kept = [line for line in before.splitlines() if not line.endswith(MARK)]
    after = "\n".join([*kept, *lines]) + "\n"
    if after != before:
        HOSTS_FILE.write_text(after)
    return after != before
