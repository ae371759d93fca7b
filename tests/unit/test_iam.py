"""The policies of the program's own roles, held against IAM's list of actions and of the resources that each takes."""

import json
from collections.abc import Iterator
from typing import Any

from policy_sentry.querying.actions import get_action_data

from infra import iam
from tests.engine import program

LOG_GROUP = "arn:aws:logs:eu-west-1:123456789012:log-group:flow"


def resource_types(action: str) -> set[str]:
    """Return the ARN formats of the resources that an action takes, `*` for an action that takes none."""
    service, name = action.split(":")
    found: Any = get_action_data(service, name)
    assert found, f"IAM has no action {action}"
    return {row["resource_arn_format"] for row in found[service]}


def statements() -> Iterator[dict[str, Any]]:
    graph = program(alarm_email="ops@example.com")
    policies = graph.of("RolePolicy")
    assert policies
    for policy in policies:
        yield from json.loads(policy.inputs["policy"])["Statement"]


def test_only_actions_without_resources_are_allowed_on_all_resources() -> None:
    on_everything = [action for statement in statements() if "*" in statement["Resource"] for action in statement["Action"]]
    assert [action for action in on_everything if resource_types(action) != {"*"}] == []


def test_every_action_on_a_named_resource_takes_resources() -> None:
    """Otherwise the statement allows nothing, and IAM does not say so."""
    named = [statement for statement in statements() if "*" not in statement["Resource"]]
    assert named
    without_effect = [a for statement in named for a in statement["Action"] if resource_types(a) == {"*"}]
    assert without_effect == []


def test_no_statement_allows_all_actions() -> None:
    assert [action for statement in statements() for action in statement["Action"] if "*" in action] == []


def test_flow_logs_may_list_log_groups_and_write_into_their_own_alone() -> None:
    allowed = {
        action: statement["Resource"] for statement in iam.write_logs(LOG_GROUP)["Statement"] for action in statement["Action"]
    }
    assert allowed["logs:DescribeLogGroups"] == ["*"]
    assert {tuple(resources) for action, resources in allowed.items() if action != "logs:DescribeLogGroups"} == {
        (LOG_GROUP, f"{LOG_GROUP}:*")
    }
    assert {"logs:CreateLogStream", "logs:PutLogEvents"} <= set(allowed)
