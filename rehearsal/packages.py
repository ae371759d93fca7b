"""Debian packages that the rehearsal needs, installed where they are missing."""

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
# Debian's way to say that an installed service must not start.
POLICY: Final = Path("/usr/sbin/policy-rc.d")


def missing() -> list[str]:
    return sorted({package for command, package in PACKAGES.items() if shutil.which(command) is None})


def ensure(say: Callable[[str], None]) -> None:
    wanted = missing()
    if not wanted:
        return
    say(f"installing Debian packages: {' '.join(wanted)}")
    had_policy = POLICY.exists()
    if not had_policy:
        POLICY.write_text("#!/bin/sh\nexit 101\n")
        POLICY.chmod(0o755)
    try:
        host.run("apt-get", "update")
        subprocess.run(
            ["apt-get", "install", "-y", "--no-install-recommends", *wanted],
            check=True,
            stdout=subprocess.DEVNULL,
            env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
        )
    finally:
        if not had_policy:
            POLICY.unlink()
