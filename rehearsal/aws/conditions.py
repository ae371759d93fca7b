"""Condition blocks of IAM policies.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

# Keys of a request in lower case, with their values. A single-valued key has one.
Context = Mapping[str, Sequence[str]]

# Keys that are known of every request: a request without a value has none. Any other key is never satisfied.
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
    """The condition uses an operator, a key or a variable that is not evaluated."""


def glob(pattern: str, *, ignore_case: bool = False) -> re.Pattern[str]:
    """Return the expression of a pattern in which `*` stands for any characters and `?` for exactly one."""
    return _glob(pattern, re.DOTALL | (re.IGNORECASE if ignore_case else 0))


@functools.cache
def _glob(pattern: str, flags: int) -> re.Pattern[str]:
    parts = {"*": ".*", "?": "."}
    return re.compile("".join(parts.get(character) or re.escape(character) for character in pattern), flags)


def arn_matches(pattern: str, arn: str) -> bool:
    """Return whether each of the six parts of an ARN matches the pattern's."""
    patterns, parts = pattern.split(":", 5), arn.split(":", 5)
    return len(patterns) == len(parts) and all(glob(p).fullmatch(part) for p, part in zip(patterns, parts, strict=True))


def _equal(wanted: str, given: str) -> bool:
    return wanted == given


def _equal_ignoring_case(wanted: str, given: str) -> bool:
    return wanted.lower() == given.lower()


def _like(wanted: str, given: str) -> bool:
    return bool(glob(wanted).fullmatch(given))


OPERATORS: Final[dict[str, Callable[[str, str], bool]]] = {
    "stringequals": _equal,
    "stringequalsignorecase": _equal_ignoring_case,
    "stringlike": _like,
    # The two are the same: both take wildcards.
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


def substituted(text: str, context: Context) -> str:
    """Return the text with its policy variables replaced by the request's values.

    Raises:
        UnknownConditionError: A variable has no single value.
    """

    def value(match: re.Match[str]) -> str:
        values = context.get(_known(match[1]), ())
        if len(values) != 1:
            raise UnknownConditionError(f"variable {match[0]}")
        return values[0]

    return VARIABLE.sub(value, text)


def satisfied(condition: Mapping[str, Mapping[str, Any]], context: Context) -> bool:
    """Return whether a request satisfies every operator and every key of a condition block.

    Raises:
        UnknownConditionError: The block uses an operator, a key or a variable that is not evaluated.
    """
    # Every part is looked at: a block with an unknown part is unknown, whatever its other parts say.
    return all([_holds(operator, key, wanted, context) for operator, keys in condition.items() for key, wanted in keys.items()])


def _known(key: str) -> str:
    name = key.lower()
    if name not in KEYS and not name.startswith(TAG_KEYS):
        raise UnknownConditionError(f"condition key {key}")
    return name


def _holds(operator: str, key: str, wanted: Any, context: Context) -> bool:
    given = context.get(_known(key))
    values = [str(value) for value in (wanted if isinstance(wanted, list) else [wanted])]
    name = operator.lower()
    if name == "null":
        return any((given is None) == (value.lower() == "true") for value in values)
    quantifier, _, name = name.rpartition(":")
    optional = name.endswith("ifexists")
    name = name.removesuffix("ifexists")
    if quantifier not in ("", "foranyvalue", "forallvalues") or name not in {**OPERATORS, **NEGATED}:
        raise UnknownConditionError(f"condition operator {operator}")
    matches = OPERATORS[NEGATED.get(name, name)]
    patterns = [substituted(value, context) for value in values]
    if given is None:
        return optional or name in NEGATED or quantifier == "forallvalues"
    results = [any(matches(pattern, value) for pattern in patterns) != (name in NEGATED) for value in given]
    return any(results) if quantifier == "foranyvalue" else all(results)
