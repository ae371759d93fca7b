"""Fifteen values that AWS refuses, each planted into a graph that AWS accepts: the rules must find every one."""

import copy
import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from tests import aws_rules, cloudformation
from tests.engine import ALL_APPS, stack_program
from tests.graph import Declared, Graph

Plant = Callable[[Graph], Declared]


def put(kind: str, path: str, value: Any, name: str | None = None) -> Plant:
    """Return a function that sets a member of a resource's inputs; None takes the member away."""

    def plant(graph: Graph) -> Declared:
        resource = graph.one(kind, name) if name else graph.of(kind)[0]
        *outer, last = path.split(".")
        inputs = resource.inputs
        for key in outer:
            inputs = inputs[key]
        assert last in inputs or last == "name", f"{kind} has no {path} to plant into"
        inputs[last] = value
        if value is None:
            del inputs[last]
        return resource

    return plant


def misspell(graph: Graph) -> Declared:
    policy = graph.one("RolePolicy")
    assert "logs:PutLogEvents" in policy.inputs["policy"]
    policy.inputs["policy"] = policy.inputs["policy"].replace("logs:PutLogEvents", "logs:PutLogEvent")
    return policy


JUDGED_BY_RULES: dict[str, Plant] = {
    "log retention of 31 days": put("LogGroup", "retentionInDays", 31.0),
    "health-check interval of 400 s": put("TargetGroup", "healthCheck.interval", 400.0),
    "health-check time-out above the interval": put("TargetGroup", "healthCheck.timeout", 6.0),
    "target group with an underscore": put("TargetGroup", "name", "notes_gateway", "notes-gateway"),
    "target group of 33 characters": put("TargetGroup", "name", "n" * 33, "notes-gateway"),
    "apostrophe in a rule's description": put("SecurityGroupIngressRule", "description", "MySQL of the cluster's pods"),
    "VPC of /15": put("Vpc", "cidrBlock", "10.0.0.0/15"),
    "subnet outside the VPC": put("Subnet", "cidrBlock", "10.9.0.0/22"),
    "Kubernetes 1.99": put("Cluster", "version", "1.99"),
    "log type audits": put("Cluster", "enabledClusterLogTypes", ["api", "audits"]),
    "deletion window of 5 days": put("Key", "deletionWindowInDays", 5.0),
    "HTTPS listener without certificate": put("Listener", "certificateArn", None, "balancer-443"),
}
JUDGED_BY_CFN_LINT: dict[str, tuple[str, Plant]] = {
    "class db.m7g.lage": ("E3062", put("Instance", "instanceClass", "db.m7g.lage")),
    "engine version 8.9": ("E3691", put("Instance", "engineVersion", "8.9")),
    "misspelt IAM action": ("W3037", misspell),
}


def copied() -> Graph:
    """Return a graph of the production stack whose inputs a test may change."""
    graph = stack_program("prod", apps=ALL_APPS)
    return Graph([dataclasses.replace(resource, inputs=copy.deepcopy(resource.inputs)) for resource in graph.resources])


@pytest.mark.parametrize("value", JUDGED_BY_RULES)
def test_a_planted_value_is_found_where_it_was_planted(value: str) -> None:
    graph = copied()
    before = set(aws_rules.problems(graph))
    resource = JUDGED_BY_RULES[value](graph)
    found = set(aws_rules.problems(graph)) - before
    assert [problem for problem in found if resource.name in problem], f"{value}: found only {found}"


@pytest.fixture(scope="module")
def cfn_lint_findings() -> list[str]:
    """Return what cfn-lint finds with each of its values planted into a stack of its own, in one run of two seconds."""
    graphs = {rule: copied() for rule, _ in JUDGED_BY_CFN_LINT.values()}
    for rule, plant in JUDGED_BY_CFN_LINT.values():
        plant(graphs[rule])
    return cloudformation.findings(graphs, "eu-west-1")


@pytest.mark.parametrize("value", JUDGED_BY_CFN_LINT)
def test_a_planted_value_is_found_by_cfn_lint(value: str, cfn_lint_findings: list[str]) -> None:
    rule, _ = JUDGED_BY_CFN_LINT[value]
    assert [finding for finding in cfn_lint_findings if finding.startswith(f"{rule} Resources/{rule}")], cfn_lint_findings
