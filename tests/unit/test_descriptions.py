"""Texts that EC2 checks when it is asked, after every preview has passed."""

import pytest

from infra import constraints
from tests.engine import ALL_APPS, STACKS, stack_program


@pytest.mark.parametrize("stack", STACKS)
def test_ec2_takes_every_description_of_a_security_group_and_of_a_rule(stack: str) -> None:
    graph = stack_program(stack, apps=ALL_APPS)
    described = [
        resource
        for resource in graph.resources
        if resource.kind in {"SecurityGroup", "SecurityGroupIngressRule", "SecurityGroupEgressRule", "SecurityGroupRule"}
    ]
    assert {resource.kind for resource in described} >= {"SecurityGroup", "SecurityGroupIngressRule", "SecurityGroupEgressRule"}
    refused = {
        resource.name: resource.inputs.get("description")
        for resource in described
        if not constraints.SECURITY_GROUP_DESCRIPTION.fullmatch(resource.inputs.get("description") or "")
    }
    assert refused == {}


@pytest.mark.parametrize("text", ["the cluster's", "größer", 'a "b"', "a<b", "tab\t", "", "x" * 256])
def test_a_description_that_ec2_refuses_does_not_match(text: str) -> None:
    assert not constraints.SECURITY_GROUP_DESCRIPTION.fullmatch(text)
