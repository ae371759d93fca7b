"""IAM's decision on a request by the caller's identity policies.

Not judged: resource policies (of buckets, keys, topics), permissions boundaries, session policies and organisations' policies.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from .conditions import Context, UnknownConditionError, glob, satisfied, substituted

Document = Mapping[str, Any]

# No permission is needed, and a deny does not count:
# https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
ALWAYS_ALLOWED: Final = "sts:GetCallerIdentity"


@dataclass(frozen=True, kw_only=True)
class Check:
    """One question to IAM: may the caller do this to that resource?

    An API call asks several when it concerns several resources, hands over a role, or tags what it creates.
    """

    action: str
    resource: str = "*"
    context: Context = field(default_factory=dict)


def is_allowed(documents: Iterable[Document], check: Check) -> bool:
    """Return whether a statement allows the check and none denies it."""
    if check.action == ALWAYS_ALLOWED:
        return True
    statements = [statement for document in documents for statement in _list(document.get("Statement", []))]
    concerned = [statement for statement in statements if _concerns(statement, check.action)]
    if any(_applies(statement, check, if_unknown=True) for statement in concerned if statement["Effect"] == "Deny"):
        return False
    return any(_applies(statement, check, if_unknown=False) for statement in concerned if statement["Effect"] == "Allow")


def _concerns(statement: Mapping[str, Any], action: str) -> bool:
    patterns = _list(statement["NotAction"] if "NotAction" in statement else statement.get("Action", []))
    matches = any(glob(pattern, ignore_case=True).fullmatch(action) for pattern in patterns)
    return matches != ("NotAction" in statement)


def _applies(statement: Mapping[str, Any], check: Check, *, if_unknown: bool) -> bool:
    """Return whether resource and condition fit; `if_unknown` where that cannot be said."""
    try:
        return _covers(statement, check) and satisfied(statement.get("Condition", {}), check.context)
    except UnknownConditionError:
        return if_unknown


def _covers(statement: Mapping[str, Any], check: Check) -> bool:
    patterns = _list(statement["NotResource"] if "NotResource" in statement else statement.get("Resource", []))
    matches = any(_resource(substituted(pattern, check.context)).fullmatch(check.resource) for pattern in patterns)
    return matches != ("NotResource" in statement)


@functools.cache
def _resource(pattern: str) -> re.Pattern[str]:
    """Return the expression of a resource: `*` crosses a colon only where it ends a part of the ARN.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
    """
    parts = {"*": "[^:]*", "?": "[^:]"}
    ends = re.sub(r"\*(?=:|$)", "\0", pattern)
    expression = "".join(".*" if character == "\0" else parts.get(character) or re.escape(character) for character in ends)
    return re.compile(expression, re.DOTALL)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
