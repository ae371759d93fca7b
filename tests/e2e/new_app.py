"""An app that `make new-app` has made, deployed beside those of the checkout."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.e2e import rehearsal as r
from tests.e2e.systems import deployed


@contextmanager
def declared(name: str) -> Iterator[Path]:
    """Make an app and name it in the stack's settings; yield its folder, and remove both at the end."""
    folder = r.ROOT / "apps" / name
    subprocess.run(["make", "new-app", f"NAME={name}"], cwd=r.ROOT, check=True, capture_output=True)
    try:
        r.pulumi("config", "set", "--path", f"slipway:apps[{len(deployed())}]", name)
        yield folder
    finally:
        shutil.rmtree(folder)
        r.rehearsal("up")
