"""A small JDK from the machine's own: Debian 12 has none that compiles Java 21."""

import os
import re
import shutil
from pathlib import Path
from typing import Final

from rehearsal.node.command import HostError, run

OLDEST: Final = 21
FOLDERS: Final = Path("/usr/lib/jvm")
VERSION: Final = re.compile(r'^JAVA_VERSION="(\d+)', re.MULTILINE)
# What Maven, javac and most libraries need.
MODULES: Final = (
    "java.se",
    "jdk.compiler",
    "jdk.crypto.ec",
    "jdk.httpserver",
    "jdk.jartool",
    "jdk.management",
    "jdk.net",
    "jdk.unsupported",
    "jdk.zipfs",
)


def _found() -> Path | None:
    named = [Path(os.environ["JAVA_HOME"])] if "JAVA_HOME" in os.environ else []
    for home in (*named, *sorted(FOLDERS.glob("*"))):
        release = home / "release"
        version = VERSION.search(release.read_text()) if release.is_file() else None
        if version and int(version[1]) >= OLDEST and (home / "bin" / "jlink").is_file():
            return home
    return None


def jdk() -> Path:
    """The first of this machine's JDKs that compiles Java 21; HostError if there is none."""
    if home := _found():
        return home
    raise HostError(
        f"there is no JDK of {OLDEST} or newer on this machine, which the image that builds Java services is made from. "
        f"Install one under {FOLDERS}, or name it in JAVA_HOME."
    )


def fingerprint() -> str:
    """What that JDK says of itself; nothing without one, which matters only where the image is made."""
    home = _found()
    return (home / "release").read_text() if home else ""


def small_jdk(target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    run(
        *(str(jdk() / "bin" / "jlink"), "--add-modules", ",".join(MODULES), "--output", str(target)),
        *("--strip-debug", "--no-header-files", "--no-man-pages"),
    )
