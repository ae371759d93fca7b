"""Refusals of IAM, Route 53 and ELB that moto lacks and the conformance suite requires."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from rehearsal.aws import addresses, iam_documents

RECORD = {"Name": "www.shop.test", "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "192.0.2.1"}]}
OTHER = RECORD | {"ResourceRecords": [{"Value": "192.0.2.2"}]}


@pytest.mark.parametrize("document", ['{"Statement": [{"Effect": "Maybe"}]}', "no JSON"])
def test_a_role_needs_a_valid_trust_policy(account: Callable[[str], Any], document: Any) -> None:
    with pytest.raises(ClientError, match="MalformedPolicyDocument"):
        account("iam").create_role(RoleName="r", AssumeRolePolicyDocument=document)


def test_the_size_limit_of_a_managed_policy_does_not_count_white_space(account: Callable[[str], Any]) -> None:
    def policy(actions: int) -> str:
        statement = {"Effect": "Allow", "Action": [f"s3:Get{n:010}" for n in range(actions)], "Resource": "*"}
        return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, indent=8)

    assert len(policy(280)) > iam_documents.MAXIMUM_POLICY_LENGTH, "the white space makes it too long"
    account("iam").create_policy(PolicyName="short", PolicyDocument=policy(280))
    with pytest.raises(ClientError, match="LimitExceeded"):
        account("iam").create_policy(PolicyName="long", PolicyDocument=policy(320))


@pytest.fixture
def change(account: Callable[[str], Any]) -> Any:
    """Return a function that sends a change of a record to a hosted zone."""
    client = account("route53")
    zone = client.create_hosted_zone(Name="shop.test", CallerReference="t")["HostedZone"]["Id"]

    def change(action: str, record: dict[str, Any]) -> None:
        batch = {"Changes": [{"Action": action, "ResourceRecordSet": record}]}
        client.change_resource_record_sets(HostedZoneId=zone, ChangeBatch=batch)

    return change


def test_the_deletion_of_a_record_must_name_its_values(change: Any) -> None:
    with pytest.raises(ClientError, match="not found"):
        change("DELETE", RECORD)
    change("CREATE", RECORD)
    with pytest.raises(ClientError, match="not found"):
        change("DELETE", OTHER)
    change("DELETE", RECORD)
    with pytest.raises(ClientError, match="not found"):
        change("DELETE", RECORD)


def test_a_deleted_record_can_be_created_again(change: Any) -> None:
    change("CREATE", RECORD | {"Name": "zebra.shop.test"})
    change("CREATE", RECORD)
    with pytest.raises(ClientError, match="already exists"):
        change("CREATE", RECORD)
    with pytest.raises(ClientError, match="already exists"):
        change("CREATE", OTHER)
    change("DELETE", RECORD)
    change("CREATE", RECORD)


def test_a_public_load_balancer_needs_an_internet_gateway(account: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "allocate", lambda cidr: "10.9.0.200")
    ec2, elb = account("ec2"), account("elbv2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.9.{n}.0/24", AvailabilityZone=f"eu-west-1{zone}")["Subnet"]["SubnetId"]
        for n, zone in enumerate("ab")
    ]
    with pytest.raises(ClientError, match="InvalidSubnet"):
        elb.create_load_balancer(Name="web", Subnets=subnets)
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    assert elb.create_load_balancer(Name="web", Subnets=subnets)["LoadBalancers"]
