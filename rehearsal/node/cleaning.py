"""Removal of everything that the rehearsal leaves on the machine, whatever state it was left in.

Each function removes one kind of thing and returns the names of what it removed.
"""

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

# supervisord sets it for the processes that it starts, and their children inherit it: it identifies the rehearsal's processes.
PROCESS_MARKER: Final = f"SUPERVISOR_SERVER_URL=unix://{paths.SUPERVISOR_SOCKET}"
# `pulumi` hands it to its plugins, which survive in process groups of their own when `pulumi` is killed.
PULUMI_PROCESS_MARKERS: Final = tuple(f"PULUMI_HOME={home}" for home in (paths.PULUMI_HOME, paths.PULUMIS_OWN_HOME))
SUPERVISORD: Final = str(paths.SUPERVISOR / "supervisord.conf")
STOP_TIMEOUT_SECONDS: Final = 20
CGROUPS: Final = ("kubepods", "slipway")
# The chains of kube-proxy and of the bridge plugin, and their rules for pod addresses.
FILTER_RULES: Final = re.compile(r"KUBE-|CNI-|10\.244\.")
# The lines that `iptables-save` prints for a table without chains and rules.
EMPTY_RULES: Final = re.compile(r"#|\*|COMMIT|:[A-Z]+ ACCEPT ")
AWS_ADDRESS_LABEL: Final = "lo:aws"


def remove_containers() -> list[str]:
    """Kill the containerd shims and the pods below them: they survive the end of containerd."""
    container_processes = []
    for process in psutil.process_iter(["cmdline"]):
        command = process.info["cmdline"] or [""]
        if command[0].endswith("containerd-shim-runc-v2") and str(paths.CONTAINERD_SOCKET) in command:
            container_processes += [process, *process.children(recursive=True)]
    _stop_processes(container_processes, psutil.Process.kill)
    return [str(process.pid) for process in container_processes]


def remove_processes() -> list[str]:
    """Stop the processes that a killed supervisord or a killed `pulumi` left behind."""
    own_pids = {psutil.Process().pid, *(parent.pid for parent in psutil.Process().parents())}
    orphans = [process for process in psutil.process_iter() if process.pid not in own_pids and belongs_to_rehearsal(process)]
    names = [process.name() for process in orphans]
    _stop_processes(orphans, psutil.Process.terminate)
    return names


def belongs_to_rehearsal(process: psutil.Process) -> bool:
    """Return whether the process was started by the rehearsal's supervisord or is one of its `pulumi` plugins."""
    try:
        environment = Path(f"/proc/{process.pid}/environ").read_bytes().split(b"\0")
        return (
            not {marker.encode() for marker in (PROCESS_MARKER, *PULUMI_PROCESS_MARKERS)}.isdisjoint(environment)
            or SUPERVISORD in process.cmdline()
        )
    except (FileNotFoundError, ProcessLookupError, PermissionError, psutil.NoSuchProcess, psutil.ZombieProcess):
        # It has ended, or it is not readable, and every process of the rehearsal is readable.
        return False


def _stop_processes(processes: list[psutil.Process], signal: Callable[[psutil.Process], None]) -> None:
    for send in (signal, psutil.Process.kill):
        for process in processes:
            if not _has_ended(process):
                send(process)
        try:
            _wait_for_end(processes)
        except RetryError:
            continue
        return
    running = ", ".join(str(process.pid) for process in processes if not _has_ended(process))
    raise HostError(f"processes {running} could not be stopped")


def _has_ended(process: psutil.Process) -> bool:
    """Return whether the process has ended. Treat zombies as ended; PID 1 may never reap them."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@retry(stop=stop_after_delay(STOP_TIMEOUT_SECONDS), wait=wait_fixed(0.1), retry=retry_if_result(lambda ended: not ended))
def _wait_for_end(processes: list[psutil.Process]) -> bool:
    return all(_has_ended(process) for process in processes)


def _mount_points() -> list[str]:
    mounts = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()]
    folders = tuple(f"{folder}/" for folder in (paths.STATE, paths.RUN, paths.BUILD_CACHE))
    return sorted((mount for mount in mounts if mount.startswith(folders)), reverse=True)


def remove_mounts() -> list[str]:
    """Unmount the file systems below the rehearsal's folders, the innermost first."""
    mounts = _mount_points()
    for mount in mounts:
        run("umount", "--lazy", mount)
    return mounts


def remove_network_interfaces() -> list[str]:
    """Delete the pods' bridge."""
    if not Path("/sys/class/net/cni0").exists():
        return []
    run("ip", "link", "delete", "cni0")
    return ["cni0"]


def remove_firewall_rules() -> list[str]:
    """Delete the cluster's rules and chains of iptables and the rehearsal's tables of nftables; keep all others."""
    removed = []
    for family in ("iptables", "ip6tables"):
        if shutil.which(family) is None:
            continue
        lines = run(f"{family}-save").splitlines()
        kept_lines = [line for line in lines if not FILTER_RULES.search(line)]
        if len(kept_lines) < len(lines):
            run(f"{family}-restore", stdin="\n".join(kept_lines) + "\n")
            removed.append(f"{len(lines) - len(kept_lines)} of {family}")
            if all(EMPTY_RULES.match(line) for line in kept_lines):
                _delete_empty_tables("ip" if family == "iptables" else "ip6")
    if shutil.which("nft"):
        for family, name in re.findall(r"^table (\S+) (slipway\S*)$", run("nft", "list", "tables"), re.MULTILINE):
            run("nft", "delete", "table", family, name)
            removed.append(f"table {name}")
    return removed


def _delete_empty_tables(family: str) -> None:
    """Delete the tables that iptables on nftables leaves behind: they hold only the default policies."""
    if shutil.which("nft"):
        for name in re.findall(rf"^table {family} (filter|nat|mangle)$", run("nft", "list", "tables"), re.MULTILINE):
            run("nft", "delete", "table", family, name)


def remove_addresses() -> list[str]:
    """Delete the loopback addresses of the node and of the emulated AWS."""
    removed = []
    for line in run("ip", "-4", "-oneline", "address", "show", "dev", "lo").splitlines():
        address = line.split()[3]
        if address.removesuffix("/32") in traces.ADDRESSES or line.split("\\")[0].split()[-1] == AWS_ADDRESS_LABEL:
            run("ip", "address", "delete", address, "dev", "lo")
            removed.append(address)
    return removed


@retry(stop=stop_after_delay(STOP_TIMEOUT_SECONDS), wait=wait_fixed(0.2), retry=retry_if_exception_type(OSError), reraise=True)
def remove_control_groups() -> list[str]:
    """Remove the control groups of pods and builds. Retry: a group stays busy until its last process is gone."""
    top = Path("/sys/fs/cgroup")
    # With version 1 each controller has a tree of its own, some of them by two names.
    trees = {tree.resolve() for tree in (top, *top.iterdir()) if tree.is_dir()}
    groups = [tree / name for tree in sorted(trees) for name in CGROUPS if (tree / name).is_dir()]
    for group in groups:
        for child in sorted((path for path in group.rglob("*") if path.is_dir()), reverse=True):
            child.rmdir()
        group.rmdir()
    return [str(group.relative_to(top)) for group in groups]


def restore_kernel_settings() -> list[str]:
    """Set the kernel settings back to their values from before the rehearsal; return the names of those that differed."""
    if not traces.FORMER_SYSCTLS.exists():
        return []
    former_values = json.loads(traces.FORMER_SYSCTLS.read_text())
    changed_names = [name for name, value in former_values.items() if value != traces.SYSCTLS[name]]
    for name in changed_names:
        run("sysctl", "-qw", f"{name}={former_values[name]}")
    return changed_names


def remove_folders() -> list[str]:
    """Remove the state and run folders. Raise HostError if something is still mounted below them."""
    if mounts := _mount_points():
        # A mount may hold files of the user.
        raise HostError(f"{', '.join(mounts)} could not be unmounted; nothing below {paths.STATE} was removed")
    folders = [folder for folder in (paths.STATE, paths.RUN) if folder.exists()]
    for folder in folders:
        shutil.rmtree(folder)
    return [str(folder) for folder in folders]


def remove_host_names() -> list[str]:
    """Remove the rehearsal's lines from the hosts file."""
    return [str(traces.HOSTS_FILE)] if traces.write_hosts_lines([]) else []


def remove_routes() -> list[str]:
    """Delete the routes that keep the rehearsal's traffic on this machine."""
    removed = []
    for line in run("ip", "route", "show", "type", "unreachable").splitlines():
        block = line.split()[1]
        if block in paths.RANGES and line.split()[-2:] == ["metric", traces.ROUTE_METRIC]:
            run("ip", "route", "delete", "unreachable", block, "metric", traces.ROUTE_METRIC)
            removed.append(block)
    return removed


# The routes are removed last: until then, no packet for a stopped part leaves the machine.
CLEANUP_STEPS: Final[dict[str, Callable[[], list[str]]]] = {
    "containers": remove_containers,
    "processes": remove_processes,
    "mounts": remove_mounts,
    "network interfaces": remove_network_interfaces,
    "firewall rules": remove_firewall_rules,
    "addresses": remove_addresses,
    "control groups": remove_control_groups,
    "kernel settings": restore_kernel_settings,
    "folders": remove_folders,
    "host names": remove_host_names,
    "routes": remove_routes,
}
