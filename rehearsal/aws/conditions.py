"""Condition blocks of IAM policies.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

# Values of a request by condition key in lower case. A single-valued key has one value.
Context = Mapping[str, Sequence[str]]

# Condition keys that are evaluated: a request that has no value for one lacks the key. No other key is ever satisfied.
KEYS: Final = frozenset(
    {
        "aws:principalarn",
        "aws:requestedregion",
        "aws:resourceaccount",
        "aws:securetransport",
        "aws:tagkeys",
        "ec2:createaction",
        "eks:clustername",
        "elasticloadbalancing:createaction",
        "iam:awsservicename",
        "iam:passedtoservice",
        "iam:policyarn",
        "kms:grantisforawsresource",
        "kms:resourcealiases",
        "route53:changeresourcerecordsetsactions",
        "route53:changeresourcerecordsetsnormalizedrecordnames",
        "route53:changeresourcerecordsetsrecordtypes",
        "s3:prefix",
    }
)
TAG_KEYS: Final = ("aws:principaltag/", "aws:requesttag/", "aws:resourcetag/")
VARIABLE: Final = re.compile(r"\$\{([^}]*)\}")


class UnknownConditionError(Exception):
    """A condition uses an operator, a key or a variable that is not evaluated."""


def glob(pattern: str, *, ignore_case: bool = False) -> re.Pattern[str]:
    """Compile a pattern in which `*` matches any characters and `?` exactly one character."""
    return _glob(pattern, re.DOTALL | (re.IGNORECASE if ignore_case else 0))


@functools.cache
def _glob(pattern: str, flags: int) -> re.Pattern[str]:
    parts = {"*": ".*", "?": "."}
    return re.compile("".join(parts.get(character) or re.escape(character) for character in pattern), flags)


def arn_matches(pattern: str, arn: str) -> bool:
    """Return whether each of an ARN's six parts matches that part of the pattern."""
    patterns, parts = pattern.split(":", 5), arn.split(":", 5)
    return len(patterns) == len(parts) and all(glob(p).fullmatch(part) for p, part in zip(patterns, parts, strict=True))


def _equal(pattern: str, value: str) -> bool:
    return pattern == value


def _equal_ignoring_case(pattern: str, value: str) -> bool:
    return pattern.lower() == value.lower()


def _like(pattern: str, value: str) -> bool:
    return bool(glob(pattern).fullmatch(value))


OPERATORS: Final[dict[str, Callable[[str, str], bool]]] = {
    "stringequals": _equal,
    "stringequalsignorecase": _equal_ignoring_case,
    "stringlike": _like,
    # Both operators accept wildcards.
    "arnequals": arn_matches,
    "arnlike": arn_matches,
    "bool": _equal_ignoring_case,
}
NEGATED: Final = {
    "stringnotequals": "stringequals",
    "stringnotequalsignorecase": "stringequalsignorecase",
    "stringnotlike": "stringlike",
    "arnnotequals": "arnequals",
    "arnnotlike": "arnlike",
}


def substitute(text: str, context: Context) -> str:
    """Replace the policy variables in a text by the request's values.

    Raises:
        UnknownConditionError: A variable has no single value.
    """

    def value(match: re.Match[str]) -> str:
        values = context.get(_supported_key(match[1]), ())
        if len(values) != 1:
            raise UnknownConditionError(f"variable {match[0]}")
        return values[0]

    return VARIABLE.sub(value, text)


def satisfied(condition: Mapping[str, Mapping[str, Any]], context: Context) -> bool:
    """Return whether a request satisfies every operator and every key of a condition block.

    Raises:
        UnknownConditionError: The block uses an operator, a key or a variable that is not evaluated.
    """
    # The list makes `all` evaluate every part: a block with an unknown part is unknown, whatever its other parts yield.
    return all([_holds(operator, key, value, context) for operator, keys in condition.items() for key, value in keys.items()])


def _supported_key(key: str) -> str:
    name = key.lower()
    if name not in KEYS and not name.startswith(TAG_KEYS):
        raise UnknownConditionError(f"condition key {key}")
    return name


def _holds(operator: str, key: str, value: Any, context: Context) -> bool:
    request_values = context.get(_supported_key(key))
    policy_values = [str(element) for element in (value if isinstance(value, list) else [value])]
    name = operator.lower()
    if name == "null":
        return any((request_values is None) == (text.lower() == "true") for text in policy_values)
    quantifier, _, name = name.rpartition(":")
    optional = name.endswith("ifexists")
    name = name.removesuffix("ifexists")
    if quantifier not in ("", "foranyvalue", "forallvalues") or name not in {**OPERATORS, **NEGATED}:
        raise UnknownConditionError(f"condition operator {operator}")
    matches = OPERATORS[NEGATED.get(name, name)]
    patterns = [substitute(text, context) for text in policy_values]
    if request_values is None:
        return optional or name in NEGATED or quantifier == "forallvalues"
    results = [any(matches(pattern, text) for pattern in patterns) != (name in NEGATED) for text in request_values]
    return any(results) if quantifier == "foranyvalue" else all(results)
