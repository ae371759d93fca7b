"""The follower of this process."""

from __future__ import annotations

from rehearsal.aws.alb.follower import Follower

_followers: list[Follower] = []


def follower() -> Follower | None:
    """Return the follower; None before it has started."""
    return _followers[0] if _followers else None


def start(follower: Follower) -> None:
    """Run a follower's first update and make it the follower of this process."""
    follower.sync()
    _followers.append(follower)
