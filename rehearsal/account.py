"""The AWS account before the first `pulumi up`: the roles that deploy and preview, and the hosted zone of the domain."""

import json
from pathlib import Path
from typing import Any, Final

import boto3

from rehearsal import paths

POLICIES: Final = paths.CHECKOUT / "docs" / "iam"
# {role: pattern of its policy documents}
ROLES: Final = {paths.DEPLOYER: "deployer-*.json", paths.PREVIEW: "preview.json"}
DOMAIN: Final = "localhost"
# The longest session that IAM allows, so that a shell can stay open all day.
# Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
SESSION_SECONDS: Final = 43_200


def client(service: str, **credentials: str) -> Any:
    """Return a boto3 client of the emulated account, by default as its root user."""
    root = {"aws_access_key_id": paths.BOOTSTRAP_KEY, "aws_secret_access_key": paths.BOOTSTRAP_SECRET}
    return boto3.client(service, endpoint_url=paths.EMULATOR, region_name=paths.REGION, **(credentials or root))


def bootstrap() -> None:
    """Create the roles and the hosted zone that do not exist yet."""
    iam, route53 = client("iam"), client("route53")
    existing_roles = {role["RoleName"] for role in iam.list_roles()["Roles"]}
    for role, pattern in ROLES.items():
        if role not in existing_roles:
            _create_role(iam, role, sorted(POLICIES.glob(pattern)))
    if not any(zone["Name"] == f"{DOMAIN}." for zone in route53.list_hosted_zones()["HostedZones"]):
        route53.create_hosted_zone(Name=DOMAIN, CallerReference="rehearsal")


def _create_role(iam: Any, role: str, documents: list[Path]) -> None:
    """Create a role with the repository's policies, which every principal of the account may assume."""
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{paths.ACCOUNT}:root"}, "Action": "sts:AssumeRole"}
        ],
    }
    iam.create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps(trust), MaxSessionDuration=SESSION_SECONDS)
    for file in documents:
        policy = iam.create_policy(PolicyName=f"slipway-{file.stem}", PolicyDocument=file.read_text())["Policy"]
        iam.attach_role_policy(RoleName=role, PolicyArn=policy["Arn"])


def credentials(role: str | None) -> dict[str, str]:
    """Return the credentials of a session of a role, or of the root user for None, as environment variables."""
    if role is None:
        root = {"AWS_ACCESS_KEY_ID": paths.BOOTSTRAP_KEY, "AWS_SECRET_ACCESS_KEY": paths.BOOTSTRAP_SECRET}
        # Empty, so that a session of the caller's environment is not used with this key.
        return root | {"AWS_SESSION_TOKEN": ""}
    arn = f"arn:aws:iam::{paths.ACCOUNT}:role/{role}"
    answer = client("sts").assume_role(RoleArn=arn, RoleSessionName="rehearsal", DurationSeconds=SESSION_SECONDS)
    return {
        "AWS_ACCESS_KEY_ID": answer["Credentials"]["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": answer["Credentials"]["SecretAccessKey"],
        "AWS_SESSION_TOKEN": answer["Credentials"]["SessionToken"],
    }
