"""Delayed work, for changes that AWS makes after a call has returned."""

from __future__ import annotations

import threading
from collections.abc import Callable


def later(seconds: float, work: Callable[[], object]) -> None:
    """Run the work in a thread of its own after a delay in seconds."""
    timer = threading.Timer(seconds, work)
    timer.daemon = True
    timer.start()
