"""Authorization of boto3's calls through the gate."""

import json
import uuid
from pathlib import Path
from typing import Any

import pytest
from moto.sts.models import sts_backends

from rehearsal import paths
from rehearsal.aws import calls, throttle
from rehearsal.tests.aws.gate_client import TRUST, allow, client, endpoint, refusal, role

__all__ = ["client", "endpoint", "role"]  # fixtures


def test_a_role_has_access_to_the_resources_of_its_statement_only(client: Any, role: Any) -> None:
    ecr = client("ecr")
    for name in ("slipway-a", "other"):
        ecr.create_repository(repositoryName=name)
    restricted = role(allow("ecr:*", "arn:aws:ecr:*:*:repository/slipway-*"))("ecr")
    answer = refusal(restricted.delete_repository, repositoryName="other")
    assert answer["Error"]["Code"] == "AccessDeniedException"
    assert "ecr:DeleteRepository on resource: arn:aws:ecr:eu-west-1:123456789012:repository/other" in answer["Error"]["Message"]
    assert refusal(restricted.get_authorization_token)["Error"]["Code"] == "AccessDeniedException"
    restricted.delete_repository(repositoryName="slipway-a")
    ecr.delete_repository(repositoryName="other")


def test_a_tag_condition_decides_who_can_delete_a_vpc(client: Any, role: Any) -> None:
    ec2 = client("ec2")
    ours = [{"ResourceType": "vpc", "Tags": [{"Key": "project", "Value": "slipway"}]}]
    vpcs = [ec2.create_vpc(CidrBlock="10.8.0.0/16", **more)["Vpc"]["VpcId"] for more in ({"TagSpecifications": ours}, {})]
    condition = {"StringEquals": {"aws:ResourceTag/project": "slipway"}}
    restricted = role(allow("ec2:DeleteVpc", "arn:aws:ec2:*:*:vpc/*", Condition=condition))("ec2")
    answer = refusal(restricted.delete_vpc, VpcId=vpcs[1])
    assert (answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]) == ("UnauthorizedOperation", 403)
    restricted.delete_vpc(VpcId=vpcs[0])
    ec2.delete_vpc(VpcId=vpcs[1])


def test_a_vpc_without_the_required_tag_cannot_be_created(role: Any, client: Any) -> None:
    condition = {"StringEquals": {"aws:RequestTag/project": "slipway"}}
    restricted = role(allow(["ec2:CreateVpc", "ec2:CreateTags"], Condition=condition))("ec2")
    assert refusal(restricted.create_vpc, CidrBlock="10.8.0.0/16")["Error"]["Code"] == "UnauthorizedOperation"
    ours = [{"ResourceType": "vpc", "Tags": [{"Key": "project", "Value": "slipway"}]}]
    vpc = restricted.create_vpc(CidrBlock="10.8.0.0/16", TagSpecifications=ours)["Vpc"]["VpcId"]
    client("ec2").delete_vpc(VpcId=vpc)


def test_a_role_is_passed_only_with_permission(client: Any, role: Any) -> None:
    iam, ec2 = client("iam"), client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.8.0.0/16")["Vpc"]["VpcId"]
    passed = iam.create_role(RoleName="flow", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    flow = {"ResourceIds": [vpc], "ResourceType": "VPC", "TrafficType": "ALL", "LogGroupName": "g",
            "DeliverLogsPermissionArn": passed}  # fmt: skip
    client("logs").create_log_group(logGroupName="g")
    to_others = allow("iam:PassRole", Condition={"StringEquals": {"iam:PassedToService": "eks.amazonaws.com"}})
    answer = refusal(role(allow("ec2:*"), to_others)("ec2").create_flow_logs, **flow)
    assert "iam:PassRole on resource: " + passed in answer["Error"]["Message"]
    to_it = allow("iam:PassRole", passed, Condition={"StringEquals": {"iam:PassedToService": "vpc-flow-logs.amazonaws.com"}})
    role(allow("ec2:*"), to_it)("ec2").create_flow_logs(**flow)
    client("logs").delete_log_group(logGroupName="g")
    iam.delete_role(RoleName="flow")
    ec2.delete_vpc(VpcId=vpc)


def test_every_call_is_recorded_with_caller_action_and_resource_and_without_secrets(
    client: Any, role: Any, tmp_path: Path
) -> None:
    calls.start(tmp_path / "calls.jsonl")
    restricted = role(allow("logs:CreateLogGroup", "arn:aws:logs:*:*:log-group:slipway-*"), allow("secretsmanager:*"))
    restricted("logs").create_log_group(logGroupName="slipway-recorded")
    refusal(restricted("logs").create_log_group, logGroupName="other")
    restricted("secretsmanager").create_secret(Name="s", SecretString="hush-hush")
    recorded = [entry for entry in calls.read(tmp_path / "calls.jsonl") if ":assumed-role/" in entry["caller"]]
    group = "arn:aws:logs:eu-west-1:123456789012:log-group:"
    assert [(entry["checks"][0]["action"], entry["checks"][0]["resource"], entry["refused"]) for entry in recorded] == [
        ("logs:CreateLogGroup", f"{group}slipway-recorded", None),
        ("logs:CreateLogGroup", f"{group}other", "logs:CreateLogGroup"),
        ("secretsmanager:CreateSecret", "*", None),
    ]
    assert "hush-hush" not in (tmp_path / "calls.jsonl").read_text()

    client("logs").delete_log_group(logGroupName="slipway-recorded")


CALLS = {
    "ec2": ("describe_vpcs", "RequestExpired", "RequestLimitExceeded"),
    "iam": ("list_roles", "ExpiredToken", "Throttling"),
    "route53": ("list_hosted_zones", "ExpiredToken", "Throttling"),
    "kms": ("list_keys", "ExpiredTokenException", "ThrottlingException"),
    "eks": ("list_clusters", "ExpiredTokenException", "ThrottlingException"),
    "s3": ("list_buckets", "ExpiredToken", "SlowDown"),
}


@pytest.mark.parametrize(("service", "expected"), CALLS.items())
def test_an_expired_session_and_a_throttled_call_get_the_services_own_errors(role: Any, service: str, expected: Any) -> None:
    restricted = role(allow("*"))(service)
    call = getattr(restricted, expected[0])
    call()
    throttle.burst(1)
    assert refusal(call)["Error"]["Code"] == expected[2]
    assert throttle.refused() == 1
    call()
    identity_sessions = sts_backends[paths.ACCOUNT]["aws"].assumed_roles
    key_id = restricted._request_signer._credentials.access_key
    session = next(session for session in identity_sessions if session.access_key_id == key_id)
    session.expiration = session.expiration.replace(year=2020)
    assert refusal(call)["Error"]["Code"] == expected[1]


def test_the_sessions_of_a_deleted_role_are_invalid(client: Any, role: Any) -> None:
    restricted = role(allow("*"))("sts")
    arn = restricted.get_caller_identity()["Arn"]
    name = arn.split("/")[1]
    iam = client("iam")
    iam.delete_role_policy(RoleName=name, PolicyName="p")
    iam.delete_role(RoleName=name)
    assert refusal(restricted.get_caller_identity)["Error"]["Code"] == "InvalidClientTokenId"


@pytest.mark.parametrize(
    ("principal", "admitted"),
    [
        ({"AWS": "*"}, True),
        ({"AWS": f"arn:aws:iam::{paths.ACCOUNT}:root"}, True),
        ({"AWS": [paths.ACCOUNT]}, True),
        ({"AWS": "arn:aws:iam::210987654321:root"}, False),
        ({"Service": "eks.amazonaws.com"}, False),
    ],
)
def test_a_role_is_assumed_only_by_the_principals_of_its_trust_policy(
    client: Any, role: Any, principal: Any, admitted: Any
) -> None:
    iam, name = client("iam"), f"t-{uuid.uuid4().hex[:8]}"
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}]}
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    sts = role(allow("sts:AssumeRole", arn))("sts")
    if admitted:
        assert name in sts.assume_role(RoleArn=arn, RoleSessionName="session")["AssumedRoleUser"]["Arn"]
    else:
        assert refusal(sts.assume_role, RoleArn=arn, RoleSessionName="session")["Error"]["Code"] == "AccessDenied"
    iam.delete_role(RoleName=name)
