"""The checks of everything that `make up` needs and cannot install itself, all of them before it begins."""

import os
import platform
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import psutil

from rehearsal import images, packages, paths, providers, pulumi_cli, toolchain
from rehearsal.images import java
from rehearsal.node import host

# The newest version in the go.mod files of `rehearsal/tools/`.
GO_VERSION: Final = (1, 26)
# {command: how to install it}
COMMANDS: Final = {
    "kubectl": "install kubectl 1.31 or newer (kubernetes.io/docs/tasks/tools)",
    "aws": "install AWS CLI 2.7 or newer (docs.aws.amazon.com/cli)",
}
# The processes of the rehearsal with five apps use about 4 GiB.
MEMORY_GIB: Final = 4
# {kernel module: the file that exists if the kernel has the feature}
KERNEL_MODULES: Final = {"overlay": Path("/sys/module/overlay"), "br_netfilter": Path("/proc/sys/net/bridge")}
FILE_SYSTEMS: Final = Path("/proc/filesystems")
CONTROL_GROUPS: Final = Path("/sys/fs/cgroup")
CONTROLLERS: Final = ("cpu", "memory", "pids")


def check(*, is_running: bool) -> None:
    """Raise HostError with every problem of this machine and its fix. `is_running`: the rehearsal runs, and has its ports."""
    if all_problems := problems(is_running=is_running):
        lines = "\n".join(f"- {problem}" for problem in all_problems)
        raise host.HostError(f"this machine cannot run the rehearsal yet. Fix these, then run this command again:\n{lines}")


def problems(*, is_running: bool) -> list[str]:
    """Return every problem of this machine with its fix."""
    # The other checks work on Linux only, and most of them as root only.
    if on_other_system := [*system_problems()]:
        return on_other_system
    checks: tuple[Callable[[], Iterator[str]], ...] = (
        package_problems,
        command_problems,
        provider_problems,
        jdk_problems,
        space_problems,
        kernel_problems,
    )
    machine_problems = [problem for find in checks for problem in find()]
    return machine_problems if is_running else [*machine_problems, *host.find_busy_ports()]


def system_problems() -> Iterator[str]:
    """Yield an error unless this is Linux on x86-64 and the user is root."""
    if platform.system() != "Linux":
        yield f"the rehearsal needs Linux, this is {platform.system()}; `make test` runs anywhere."
        return
    if platform.machine() != "x86_64":
        yield f"the rehearsal needs an x86-64 processor, this is {platform.machine()}; `make test` runs anywhere."
    if os.geteuid() != 0:
        yield "the rehearsal needs root: it runs a Kubernetes node. Fix: run this command with sudo"


def package_problems() -> Iterator[str]:
    """Yield an error if Debian packages are missing and there is no apt to install them."""
    missing = packages.missing()
    if missing and not shutil.which("apt-get"):
        yield f"{', '.join(missing)}: not installed, and this machine has no apt-get. Fix: install them, or use Debian 12"


def command_problems() -> Iterator[str]:
    """Yield an error for each missing command, and for a Go that is too old."""
    for command, fix in COMMANDS.items():
        if not shutil.which(command):
            yield f"`{command}` is not on PATH. Fix: {fix}"
    try:
        version = toolchain.go_version()
    except (toolchain.ToolError, subprocess.CalledProcessError) as error:
        yield str(error)
        return
    numbers = tuple(int(number) for number in re.findall(r"\d+", version)[:2])
    if numbers < GO_VERSION:
        required = ".".join(map(str, GO_VERSION))
        yield f"`go` must be version {required} or newer, got {version}. Fix: install it (go.dev/doc/install)"


def provider_problems() -> Iterator[str]:
    """Yield an error if a plugin that the rehearsal cannot install is missing, or Pulumi's own command is too old."""
    try:
        providers.check()
    except pulumi_cli.DeploymentError as error:
        yield str(error)


def jdk_problems() -> Iterator[str]:
    """Yield an error if the Maven image has to be made on this machine and there is no JDK for it."""
    # Without apt, the stand-ins cannot be built, which `package_problems` reports.
    if not shutil.which("apt-get") or (paths.CACHE / f"images-{images.pins()}" / "complete").exists():
        return
    try:
        java.jdk()
    except host.HostError as error:
        if not images.public_registry_answers():
            yield str(error)


def space_problems() -> Iterator[str]:
    """Yield an error for too little free disk space or memory."""
    yield from host.disk_problems()
    total_gib = psutil.virtual_memory().total / 2**30
    if total_gib < MEMORY_GIB:
        yield f"the machine has {total_gib:.1f} GiB of memory, and the rehearsal needs {MEMORY_GIB}. Fix: add memory"


def kernel_problems() -> Iterator[str]:
    """Yield an error for each kernel feature that containers and kube-proxy need and that is missing."""
    for module, marker in KERNEL_MODULES.items():
        is_built_in = module in FILE_SYSTEMS.read_text().split()
        if not (is_built_in or marker.exists() or _can_be_loaded(module)):
            yield f"the kernel module {module} is neither loaded nor loadable. Fix: apt-get install kmod && modprobe {module}"
    version_2 = CONTROL_GROUPS / "cgroup.controllers"
    available = version_2.read_text().split() if version_2.exists() else [path.name for path in CONTROL_GROUPS.glob("*")]
    if missing := [controller for controller in CONTROLLERS if not any(controller in name.split(",") for name in available)]:
        yield (
            f"the control group controllers {', '.join(missing)} are not available below {CONTROL_GROUPS}. "
            "Fix: enable them in the kernel's command line, or give this container its own control groups"
        )


def _can_be_loaded(module: str) -> bool:
    if not shutil.which("modprobe"):
        return False
    return subprocess.run(["modprobe", "--dry-run", module], capture_output=True, check=False).returncode == 0
