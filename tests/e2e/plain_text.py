"""The places in which a password must not be readable: the machine's processes, logs and files."""

import json
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from tests.e2e import rehearsal as r
from tests.e2e.systems import deployed

FOLDERS = ("pulumi", "stack", "logs", "podlogs", "rds")
# Only the error log of a database server is read: tables hold user data, and MariaDB, unlike MySQL, does not hide the password
# of a slow statement in its slow query log.
ENDINGS = {"rds": "error.log"}


def passwords() -> set[str]:
    """Return all secrets of the stack. Assert that those of every app are among them."""
    config = json.loads(r.rehearsal("run", "--", "pulumi", "config", "--show-secrets", "--json", log=False))
    found = {key: str(one["value"]) for key, one in config.items() if one["secret"]}
    missing = {"slipway:database_master_password", *(f"{app.name}:{key}" for app in deployed() for key in app.secret_keys)} - set(
        found
    )
    assert missing == set()
    assert all(len(password) >= 8 for password in found.values())
    return set(found.values())


def shown(secrets: Iterable[str], output: str, commands: Iterable[str]) -> list[str]:
    """Return the places that contain a secret: the output and the command lines of an `up`, pod specs and files."""
    specs = r.kubectl("get", "pods,deployments,statefulsets,jobs,cronjobs,configmaps", "-A", "-o", "json").stdout
    places = {"the output": output, "the pod specs": specs, "the process list": "\n".join(commands)}
    assert "pulumi" in places["the process list"]
    for folder in FOLDERS:
        texts = _texts(r.STATE / folder, ENDINGS.get(folder, ""))
        assert texts, f"there is nothing to read in {folder}"
        places |= texts
    return sorted({place for place, text in places.items() for secret in secrets if secret in text})


def _texts(folder: Path, ending: str) -> dict[str, str]:
    """Return the text of each file, keyed by its path. Skip files that disappear meanwhile, such as a pod's log."""
    found = {}
    for parent, _, names in os.walk(folder):
        for name in names:
            path = Path(parent, name)
            with suppress(FileNotFoundError):
                if name.endswith(ending) and path.is_file():
                    found[str(path)] = path.read_text(errors="replace")
    return found
