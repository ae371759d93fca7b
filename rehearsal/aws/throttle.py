"""AWS's limit on the rate of requests, for tests: refusals that the hook server asks for.

Every other request is refused, so that a caller who waits and asks again gets on, as with AWS's token buckets.
Source: https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
"""

from __future__ import annotations

import threading
from typing import Final

_lock: Final = threading.Lock()
_counts: Final = {"left": 0, "asked": 0, "refused": 0}


def burst(refusals: int) -> None:
    """Refuse every other request that is not the account root's, until so many are refused."""
    with _lock:
        _counts.update(left=refusals, asked=0, refused=0)


def refused() -> int:
    """Return how many requests were refused since the last burst was asked for."""
    return _counts["refused"]


def refuses(caller: str) -> bool:
    """Return whether this request is refused. The rehearsal itself calls as the account's root and never is."""
    with _lock:
        if caller.endswith(":root") or not _counts["left"]:
            return False
        _counts["asked"] += 1
        if _counts["asked"] % 2 == 0:
            return False
        _counts["left"] -= 1
        _counts["refused"] += 1
        return True
