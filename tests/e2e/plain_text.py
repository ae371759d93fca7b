"""Where a password must not be read: by whoever sees the machine's processes, logs and files."""

import json
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from tests.e2e import rehearsal as r
from tests.e2e.systems import deployed

FOLDERS = ("pulumi", "stack", "logs", "podlogs", "rds")
# Of a database server, its error log: tables are for what people write, and MariaDB, unlike MySQL, does not hide the password
# of a slow statement in its slow log.
ENDINGS = {"rds": "error.log"}


def passwords() -> set[str]:
    """All secrets of the stack, those of every app among them."""
    config = json.loads(r.rehearsal("run", "--", "pulumi", "config", "--show-secrets", "--json", log=False))
    found = {key: str(one["value"]) for key, one in config.items() if one["secret"]}
    missing = {"slipway:database_password", *(f"{app.name}:{key}" for app in deployed() for key in app.secret_keys)} - set(found)
    assert missing == set()
    assert all(len(password) >= 8 for password in found.values())
    return set(found.values())


def shown(secrets: Iterable[str], output: str, commands: Iterable[str]) -> list[str]:
    """The places where one of the secrets stands: the output and the command lines of an `up`, and what it left behind."""
    specs = r.kubectl("get", "pods,deployments,statefulsets,jobs,cronjobs,configmaps", "-A", "-o", "json").stdout
    places = {"the output": output, "the pod specs": specs, "the process list": "\n".join(commands)}
    assert "pulumi" in places["the process list"]
    for folder in FOLDERS:
        texts = _texts(r.STATE / folder, ENDINGS.get(folder, ""))
        assert texts, f"there is nothing to read in {folder}"
        places |= texts
    return sorted({place for place, text in places.items() for secret in secrets if secret in text})


def _texts(folder: Path, ending: str) -> dict[str, str]:
    """`{path: text}` of the files that do not go away meanwhile, as a pod's log may."""
    found = {}
    for parent, _, names in os.walk(folder):
        for name in names:
            path = Path(parent, name)
            with suppress(FileNotFoundError):
                if name.endswith(ending) and path.is_file():
                    found[str(path)] = path.read_text(errors="replace")
    return found
