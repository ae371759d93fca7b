"""What EC2 refuses of VPCs, subnets and security groups."""

from typing import Any

import pytest

from tests.conformance.account import client, refused
from tests.conformance.behaviours import behaviour
from tests.conformance.conftest import NAME, Vpc

API = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference"
ERRORS = f"{API}/errors-overview.html"


def from_anywhere(port: int, description: str = "") -> list[dict[str, Any]]:
    """Return one ingress permission for a port, as AuthorizeSecurityGroupIngress takes it."""
    block = {"CidrIp": "0.0.0.0/0"} | ({"Description": description} if description else {})
    return [{"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [block]}]


@behaviour("EC2-1", f"{API}/API_SecurityGroupRuleDescription.html")
def test_rule_description(security_group: str) -> None:
    """A security group rule's description with an apostrophe is refused."""
    with refused("InvalidParameterValue"):
        client("ec2").authorize_security_group_ingress(GroupId=security_group, IpPermissions=from_anywhere(80, "the cluster's"))


@behaviour("EC2-2", f"{API}/API_CreateSecurityGroup.html")
def test_group_description(vpc: Vpc) -> None:
    """A security group's description with an apostrophe is refused."""
    with refused("InvalidParameterValue"):
        client("ec2").create_security_group(GroupName=f"{NAME}-x", Description="the stack's", VpcId=vpc.vpc_id)


@behaviour("EC2-3", ERRORS)
def test_duplicate_rule(security_group: str) -> None:
    """A security group rule that exists cannot be created again."""
    client("ec2").authorize_security_group_ingress(GroupId=security_group, IpPermissions=from_anywhere(443))
    with refused("InvalidPermission.Duplicate"):
        client("ec2").authorize_security_group_ingress(GroupId=security_group, IpPermissions=from_anywhere(443))


@behaviour("EC2-4", ERRORS)
def test_referenced_group(vpc: Vpc, security_group: str) -> None:
    """A security group that a rule of another group refers to cannot be deleted."""
    ec2 = client("ec2")
    other = ec2.create_security_group(GroupName=f"{NAME}-o", Description="Refers to the first", VpcId=vpc.vpc_id)["GroupId"]
    pair = [{"IpProtocol": "tcp", "FromPort": 1, "ToPort": 1, "UserIdGroupPairs": [{"GroupId": security_group}]}]
    ec2.authorize_security_group_ingress(GroupId=other, IpPermissions=pair)
    try:
        with refused("DependencyViolation"):
            ec2.delete_security_group(GroupId=security_group)
    finally:
        ec2.delete_security_group(GroupId=other)


@behaviour("EC2-5", "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html")
@pytest.mark.parametrize("block", ["10.0.0.0/15", "10.0.0.0/29"])
def test_vpc_size(block: str) -> None:
    """A VPC's block is a /16 to a /28."""
    with refused("InvalidVpc.Range"):
        client("ec2").create_vpc(CidrBlock=block)


@behaviour("EC2-6", ERRORS)
def test_subnet_outside_its_vpc(vpc: Vpc) -> None:
    """A subnet outside its VPC's block is refused."""
    with refused("InvalidSubnet.Range"):
        client("ec2").create_subnet(VpcId=vpc.vpc_id, CidrBlock="10.198.0.0/24")


@behaviour("EC2-7", ERRORS)
def test_overlapping_subnets(vpc: Vpc) -> None:
    """A subnet that overlaps another one is refused."""
    with refused("InvalidSubnet.Conflict"):
        client("ec2").create_subnet(VpcId=vpc.vpc_id, CidrBlock="10.199.0.128/25")


@behaviour("EC2-8", ERRORS)
def test_vpc_in_use(vpc: Vpc) -> None:
    """A VPC with subnets cannot be deleted."""
    with refused("DependencyViolation"):
        client("ec2").delete_vpc(VpcId=vpc.vpc_id)


@behaviour("EC2-9", ERRORS)
def test_unknown_zone(vpc: Vpc) -> None:
    """A subnet in a zone that the region does not have is refused."""
    with refused("InvalidParameterValue"):
        client("ec2").create_subnet(VpcId=vpc.vpc_id, CidrBlock="10.199.9.0/24", AvailabilityZone=f"{vpc.zones[0][:-1]}z")


@behaviour("EC2-10", ERRORS)
def test_address_quota() -> None:
    """More Elastic IP addresses than the quota of the region are refused with AddressLimitExceeded."""
    ec2, allocated = client("ec2"), []
    quota = 5
    free = quota - len(ec2.describe_addresses()["Addresses"])
    try:
        allocated += [ec2.allocate_address(Domain="vpc")["AllocationId"] for _ in range(free)]
        with refused("AddressLimitExceeded"):
            allocated.append(ec2.allocate_address(Domain="vpc")["AllocationId"])
    finally:
        for address in allocated:
            ec2.release_address(AllocationId=address)
