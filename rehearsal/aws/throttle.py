"""AWS's limit on the rate of requests, for tests: a burst of refusals that the hook server asks for.

Source: https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
"""

from __future__ import annotations

import threading

_lock = threading.Lock()
_left = {"refusals": 0}
_refused = {"requests": 0}


def burst(refusals: int) -> None:
    """Refuse so many of the next requests that are not the account root's."""
    with _lock:
        _left["refusals"], _refused["requests"] = refusals, 0


def refused() -> int:
    """Return how many requests were refused since the last burst was asked for."""
    return _refused["requests"]


def refuses(caller: str) -> bool:
    """Return whether this request is one of a burst. The rehearsal itself calls as the account's root and is never refused."""
    with _lock:
        if caller.endswith(":root") or not _left["refusals"]:
            return False
        _left["refusals"] -= 1
        _refused["requests"] += 1
        return True
