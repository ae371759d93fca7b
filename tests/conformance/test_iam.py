"""What IAM and STS refuse, and how a session's permissions are judged."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.conformance.account import Keys, client, eventually, refused
from tests.conformance.behaviours import behaviour
from tests.conformance.conftest import NAME, Role

GUIDE = "https://docs.aws.amazon.com/IAM/latest/UserGuide"
TRUST = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
EVALUATION = f"{GUIDE}/reference_policies_evaluation-logic.html"


def document(*statements: dict[str, Any]) -> str:
    """Return an IAM policy document of these statements."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def grant(role: Role, *statements: dict[str, Any]) -> None:
    """Give the role one inline policy of these statements, in place of the one it had."""
    client("iam").put_role_policy(RoleName=role.name, PolicyName="conformance", PolicyDocument=document(*statements))


@pytest.fixture
def repositories() -> Iterator[tuple[str, str]]:
    """Create two repositories and return their ARNs."""
    ecr, names = client("ecr"), [f"{NAME}-one", f"{NAME}-two"]
    arns = [ecr.create_repository(repositoryName=name)["repository"]["repositoryArn"] for name in names]
    yield arns[0], arns[1]
    for name in names:
        ecr.delete_repository(repositoryName=name, force=True)


def may_list(role: Role, repository_arn: str) -> bool:
    """Return whether the role's session may list the images of a repository."""
    try:
        role.keys.client("ecr").list_images(repositoryName=repository_arn.split("/", 1)[1])
    except ClientError as error:
        if error.response["Error"]["Code"] != "AccessDeniedException":
            raise
        return False
    return True


@behaviour("IAM-1", EVALUATION)
def test_nothing_is_allowed_by_default(role: Role) -> None:
    """A role without policies may call nothing: EC2 answers UnauthorizedOperation."""
    with refused("UnauthorizedOperation"):
        role.keys.client("ec2").describe_vpcs()


@behaviour("IAM-2", f"{GUIDE}/reference_policies_elements_resource.html")
def test_resource_counts(role: Role, repositories: tuple[str, str]) -> None:
    """An Allow for one resource does not allow the action on another."""
    grant(role, {"Effect": "Allow", "Action": "ecr:ListImages", "Resource": repositories[0]})

    def first_only() -> None:
        assert (may_list(role, repositories[0]), may_list(role, repositories[1])) == (True, False)

    eventually(30, first_only)


@behaviour("IAM-3", EVALUATION)
def test_deny_wins(role: Role, repositories: tuple[str, str]) -> None:
    """An explicit Deny wins over an Allow."""
    everything = {"Effect": "Allow", "Action": "ecr:*", "Resource": "*"}
    grant(role, everything, {"Effect": "Deny", "Action": "ecr:ListImages", "Resource": repositories[1]})

    def all_but_the_denied() -> None:
        assert (may_list(role, repositories[0]), may_list(role, repositories[1])) == (True, False)

    eventually(30, all_but_the_denied)


@behaviour("IAM-4", f"{GUIDE}/reference_policies_elements_condition.html")
def test_condition_counts(role: Role, repositories: tuple[str, str]) -> None:
    """An Allow whose condition is not met does not allow."""
    elsewhere = {"StringEquals": {"aws:RequestedRegion": "us-gov-west-1"}}
    grant(role, {"Effect": "Allow", "Action": "ecr:ListImages", "Resource": repositories[0]})
    eventually(30, lambda: _holds(may_list(role, repositories[0])))
    grant(role, {"Effect": "Allow", "Action": "ecr:ListImages", "Resource": repositories[0], "Condition": elsewhere})
    eventually(30, lambda: _holds(not may_list(role, repositories[0])))


def _holds(condition: bool) -> None:
    assert condition


@behaviour("IAM-5", "https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html")
def test_role_in_use(role: Role) -> None:
    """A role with a policy cannot be deleted."""
    grant(role, {"Effect": "Allow", "Action": "ecr:ListImages", "Resource": "*"})
    with refused("DeleteConflict"):
        client("iam").delete_role(RoleName=role.name)


@behaviour("IAM-6", "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html")
def test_duplicate_role(role: Role) -> None:
    """A role's name is unique in the account."""
    with refused("EntityAlreadyExists"):
        client("iam").create_role(RoleName=role.name, AssumeRolePolicyDocument=document(TRUST))


@behaviour("IAM-7", "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html")
def test_malformed_trust() -> None:
    """A trust policy that is not a policy document is refused."""
    with refused("MalformedPolicyDocument"):
        client("iam").create_role(RoleName=f"{NAME}-x", AssumeRolePolicyDocument='{"Statement": [{"Effect": "Maybe"}]}')


@behaviour("IAM-8", f"{GUIDE}/reference_iam-quotas.html")
def test_long_role_name() -> None:
    """A role's name has at most 64 characters."""
    with refused("ValidationError"):
        client("iam").create_role(RoleName="r" * 65, AssumeRolePolicyDocument=document(TRUST))


@behaviour("IAM-9", f"{GUIDE}/reference_iam-quotas.html")
def test_large_policy() -> None:
    """A managed policy has at most 6,144 characters without white space."""
    actions = [f"s3:GetObject{number:05}" for number in range(400)]
    with refused("LimitExceeded"):
        text = document({"Effect": "Allow", "Action": actions, "Resource": "*"})
        client("iam").create_policy(PolicyName=f"{NAME}-x", PolicyDocument=text)


@behaviour("IAM-10", "https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html")
def test_role_that_does_not_exist() -> None:
    """A role that does not exist cannot be assumed: STS answers AccessDenied."""
    account = client("sts").get_caller_identity()["Account"]
    with refused("AccessDenied"):
        client("sts").assume_role(RoleArn=f"arn:aws:iam::{account}:role/{NAME}-nobody", RoleSessionName="conformance")


@behaviour("IAM-11", "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html")
def test_wrong_secret(role: Role) -> None:
    """A call that is signed with a wrong secret is refused."""
    with refused("SignatureDoesNotMatch"):
        Keys(role.keys.key_id, "wrong", role.keys.token).client("sts").get_caller_identity()
