"""What an image is made from, as one hash: it becomes the image's tag."""

import hashlib
from pathlib import Path

from docker.utils.build import exclude_paths


def context_files(context: Path) -> list[str]:
    """The files of a build context, relative, sorted, without what its .dockerignore leaves out."""
    ignore = context / ".dockerignore"
    patterns = [
        line.strip()
        for line in (ignore.read_text().splitlines() if ignore.exists() else [])
        if line.strip() and not line.lstrip().startswith("#")
    ]
    return sorted(path for path in exclude_paths(str(context), patterns) if not (context / path).is_dir())


def image_tag(context: Path, platform: str) -> str:
    """Twelve hex digits that change with every file, mode and platform an image is built from.

    ECR's tags are immutable, so a tag must never stand for two contents.
    """
    digest = hashlib.sha256(platform.encode())
    for name in context_files(context):
        path = context / name
        content = str(path.readlink()).encode() if path.is_symlink() else path.read_bytes()
        executable = b"x" if not path.is_symlink() and path.stat().st_mode & 0o100 else b"-"
        digest.update(b"\0".join((name.encode(), executable, hashlib.sha256(content).digest())))
    return digest.hexdigest()[:12]
