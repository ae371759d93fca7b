"""IAM's yes or no, coarse: actions are judged, resources and conditions are not.

An Allow counts whatever its resource and condition are; a Deny counts only where it has no condition and names every
resource. So nothing is refused here that IAM would allow, and a role that only reads cannot create.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

# No permission is needed, and a deny does not count:
# https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
ALWAYS_ALLOWED = "sts:GetCallerIdentity"


def is_allowed(documents: Iterable[Mapping[str, Any]], action: str) -> bool:
    if action == ALWAYS_ALLOWED:
        return True
    statements = [statement for document in documents for statement in _list(document.get("Statement", []))]
    concerned = [statement for statement in statements if _concerns(statement, action)]
    denied = any(s["Effect"] == "Deny" and "*" in _list(s.get("Resource", [])) and not s.get("Condition") for s in concerned)
    return not denied and any(statement["Effect"] == "Allow" for statement in concerned)


def _concerns(statement: Mapping[str, Any], action: str) -> bool:
    if "NotAction" in statement:
        return not _matches(statement["NotAction"], action)
    return _matches(statement.get("Action", []), action)


def _matches(patterns: Any, action: str) -> bool:
    return any(fnmatchcase(action.lower(), pattern.lower()) for pattern in _list(patterns))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
