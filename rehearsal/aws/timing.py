"""What AWS does a while after a call has returned."""

from __future__ import annotations

import threading
from collections.abc import Callable


def later(seconds: float, work: Callable[[], object]) -> None:
    """Do the work in a thread of its own after so many seconds."""
    timer = threading.Timer(seconds, work)
    timer.daemon = True
    timer.start()
