"""IAM's decision on a check, by policy documents."""

from typing import Any

import pytest

from rehearsal.aws.authorization import Check, is_allowed

ROLE = "arn:aws:iam::123456789012:role/slipway-node"


def statement(effect: str = "Allow", action: str = "*", resource: str = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": effect, "Action": action, "Resource": resource, **more}


def allowed(*statements: Any, action: str = "iam:DeleteRole", resource: Any = ROLE, **context: Any) -> Any:
    check = Check(action=action, resource=resource, context={key: (value,) for key, value in context.items()})
    return is_allowed([{"Version": "2012-10-17", "Statement": list(statements)}], check)


def test_only_get_caller_identity_is_allowed_without_a_statement() -> None:
    assert not allowed()
    assert allowed(action="sts:GetCallerIdentity", resource="*")
    assert allowed(statement("Deny"), action="sts:GetCallerIdentity", resource="*")


@pytest.mark.parametrize("pattern", ["iam:DeleteRole", "IAM:deleterole", "iam:Delete*", "iam:DeleteRol?", "iam:*", "*"])
def test_actions_match_case_insensitively_and_with_wildcards(pattern: str) -> None:
    assert allowed(statement(action=pattern))


@pytest.mark.parametrize("pattern", ["iam:DeleteRole?", "iam:Delete", "ec2:*", "iam:[D]eleteRole", "iam.DeleteRole"])
def test_other_actions_do_not_match(pattern: str) -> None:
    assert not allowed(statement(action=pattern))


@pytest.mark.parametrize(
    "pattern",
    [
        ROLE,
        "*",
        "arn:aws:iam::*:role/slipway-*",
        "arn:aws:iam::123456789012:*",
        "arn:aws:iam::*",
        "arn:*:iam::*:role/slipway-nod?",
    ],
)
def test_resources_match_with_wildcards(pattern: str) -> None:
    assert allowed(statement(resource=pattern))


@pytest.mark.parametrize(
    "pattern",
    [
        ROLE.upper(),
        "arn:aws:iam::*:role/Slipway-*",
        "arn:aws:iam::*:role/slipway",
        "arn:aws:iam::*:user/*",
        "arn:aws:i*m::123456789012:role/[s]lipway-node",
        # `*` inside a part does not cross a colon
        "arn:a*m::123456789012:role/slipway-node",
    ],
)
def test_other_resources_do_not_match(pattern: str) -> None:
    assert not allowed(statement(resource=pattern))


def test_an_action_without_a_resource_needs_a_statement_on_all_resources() -> None:
    assert not allowed(statement(resource="arn:aws:ec2:*:*:vpc/*"), action="ec2:DescribeVpcs", resource="*")
    assert allowed(statement(resource="*"), action="ec2:DescribeVpcs", resource="*")


def test_a_deny_overrides_an_allow_of_the_same_resource_only() -> None:
    assert not allowed(statement(), statement("Deny", "iam:*", ROLE))
    assert allowed(statement(), statement("Deny", "iam:*", "arn:aws:iam::*:role/other"))


def test_not_action_and_not_resource_match_all_others() -> None:
    nothing_of_iam = {"Effect": "Allow", "NotAction": ["iam:*"], "Resource": "*"}
    assert not allowed(nothing_of_iam)
    assert allowed(nothing_of_iam, action="ec2:CreateVpc")
    all_but_ours = {"Effect": "Deny", "Action": "*", "NotResource": ["arn:aws:iam::*:role/slipway-*"]}
    assert allowed(statement(), all_but_ours)
    assert not allowed(statement(), all_but_ours, resource="arn:aws:iam::123456789012:role/other")


CONDITIONS = {
    "StringEquals": ("slipway", "Slipway"),
    "StringEqualsIgnoreCase": ("SLIPWAY", "ship"),
    "StringLike": ("slip*", "slip"),
    "StringNotEquals": ("other", "slipway"),
    "StringNotLike": ("o*", "s*"),
    "StringNotEqualsIgnoreCase": ("other", "SLIPWAY"),
    "StringEqualsIfExists": ("slipway", "other"),
    "ForAnyValue:StringEquals": (["a", "slipway"], ["a", "b"]),
    "ForAllValues:StringLike": ("slip*", "other"),
}


@pytest.mark.parametrize(("operator", "values"), CONDITIONS.items())
def test_a_condition_compares_the_value_of_the_request(operator: str, values: Any) -> None:
    for value, expected in zip(values, (True, False), strict=True):
        condition = {operator: {"aws:ResourceTag/Project": value}}
        assert allowed(statement(Condition=condition), **{"aws:resourcetag/project": "slipway"}) is expected


@pytest.mark.parametrize(
    ("operator", "expected"),
    [
        ("StringEquals", False),
        ("StringLike", False),
        ("StringNotEquals", True),
        ("StringEqualsIfExists", True),
        ("ForAnyValue:StringEquals", False),
        ("ForAllValues:StringEquals", True),
    ],
)
def test_a_missing_condition_key_satisfies_negated_and_optional_operators_only(operator: str, expected: Any) -> None:
    assert allowed(statement(Condition={operator: {"aws:RequestTag/project": "slipway"}})) is expected


def test_null_tests_whether_a_condition_key_is_present() -> None:
    absent = {"Null": {"aws:RequestTag/project": "true"}}
    assert allowed(statement(Condition=absent))
    assert not allowed(statement(Condition=absent), **{"aws:requesttag/project": "x"})


def test_arns_are_compared_part_by_part() -> None:
    managed = "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy"
    for operator in ("ArnEquals", "ArnLike"):
        condition = {operator: {"iam:PolicyARN": "arn:*:iam::aws:policy/AmazonEKS*"}}
        assert allowed(statement(Condition=condition), **{"iam:policyarn": managed})
        assert not allowed(statement(Condition=condition), **{"iam:policyarn": managed.replace("::aws:", "::123456789012:")})
    assert not allowed(statement(Condition={"ArnLike": {"iam:PolicyARN": "arn:*"}}), **{"iam:policyarn": managed})


def test_every_operator_and_every_key_must_hold() -> None:
    tags = {"aws:resourcetag/project": "slipway", "aws:resourcetag/stack": "dev"}
    both = {"StringEquals": {"aws:ResourceTag/project": "slipway", "aws:ResourceTag/stack": "prod"}}
    assert not allowed(statement(Condition=both), **tags)
    two = {"StringEquals": {"aws:ResourceTag/project": "slipway"}, "StringLike": {"aws:ResourceTag/stack": "p*"}}
    assert not allowed(statement(Condition=two), **tags)


UNKNOWN = [
    {"StringMatches": {"aws:ResourceTag/project": "slipway"}},
    {"StringNotEquals": {"aws:SourceVpc": "vpc-1"}},
    {"Null": {"ec2:Vpc": "true"}},
    {"StringEqualsIfExists": {"aws:SourceVpce": "vpce-1"}},
    {"StringEquals": {"aws:ResourceTag/project": "${aws:username}"}},
    {"StringEquals": {"aws:ResourceTag/project": "slipway"}, "IpAddress": {"aws:SourceIp": "10.0.0.0/8"}},
]


@pytest.mark.parametrize("condition", UNKNOWN)
def test_an_unsupported_condition_never_allows_and_always_denies(condition: Any) -> None:
    tag = {"aws:resourcetag/project": "slipway"}
    assert not allowed(statement(Condition=condition), **tag)
    assert not allowed(statement(), statement("Deny", Condition=condition), **tag)


def test_a_policy_variable_is_replaced_by_the_callers_value() -> None:
    own = statement(resource="arn:aws:iam::*:role/${aws:PrincipalTag/project}-*")
    assert allowed(own, **{"aws:principaltag/project": "slipway"})
    assert not allowed(own, **{"aws:principaltag/project": "ship"})
    assert not allowed(own)
