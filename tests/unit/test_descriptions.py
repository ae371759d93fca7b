"""Texts that EC2 checks when it is asked, after every preview has passed."""

import pytest

from infra import constraints
from tests.engine import ALL_APPS, STACKS, stack_program


@pytest.mark.parametrize("stack", STACKS)
def test_ec2_takes_every_description_of_a_security_group_and_of_a_rule(stack: str) -> None:
    graph = stack_program(stack, apps=ALL_APPS)
    described = [
        one
        for one in graph.resources
        if one.kind in {"SecurityGroup", "SecurityGroupIngressRule", "SecurityGroupEgressRule", "SecurityGroupRule"}
    ]
    assert {one.kind for one in described} >= {"SecurityGroup", "SecurityGroupIngressRule", "SecurityGroupEgressRule"}
    refused = {
        one.name: one.inputs.get("description")
        for one in described
        if not constraints.SECURITY_GROUP_DESCRIPTION.fullmatch(one.inputs.get("description") or "")
    }
    assert refused == {}


@pytest.mark.parametrize("text", ["the cluster's", "größer", 'a "b"', "a<b", "tab\t", "", "x" * 256])
def test_a_description_that_ec2_refuses_does_not_match(text: str) -> None:
    assert not constraints.SECURITY_GROUP_DESCRIPTION.fullmatch(text)
