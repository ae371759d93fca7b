"""The quotas that the stacks of this repository use are those of docs/to-aws.md, and fit a new account."""

import pytest

from tests.engine import ALL_APPS, ROOT, stack_program

STACKS = ("dev", "staging", "prod")
TYPES = {
    "VPCs": "aws:ec2/vpc:Vpc",
    "Elastic IP addresses": "aws:ec2/eip:Eip",
    "NAT gateways in a zone": "aws:ec2/natGateway:NatGateway",
    "Application Load Balancers": "aws:lb/loadBalancer:LoadBalancer",
    "RDS instances": "aws:rds/instance:Instance",
    "EKS clusters": "aws:eks/cluster:Cluster",
}
# Every region of an account has a default VPC.
TAKEN = {"VPCs": 1}


def rows() -> dict[str, list[int]]:
    """Return the documented table: each quota's default, and what each stack uses."""
    section = (ROOT / "docs" / "to-aws.md").read_text().split("### Quotas of one account and region")[1]
    table = section[section.index("| quota") :].split("\n\n")[0]
    cells = [[cell.strip() for cell in line.strip(" |").split("|")] for line in table.splitlines()[2:]]
    return {name.split(" (")[0]: [int(number) for number in numbers] for name, *numbers in cells}


def used(stack: str, typ: str) -> int:
    found = [resource for resource in stack_program(stack, apps=ALL_APPS).resources if resource.typ == typ]
    if typ == TYPES["NAT gateways in a zone"]:
        subnets = [resource.inputs["subnetId"] for resource in found]
        return max(subnets.count(subnet) for subnet in subnets)
    return len(found)


def test_the_documentation_lists_every_quota() -> None:
    assert set(rows()) == set(TYPES)


@pytest.mark.parametrize("quota", TYPES)
def test_the_documentation_says_what_each_stack_uses(quota: str) -> None:
    _, *listed = rows()[quota]
    assert listed == [used(stack, TYPES[quota]) for stack in STACKS]


@pytest.mark.parametrize("quota", TYPES)
def test_the_three_stacks_fit_a_new_account(quota: str) -> None:
    default, *listed = rows()[quota]
    assert sum(listed) + TAKEN.get(quota, 0) <= default
