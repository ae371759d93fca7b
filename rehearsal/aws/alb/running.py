"""The one follower of this process, once it has started."""

from __future__ import annotations

from .follower import Follower

_followers: list[Follower] = []


def follower() -> Follower | None:
    return _followers[0] if _followers else None


def start(new: Follower) -> None:
    new.sync()
    _followers.append(new)
