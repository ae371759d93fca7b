"""Atomic writes of files."""

from pathlib import Path


def write_atomically(path: Path, content: str | bytes, mode: int = 0o666) -> None:
    """Replace a file in one step: an interrupted write leaves the former file. The umask applies to `mode`."""
    new_file = path.with_name(f"{path.name}.new")
    new_file.touch(mode=mode)
    new_file.write_bytes(content.encode() if isinstance(content, str) else content)
    new_file.replace(path)
