"""What an AWS account has before the first `pulumi up`: a role that deploys, and the zone of the domain."""

import json
from typing import Any

import boto3

from rehearsal import paths

ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
DOMAIN = "localhost"
# The longest that a role may allow, for a shell that is open all day.
# Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
SESSION_SECONDS = 43_200


def client(service: str, **credentials: str) -> Any:
    """A client of the emulated account; without credentials, its root."""
    given = credentials or {"aws_access_key_id": paths.BOOTSTRAP_KEY, "aws_secret_access_key": paths.BOOTSTRAP_SECRET}
    return boto3.client(service, endpoint_url=paths.EMULATOR, region_name=paths.REGION, **given)


def bootstrap() -> None:
    iam, route53 = client("iam"), client("route53")
    if not any(role["RoleName"] == paths.DEPLOYER for role in iam.list_roles()["Roles"]):
        trust = {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{paths.ACCOUNT}:root"}, "Action": "sts:AssumeRole"}
            ],
        }
        iam.create_role(RoleName=paths.DEPLOYER, AssumeRolePolicyDocument=json.dumps(trust), MaxSessionDuration=SESSION_SECONDS)
        iam.attach_role_policy(RoleName=paths.DEPLOYER, PolicyArn=ADMINISTRATOR)
    if not any(zone["Name"] == f"{DOMAIN}." for zone in route53.list_hosted_zones()["HostedZones"]):
        route53.create_hosted_zone(Name=DOMAIN, CallerReference="rehearsal")


def deployer_credentials() -> dict[str, str]:
    """A session of the deploying role, as environment variables."""
    arn = f"arn:aws:iam::{paths.ACCOUNT}:role/{paths.DEPLOYER}"
    asked = {"RoleArn": arn, "RoleSessionName": "rehearsal", "DurationSeconds": SESSION_SECONDS}
    given = client("sts").assume_role(**asked)["Credentials"]
    return {
        "AWS_ACCESS_KEY_ID": given["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": given["SecretAccessKey"],
        "AWS_SESSION_TOKEN": given["SessionToken"],
    }
