"""Files that are written as a whole or not at all."""

from pathlib import Path


def write_atomically(path: Path, content: str | bytes, mode: int = 0o666) -> None:
    """Replace a file in one step: an interrupted write leaves the former file. The umask applies to `mode`."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.touch(mode=mode)
    fresh.write_bytes(content.encode() if isinstance(content, str) else content)
    fresh.replace(path)
