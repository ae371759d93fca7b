"""The record of every authorized or refused call: its caller, actions and resources, as JSON lines."""

from __future__ import annotations

import json
import logging
import logging.handlers
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from rehearsal import paths
from rehearsal.aws.authorization import Check

FILE: Final = paths.LOGS / "calls.jsonl"
# A run of all tests writes about 20 MB.
MAXIMUM_BYTES: Final = 100_000_000

log = logging.getLogger("rehearsal.aws.calls.record")
log.propagate = False


def start(file: Path = FILE) -> None:
    """Start recording to a file, which is rotated at 100 MB."""
    file.parent.mkdir(parents=True, exist_ok=True)
    for handler in list(log.handlers):
        log.removeHandler(handler)
    log.addHandler(logging.handlers.RotatingFileHandler(file, maxBytes=MAXIMUM_BYTES, backupCount=1))
    log.setLevel(logging.INFO)


def record(caller: str, checks: Iterable[Check], refused: Check | None) -> None:
    """Record a call. Only tags, names and ARNs are recorded: other parameters may be secret."""
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
    """Return a check in the format of the record."""
    return {"action": check.action, "resource": check.resource, "context": {k: list(v) for k, v in check.context.items()}}


def read(file: Path = FILE) -> Iterator[dict[str, Any]]:
    """Yield the recorded calls, oldest first."""
    for part in (file.with_name(file.name + ".1"), file):
        if part.exists():
            with part.open() as lines:
                yield from (json.loads(line) for line in lines)
