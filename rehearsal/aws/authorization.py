"""IAM's decision on a request, by the caller's identity-based policies.

Not evaluated: resource-based policies (of buckets, keys, topics), permissions boundaries, session policies and service
control policies.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from rehearsal.aws.conditions import Context, UnknownConditionError, glob, satisfied, substitute

Document = Mapping[str, Any]

# The call needs no permission, and a Deny statement has no effect:
# https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
ALWAYS_ALLOWED: Final = "sts:GetCallerIdentity"


@dataclass(frozen=True, kw_only=True)
class Check:
    """An authorization check: an action on a resource, with the request's condition context.

    An API call needs several checks if it names several resources, passes a role, or tags a resource that it creates.
    """

    action: str
    resource: str = "*"
    context: Context = field(default_factory=dict)


def is_allowed(documents: Iterable[Document], check: Check) -> bool:
    """Return whether a statement of the policy documents allows the check and none denies it."""
    if check.action == ALWAYS_ALLOWED:
        return True
    statements = [statement for document in documents for statement in _list(document.get("Statement", []))]
    relevant = [statement for statement in statements if _matches_action(statement, check.action)]
    if any(_applies(statement, check, if_unknown=True) for statement in relevant if statement["Effect"] == "Deny"):
        return False
    return any(_applies(statement, check, if_unknown=False) for statement in relevant if statement["Effect"] == "Allow")


def _matches_action(statement: Mapping[str, Any], action: str) -> bool:
    patterns = _list(statement["NotAction"] if "NotAction" in statement else statement.get("Action", []))
    matches = any(glob(pattern, ignore_case=True).fullmatch(action) for pattern in patterns)
    return matches != ("NotAction" in statement)


def _applies(statement: Mapping[str, Any], check: Check, *, if_unknown: bool) -> bool:
    """Return whether the statement's resource and condition match; `if_unknown` if they cannot be evaluated."""
    try:
        return _matches_resource(statement, check) and satisfied(statement.get("Condition", {}), check.context)
    except UnknownConditionError:
        return if_unknown


def _matches_resource(statement: Mapping[str, Any], check: Check) -> bool:
    patterns = _list(statement["NotResource"] if "NotResource" in statement else statement.get("Resource", []))
    matches = any(_resource_pattern(substitute(pattern, check.context)).fullmatch(check.resource) for pattern in patterns)
    return matches != ("NotResource" in statement)


@functools.cache
def _resource_pattern(pattern: str) -> re.Pattern[str]:
    """Compile a Resource pattern: `*` matches a colon only at the end of a part of the ARN.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
    """
    parts = {"*": "[^:]*", "?": "[^:]"}
    ends = re.sub(r"\*(?=:|$)", "\0", pattern)
    expression = "".join(".*" if character == "\0" else parts.get(character) or re.escape(character) for character in ends)
    return re.compile(expression, re.DOTALL)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
