"""The Debian packages of the rehearsal, installed where they are missing."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Final

from rehearsal.node import host

# {command: package}
PACKAGES: Final = {
    "etcd": "etcd-server",
    "containerd": "containerd",
    "runc": "runc",
    "/usr/lib/cni/bridge": "containernetworking-plugins",
    "docker-registry": "docker-registry",
    "haproxy": "haproxy",
    "mariadbd": "mariadb-server",
    "debootstrap": "debootstrap",
    "nft": "nftables",
    "iptables": "iptables",
    "ip": "iproute2",
    "conntrack": "conntrack",
    "chromium": "chromium",
}
# Debian does not start the services of new packages if this script exits with 101.
POLICY: Final = Path("/usr/sbin/policy-rc.d")


def missing() -> list[str]:
    """Return the names of the packages whose command is not on this machine, sorted."""
    return sorted({package for command, package in PACKAGES.items() if shutil.which(command) is None})


def ensure(say: Callable[[str], None]) -> None:
    """Install the missing packages without starting their services."""
    packages = missing()
    if not packages:
        return
    say(f"installing Debian packages: {' '.join(packages)}")
    had_policy = POLICY.exists()
    if not had_policy:
        POLICY.write_text("#!/bin/sh\nexit 101\n")
        POLICY.chmod(0o755)
    try:
        host.run("apt-get", "update")
        subprocess.run(
            ["apt-get", "install", "-y", "--no-install-recommends", *packages],
            check=True,
            stdout=subprocess.DEVNULL,
            env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
        )
    finally:
        if not had_policy:
            POLICY.unlink()
