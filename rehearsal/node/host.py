"""What the rehearsal changes on the machine itself, and how it is all undone."""

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Final

import psutil

from rehearsal import paths

MARK: Final = "# slipway"
HOSTS_FILE: Final = Path("/etc/hosts")
# Without it kube-proxy's rules miss what pods of one bridge send to each other.
BRIDGE_FILTER: Final = Path("/proc/sys/net/bridge/bridge-nf-call-iptables")
SYSCTLS: Final = (
    "net.ipv4.ip_forward=1",
    "net.bridge.bridge-nf-call-iptables=1",
    "vm.overcommit_memory=1",
    "kernel.panic=10",
    "kernel.panic_on_oops=1",
)
# {port: what listens there}
PORTS: Final = {
    80: "the load balancer",
    443: "the load balancer",
    5000: "the registry",
    5001: "the image mirror",
    5443: "the registry's front",
    5555: "the AWS emulator",
    5556: "the AWS emulator's hooks",
    9443: "the admission webhooks",
    23790: "etcd",
    23800: "etcd",
}
OWN_ADDRESSES: Final = re.compile(r"inet (10\.[\d.]+)/32 ")


class HostError(RuntimeError):
    """The machine cannot take the rehearsal; the text says why and what to do."""


def run(*command: str, check: bool = True, stdin: str | None = None) -> str:
    """What a command prints; HostError with its complaint if it fails."""
    try:
        done = subprocess.run(command, input=stdin, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise HostError(f"there is no `{command[0]}` on this machine") from error
    if check and done.returncode:
        raise HostError(f"{' '.join(command)}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def busy_ports() -> list[str]:
    """A line for every port of the rehearsal that somebody else listens on."""
    found = []
    for connection in psutil.net_connections("tcp4"):
        if connection.status == psutil.CONN_LISTEN and connection.laddr.port in PORTS:
            if connection.laddr.ip.startswith("10."):
                continue
            who = psutil.Process(connection.pid).name() if connection.pid else "another process"
            port = connection.laddr.port
            found.append(
                f"port {port}, which {PORTS[port]} needs, is taken by {who} (process {connection.pid}). Stop it and try again."
            )
    return sorted(set(found))


def prepare() -> None:
    """Addresses, routes, names and kernel settings. The routes come first, so that nothing meant for a part that is down leaves."""
    for block in paths.RANGES:
        run("ip", "route", "replace", "unreachable", block, "metric", "4242")
    run("mount", "--make-rshared", "/")
    if not BRIDGE_FILTER.exists():
        run("modprobe", "br_netfilter")
    for setting in SYSCTLS:
        run("sysctl", "-qw", setting)
    for address in (paths.NODE_ADDRESS, paths.DNS_ADDRESS):
        run("ip", "address", "replace", f"{address}/32", "dev", "lo")
    wanted = {"registry.local": "127.0.0.1", paths.NODE: paths.NODE_ADDRESS}
    lines = [line for line in HOSTS_FILE.read_text().splitlines() if not line.endswith(MARK)]
    lines += [f"{address} {name} {MARK}" for name, address in wanted.items()]
    HOSTS_FILE.write_text("\n".join(lines) + "\n")


def _containers() -> None:
    """Container processes hang on shims of our containerd, which live on when it ends."""
    for process in psutil.process_iter(["name", "cmdline"]):
        command = " ".join(process.info["cmdline"] or [])
        if "containerd-shim" in command and str(paths.CONTAINERD_SOCKET) in command:
            family = [*process.children(recursive=True), process]
            for member in family:
                if member.is_running():
                    member.kill()
            psutil.wait_procs(family, timeout=10)


def _strays() -> None:
    """Processes of a supervisord that was killed itself: all that have our state or run folder in their command line."""
    marks = (str(paths.STATE) + "/", str(paths.RUN) + "/", "rehearsal.aws", "rehearsal.controllers")
    own = {psutil.Process().pid, *(parent.pid for parent in psutil.Process().parents())}
    found = [
        process
        for process in psutil.process_iter(["cmdline"])
        if process.pid not in own and any(mark in part for part in process.info["cmdline"] or [] for mark in marks)
    ]
    for process in found:
        if process.is_running():
            process.terminate()
    for process in psutil.wait_procs(found, timeout=15)[1]:
        process.kill()


def _mounts() -> None:
    mounts = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()]
    for mount in sorted((m for m in mounts if m.startswith((f"{paths.STATE}/", f"{paths.RUN}/"))), reverse=True):
        run("umount", "-l", mount)


def _network() -> None:
    for name in re.findall(r"^(cni-\S+)", run("ip", "netns", "list"), re.MULTILINE):
        run("ip", "netns", "delete", name)
    if Path("/sys/class/net/cni0").exists():
        run("ip", "link", "delete", "cni0")
    for family in ("iptables", "ip6tables"):
        rules = run(f"{family}-save", check=False)
        kept = [line for line in rules.splitlines() if not re.search(r"KUBE-|CNI-|10\.244\.", line)]
        if len(kept) < len(rules.splitlines()):
            run(f"{family}-restore", stdin="\n".join(kept) + "\n")
    if "table inet slipway" in run("nft", "list", "tables", check=False):
        run("nft", "delete", "table", "inet", "slipway")
    for address in OWN_ADDRESSES.findall(run("ip", "-4", "-o", "address", "show", "dev", "lo")):
        run("ip", "address", "delete", f"{address}/32", "dev", "lo")


def _cgroups() -> None:
    for root in Path("/sys/fs/cgroup").glob("**/kubepods"):
        for folder in sorted((p for p in root.rglob("*") if p.is_dir()), reverse=True):
            folder.rmdir()
        root.rmdir()


def _folders() -> None:
    for folder in (paths.STATE, paths.RUN):
        shutil.rmtree(folder, ignore_errors=False) if folder.exists() else None


def _names() -> None:
    lines = HOSTS_FILE.read_text().splitlines()
    HOSTS_FILE.write_text("\n".join(line for line in lines if not line.endswith(MARK)) + "\n")


def _routes() -> None:
    for line in run("ip", "route", "show", "type", "unreachable").splitlines():
        block = line.split()[1]
        if block in paths.RANGES:
            run("ip", "route", "delete", "unreachable", block, "metric", "4242")


# The routes go last, so that nothing meant for a part that is down leaves the machine.
CLEANING: Final[dict[str, Callable[[], None]]] = {
    "containers": _containers,
    "processes": _strays,
    "mounts": _mounts,
    "network": _network,
    "control groups": _cgroups,
    "files": _folders,
    "host names": _names,
    "routes": _routes,
}
