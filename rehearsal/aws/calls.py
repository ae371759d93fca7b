"""The record of every judged call: who asked for what on which resource, a JSON object on each line."""

from __future__ import annotations

import json
import logging
import logging.handlers
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from rehearsal import paths

from .authorization import Check

FILE: Final = paths.LOGS / "calls.jsonl"
# A whole run of the tests is about 20 MB.
MAXIMUM_BYTES: Final = 100_000_000

log = logging.getLogger("rehearsal.aws.calls.record")
log.propagate = False


def start(file: Path = FILE) -> None:
    """Write what is recorded from now on to a file, which is begun anew at 100 MB."""
    file.parent.mkdir(parents=True, exist_ok=True)
    for handler in list(log.handlers):
        log.removeHandler(handler)
    log.addHandler(logging.handlers.RotatingFileHandler(file, maxBytes=MAXIMUM_BYTES, backupCount=1))
    log.setLevel(logging.INFO)


def record(caller: str, checks: Iterable[Check], refused: Check | None) -> None:
    """Write one call. Tags, names and ARNs are recorded, never other parameters: they may be secret."""
    if not log.handlers:
        return
    entry = {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "caller": caller,
        "checks": [as_json(check) for check in checks],
        "refused": refused.action if refused else None,
    }
    log.info(json.dumps(entry))


def as_json(check: Check) -> dict[str, Any]:
    """Return a check as it is recorded."""
    return {"action": check.action, "resource": check.resource, "context": {k: list(v) for k, v in check.context.items()}}


def from_json(entry: Mapping[str, Any]) -> Check:
    """Return the check of a record."""
    context = {key: tuple(values) for key, values in entry["context"].items()}
    return Check(action=entry["action"], resource=entry["resource"], context=context)


def read(file: Path = FILE) -> Iterator[dict[str, Any]]:
    """Yield the recorded calls, oldest first."""
    for part in (file.with_name(file.name + ".1"), file):
        if part.exists():
            with part.open() as lines:
                yield from (json.loads(line) for line in lines)
