"""Things that several tests need. Each fixture deletes what it has created."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from tenacity import Retrying, stop_after_delay, wait_fixed

from tests.conformance.account import SUFFIX, Keys, client, removed_afterwards

NAME = f"conformance-{SUFFIX}"


@dataclass(frozen=True)
class Vpc:
    """A VPC of the suite's own, without an Internet gateway: two subnets in two zones, and one more in the first zone."""

    vpc_id: str
    subnet_ids: tuple[str, str]
    same_zone_subnet_id: str
    zones: tuple[str, ...]


@pytest.fixture(scope="session")
def vpc() -> Iterator[Vpc]:
    ec2 = client("ec2")
    zones = tuple(zone["ZoneName"] for zone in ec2.describe_availability_zones()["AvailabilityZones"])
    vpc_id = ec2.create_vpc(CidrBlock="10.199.0.0/16")["Vpc"]["VpcId"]
    with removed_afterwards("ec2", "delete_vpc", VpcId=vpc_id):
        subnets = [
            ec2.create_subnet(VpcId=vpc_id, CidrBlock=f"10.199.{number}.0/24", AvailabilityZone=zones[zone])["Subnet"]["SubnetId"]
            for number, zone in enumerate((0, 1, 0))
        ]
        yield Vpc(vpc_id, (subnets[0], subnets[1]), subnets[2], zones)
        for subnet in subnets:
            ec2.delete_subnet(SubnetId=subnet)


@pytest.fixture
def security_group(vpc: Vpc) -> Iterator[str]:
    group = client("ec2").create_security_group(GroupName=NAME, Description="Conformance suite", VpcId=vpc.vpc_id)["GroupId"]
    with removed_afterwards("ec2", "delete_security_group", GroupId=group):
        yield group


@dataclass(frozen=True)
class Role:
    """An IAM role without permissions, which the account's principals may assume, and a session of it."""

    name: str
    arn: str
    keys: Keys


@pytest.fixture
def role() -> Iterator[Role]:
    iam, sts = client("iam"), client("sts")
    account = sts.get_caller_identity()["Account"]
    trust = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{account}:root"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    arn = iam.create_role(RoleName=NAME, AssumeRolePolicyDocument=document)["Role"]["Arn"]
    with removed_afterwards("iam", "delete_role", RoleName=NAME):
        iam.get_waiter("role_exists").wait(RoleName=NAME)
        yield Role(NAME, arn, assumed(arn))
        for policy in iam.list_role_policies(RoleName=NAME)["PolicyNames"]:
            iam.delete_role_policy(RoleName=NAME, PolicyName=policy)


def assumed(arn: str) -> Keys:
    """Return a session of the role; a new role can be assumed only after seconds."""
    for attempt in Retrying(stop=stop_after_delay(60), wait=wait_fixed(2), reraise=True):
        with attempt:
            given = client("sts").assume_role(RoleArn=arn, RoleSessionName="conformance")["Credentials"]
    return Keys(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
