"""Rules of the models that AWS itself does not apply, each with what shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, kw_only=True)
class Exemption:
    """A member whose published rule is not judged, and why."""

    operation: str
    """`service.Operation`"""
    path: str
    """The member, as in an error message, without the numbers of list items."""
    reason: str
    source: str


EXEMPTIONS: Final[tuple[Exemption, ...]] = ()
