"""What an AWS account has before the first `pulumi up`: the roles that deploy and preview, and the zone of the domain."""

import json
from pathlib import Path
from typing import Any, Final

import boto3

from rehearsal import paths

POLICIES: Final = paths.CHECKOUT / "docs" / "iam"
# The roles, with the documents that each has.
ROLES: Final = {paths.DEPLOYER: "deployer-*.json", paths.PREVIEW: "preview.json"}
DOMAIN: Final = "localhost"
# The longest that a role may allow, for a shell that is open all day.
# Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
SESSION_SECONDS: Final = 43_200


def client(service: str, **credentials: str) -> Any:
    """Return a client of the emulated account; without credentials, its root's."""
    given = credentials or {"aws_access_key_id": paths.BOOTSTRAP_KEY, "aws_secret_access_key": paths.BOOTSTRAP_SECRET}
    return boto3.client(service, endpoint_url=paths.EMULATOR, region_name=paths.REGION, **given)


def bootstrap() -> None:
    """Make what is missing."""
    iam, route53 = client("iam"), client("route53")
    there = {role["RoleName"] for role in iam.list_roles()["Roles"]}
    for role, pattern in ROLES.items():
        if role not in there:
            _make_role(iam, role, sorted(POLICIES.glob(pattern)))
    if not any(zone["Name"] == f"{DOMAIN}." for zone in route53.list_hosted_zones()["HostedZones"]):
        route53.create_hosted_zone(Name=DOMAIN, CallerReference="rehearsal")


def _make_role(iam: Any, role: str, documents: list[Path]) -> None:
    """Make a role that whoever may act in the account may assume, with the repository's policies."""
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{paths.ACCOUNT}:root"}, "Action": "sts:AssumeRole"}
        ],
    }
    iam.create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps(trust), MaxSessionDuration=SESSION_SECONDS)
    for file in documents:
        made = iam.create_policy(PolicyName=f"slipway-{file.stem}", PolicyDocument=file.read_text())
        iam.attach_role_policy(RoleName=role, PolicyArn=made["Policy"]["Arn"])


def credentials(role: str = paths.DEPLOYER) -> dict[str, str]:
    """Return a session of a role, as environment variables."""
    arn = f"arn:aws:iam::{paths.ACCOUNT}:role/{role}"
    asked = {"RoleArn": arn, "RoleSessionName": "rehearsal", "DurationSeconds": SESSION_SECONDS}
    given = client("sts").assume_role(**asked)["Credentials"]
    return {
        "AWS_ACCESS_KEY_ID": given["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": given["SecretAccessKey"],
        "AWS_SESSION_TOKEN": given["SessionToken"],
    }
