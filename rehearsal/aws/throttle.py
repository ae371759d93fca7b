"""Request throttling, which tests switch on through the hook server.

Every second request is refused, so that a caller who retries succeeds, as with AWS's token buckets.
Source: https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
"""

from __future__ import annotations

import threading
from typing import Final

_lock: Final = threading.Lock()
_counts: Final = {"remaining": 0, "requests": 0, "refused": 0}


def burst(refusals: int) -> None:
    """Refuse every second request of callers other than the account's root, until the number of refusals is reached."""
    with _lock:
        _counts.update(remaining=refusals, requests=0, refused=0)


def refused() -> int:
    """Return the number of refused requests since the last call of `burst`."""
    return _counts["refused"]


def refuses(caller: str) -> bool:
    """Count a request and return whether it is refused. Requests of the account's root, which the rehearsal uses, never are."""
    with _lock:
        if caller.endswith(":root") or not _counts["remaining"]:
            return False
        _counts["requests"] += 1
        if _counts["requests"] % 2 == 0:
            return False
        _counts["remaining"] -= 1
        _counts["refused"] += 1
        return True
