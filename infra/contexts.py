"""The folders that images are built from, made the same in every checkout.

The provider compares a context's location and a hash of its files, file modes among them. Two checkouts of one commit must agree
on both, or a colleague's `up` builds every image anew and rolls every pod.
Source: `hashFile` in https://github.com/pulumi/pulumi-docker-build/blob/main/provider/internal/context.go
"""

import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import pulumi

PROJECT: Final = Path(__file__).parent.parent
FILE_MODE: Final = 0o644
PROGRAM_MODE: Final = 0o755


class ContextError(pulumi.RunError):
    """A file of a context has the wrong mode and cannot be changed; Pulumi prints it without a traceback."""


def relative(folder: Path) -> Path:
    """Return a folder of the project as Pulumi and its providers see it: they run in the project's folder."""
    return folder.relative_to(PROJECT)


def normalize_modes(folders: Iterable[Path]) -> None:
    """Give each file of the contexts the mode that Git records, whatever umask it was checked out or written under.

    Raise ContextError if that is not possible.
    """
    for path in (path for folder in folders for path in _files(folder)):
        mode = stat.S_IMODE(path.stat().st_mode)
        git_mode = PROGRAM_MODE if mode & stat.S_IXUSR else FILE_MODE
        if mode == git_mode:
            continue
        try:
            path.chmod(git_mode)
        except OSError as error:
            raise ContextError(
                f"{path} must have mode {git_mode:o} (it is part of the image), got {mode:o}. Fix: chmod {git_mode:o} {path}"
            ) from error


def _files(folder: Path) -> Iterator[Path]:
    """Yield the regular files of a context, without the entries of its root that .dockerignore names as they are."""
    ignore_file = folder / ".dockerignore"
    ignored = ignore_file.read_text().splitlines() if ignore_file.exists() else []
    for entry in folder.iterdir():
        if entry.name not in ignored:
            for path in entry.rglob("*") if entry.is_dir() else [entry]:
                if path.is_file() and not path.is_symlink():
                    yield path
