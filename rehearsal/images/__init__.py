"""Stand-ins for public images, made from Debian packages where the public registry cannot be reached.

They carry the public names in a mirror on this machine, so that Dockerfiles and pod specs are the ones that a user expects.
"""

import hashlib
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Final

import requests

from rehearsal import paths
from rehearsal.images import java, registries
from rehearsal.node.command import run

FOLDER: Final = Path(__file__).parent
PUBLIC: Final = "public.ecr.aws"
PAUSE: Final = "eks-distro/kubernetes/pause:3.10"
# In the order in which they are made from each other.
IMAGES: Final = {
    "pause": PAUSE,
    "debian": "docker/library/debian:bookworm-slim",
    "python": "docker/library/python:3.11-slim-bookworm",
    "node": "docker/library/node:22-bookworm-slim",
    "nginx": "docker/library/nginx:1.28-bookworm",
    "mysql": "docker/library/mysql:8.4",
    "postgres": "docker/library/postgres:17-bookworm",
    "redis": "docker/library/redis:7.4-bookworm",
    "temurin-jre": "docker/library/eclipse-temurin:21-jre",
    "maven": "docker/library/maven:3.9-eclipse-temurin-21",
}
ANSWER_SECONDS: Final = 5
POLICY: Final = "#!/bin/sh\nexit 101\n"


def pins() -> str:
    """Twelve hex digits that stand for all that the stand-ins depend on."""
    digest = hashlib.sha256((registries.fingerprint() + java.fingerprint()).encode())
    for path in sorted(p for p in FOLDER.rglob("*") if p.is_file() and "__pycache__" not in p.parts):
        digest.update(str(path.relative_to(FOLDER)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def data() -> Path:
    """The mirror's folder; what a run that was cut off has left in it is thrown away."""
    folder = paths.CACHE / f"images-{pins()}"
    if folder.exists() and not _complete(folder).exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _complete(folder: Path) -> Path:
    return folder / "complete"


def public_registry_answers() -> bool:
    try:
        answer = requests.get(f"https://{PUBLIC}/v2/", timeout=ANSWER_SECONDS)
    except requests.RequestException:
        return False
    # A registry that wants a token is a registry.
    return answer.status_code in {requests.codes.ok, requests.codes.unauthorized}


def ensure(folder: Path, tools: dict[str, Path], say: Callable[[str], None]) -> None:
    """Fills the mirror. Where the public registry answers, only `pause` is made: what a mirror does not have is asked of it."""
    if _complete(folder).exists():
        return
    wanted = {"pause": PAUSE} if public_registry_answers() else IMAGES
    scratch = paths.STATE / "images"
    for name, reference in wanted.items():
        say(f"image {PUBLIC}/{reference} ...")
        context = scratch / name
        shutil.copytree(FOLDER / name, context, dirs_exist_ok=True)
        if name == "pause":
            shutil.copy(tools["pause"], context / "pause")
        if name == "debian":
            _root_file_system(scratch / "rootfs", context / "rootfs.tar")
        if name == "maven":
            java.small_jdk(context / "jdk")
        _build(tools["buildctl"], context, f"{paths.MIRROR}/{reference}")
    shutil.rmtree(scratch)
    _complete(folder).touch()


def _build(buildctl: Path, context: Path, reference: str) -> None:
    run(
        *(str(buildctl), "--addr", f"unix://{paths.BUILDKIT_SOCKET}", "build", "--frontend", "dockerfile.v0"),
        *("--progress", "plain", "--local", f"context={context}", "--local", f"dockerfile={context}"),
        *("--output", f"type=image,name={reference},push=true,registry.insecure=true"),
    )


def _root_file_system(root: Path, archive: Path) -> None:
    """Debian's minimal system, from the package mirror that this machine uses."""
    shutil.rmtree(root, ignore_errors=True)
    mirror = registries.debian_mirror()
    run("debootstrap", "--variant=minbase", "--include=ca-certificates", registries.RELEASE, str(root), mirror)
    for leftover in (*(root / "var/cache/apt/archives").glob("*.deb"), *(root / "var/lib/apt/lists").glob("*_*")):
        leftover.unlink()
    registries.carry_into(root)
    # No service is started by the installation of its package.
    policy = root / "usr/sbin/policy-rc.d"
    policy.write_text(POLICY)
    policy.chmod(0o755)
    # ADD of a tar file keeps owners; COPY of a folder would make everything root's.
    subprocess.run(["tar", "-C", str(root), "-cf", str(archive), "."], check=True)
    shutil.rmtree(root)
