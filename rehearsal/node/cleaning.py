"""Undoes everything that the rehearsal leaves on the machine, whatever state it was left in."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

import psutil
from tenacity import RetryError, retry, retry_if_exception_type, retry_if_result, stop_after_delay, wait_fixed

from rehearsal import paths
from rehearsal.node import traces
from rehearsal.node.command import HostError, run

# supervisord gives it to what it starts, and that to its own children: it tells the rehearsal's processes from all others.
BADGE: Final = f"SUPERVISOR_SERVER_URL=unix://{paths.SUPERVISOR_SOCKET}"
# `pulumi` gives it to its plugins, which live on in process groups of their own when it is killed.
PULUMI_BADGE: Final = f"PULUMI_HOME={paths.PULUMI_HOME}"
SUPERVISORD: Final = str(paths.SUPERVISOR / "supervisord.conf")
GRACE_SECONDS: Final = 20
CGROUPS: Final = ("kubepods", "slipway")
# kube-proxy's chains, the bridge plugin's, and what either says of pods.
FILTER_RULES: Final = re.compile(r"KUBE-|CNI-|10\.244\.")
# What `iptables-save` says of tables without chains or rules of anybody.
EMPTY_RULES: Final = re.compile(r"#|\*|COMMIT|:[A-Z]+ ACCEPT ")
LABEL_OF_AWS: Final = "lo:aws"


def containers() -> list[str]:
    """Pods run below shims of our containerd, which live on when it ends."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        command = process.info["cmdline"] or [""]
        if command[0].endswith("containerd-shim-runc-v2") and str(paths.CONTAINERD_SOCKET) in command:
            found += [process, *process.children(recursive=True)]
    _end(found, psutil.Process.kill)
    return [str(process.pid) for process in found]


def processes() -> list[str]:
    """Those of a supervisord or of a `pulumi` that was killed itself, which nothing looks after any more."""
    own = {psutil.Process().pid, *(parent.pid for parent in psutil.Process().parents())}
    found = [process for process in psutil.process_iter() if process.pid not in own and _is_ours(process)]
    names = [process.name() for process in found]
    _end(found, psutil.Process.terminate)
    return names


def _is_ours(process: psutil.Process) -> bool:
    try:
        environment = Path(f"/proc/{process.pid}/environ").read_bytes().split(b"\0")
        return not {BADGE.encode(), PULUMI_BADGE.encode()}.isdisjoint(environment) or SUPERVISORD in process.cmdline()
    except (FileNotFoundError, ProcessLookupError, PermissionError, psutil.NoSuchProcess, psutil.ZombieProcess):
        # It has ended, or nobody may look at it, which holds for nothing that we started.
        return False


def _end(found: list[psutil.Process], signal: Callable[[psutil.Process], None]) -> None:
    for send in (signal, psutil.Process.kill):
        for process in found:
            if not _has_ended(process):
                send(process)
        try:
            _await_end(found)
        except RetryError:
            continue
        return
    raise HostError(f"processes {', '.join(str(process.pid) for process in found if not _has_ended(process))} cannot be ended")


def _has_ended(process: psutil.Process) -> bool:
    """A zombie has: the machine's first process may reap late, or never."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@retry(stop=stop_after_delay(GRACE_SECONDS), wait=wait_fixed(0.1), retry=retry_if_result(lambda ended: not ended))
def _await_end(found: list[psutil.Process]) -> bool:
    return all(_has_ended(process) for process in found)


def _mounted() -> list[str]:
    mounts = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()]
    return sorted((m for m in mounts if m.startswith((f"{paths.STATE}/", f"{paths.RUN}/"))), reverse=True)


def mounts() -> list[str]:
    found = _mounted()
    for mount in found:
        run("umount", "--lazy", mount)
    return found


def links() -> list[str]:
    if not Path("/sys/class/net/cni0").exists():
        return []
    run("ip", "link", "delete", "cni0")
    return ["cni0"]


def rules() -> list[str]:
    found = []
    for family in ("iptables", "ip6tables"):
        if shutil.which(family) is None:
            continue
        there = run(f"{family}-save").splitlines()
        kept = [line for line in there if not FILTER_RULES.search(line)]
        if len(kept) < len(there):
            run(f"{family}-restore", stdin="\n".join(kept) + "\n")
            found.append(f"{len(there) - len(kept)} of {family}")
            if all(EMPTY_RULES.match(line) for line in kept):
                _delete_tables("ip" if family == "iptables" else "ip6")
    if shutil.which("nft"):
        for family, name in re.findall(r"^table (\S+) (slipway\S*)$", run("nft", "list", "tables"), re.MULTILINE):
            run("nft", "delete", "table", family, name)
            found.append(f"table {name}")
    return found


def _delete_tables(family: str) -> None:
    """iptables on nftables leaves its tables behind, with nothing in them but what holds without them."""
    if shutil.which("nft"):
        for name in re.findall(rf"^table {family} (filter|nat|mangle)$", run("nft", "list", "tables"), re.MULTILINE):
            run("nft", "delete", "table", family, name)


def addresses() -> list[str]:
    found = []
    for line in run("ip", "-4", "-oneline", "address", "show", "dev", "lo").splitlines():
        address = line.split()[3]
        if address.removesuffix("/32") in traces.ADDRESSES or line.split("\\")[0].split()[-1] == LABEL_OF_AWS:
            run("ip", "address", "delete", address, "dev", "lo")
            found.append(address)
    return found


@retry(stop=stop_after_delay(GRACE_SECONDS), wait=wait_fixed(0.2), retry=retry_if_exception_type(OSError), reraise=True)
def control_groups() -> list[str]:
    """A group can be removed only when the last of its processes is really gone."""
    top = Path("/sys/fs/cgroup")
    # With version 1 each controller has a tree of its own, some of them by two names.
    trees = {tree.resolve() for tree in (top, *top.iterdir()) if tree.is_dir()}
    found = [tree / name for tree in sorted(trees) for name in CGROUPS if (tree / name).is_dir()]
    for group in found:
        for below in sorted((p for p in group.rglob("*") if p.is_dir()), reverse=True):
            below.rmdir()
        group.rmdir()
    return [str(group.relative_to(top)) for group in found]


def kernel_settings() -> list[str]:
    if not traces.FORMER_SYSCTLS.exists():
        return []
    former = json.loads(traces.FORMER_SYSCTLS.read_text())
    changed = [name for name, value in former.items() if value != traces.SYSCTLS[name]]
    for name in changed:
        run("sysctl", "-qw", f"{name}={former[name]}")
    return changed


def files() -> list[str]:
    if still := _mounted():
        # Below a mount may be somebody's own files.
        raise HostError(f"{', '.join(still)} could not be unmounted; nothing below {paths.STATE} was removed")
    found = [folder for folder in (paths.STATE, paths.RUN) if folder.exists()]
    for folder in found:
        shutil.rmtree(folder)
    return [str(folder) for folder in found]


def names() -> list[str]:
    return [str(traces.HOSTS_FILE)] if traces.write_names([]) else []


def routes() -> list[str]:
    found = []
    for line in run("ip", "route", "show", "type", "unreachable").splitlines():
        block = line.split()[1]
        if block in paths.RANGES and line.split()[-2:] == ["metric", traces.METRIC]:
            run("ip", "route", "delete", "unreachable", block, "metric", traces.METRIC)
            found.append(block)
    return found


# The routes go last, so that nothing meant for a part that is down leaves the machine.
CLEANING: Final[dict[str, Callable[[], list[str]]]] = {
    "containers": containers,
    "processes": processes,
    "mounts": mounts,
    "network interfaces": links,
    "firewall rules": rules,
    "addresses": addresses,
    "control groups": control_groups,
    "kernel settings": kernel_settings,
    "folders": files,
    "host names": names,
    "routes": routes,
}
