"""What KMS refuses of keys that are about to go, and CloudWatch Logs of keys that do not admit it."""

import json
from collections.abc import Iterator

import pytest

from tests.conformance.account import SUFFIX, client, refused, removed_afterwards
from tests.conformance.behaviours import behaviour

REFERENCE = "https://docs.aws.amazon.com/kms/latest/APIReference"
STATES = "https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html"
LOGS = "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference"
GROUP = f"/conformance/{SUFFIX}"


@pytest.fixture(scope="module")
def key() -> Iterator[str]:
    """Create a key with the default policy and return its ARN; afterwards it waits for its deletion."""
    made = client("kms").create_key(Description="Conformance suite")["KeyMetadata"]
    with removed_afterwards("kms", "schedule_key_deletion", KeyId=made["KeyId"], PendingWindowInDays=7):
        yield made["Arn"]


@pytest.fixture
def log_group() -> Iterator[str]:
    client("logs").create_log_group(logGroupName=GROUP)
    with removed_afterwards("logs", "delete_log_group", logGroupName=GROUP):
        yield GROUP


@behaviour("KMS-1", f"{REFERENCE}/API_ScheduleKeyDeletion.html")
@pytest.mark.parametrize("days", [6, 31])
def test_deletion_window(key: str, days: int) -> None:
    """A key's deletion waits 7 to 30 days."""
    with refused("ValidationException"):
        client("kms").schedule_key_deletion(KeyId=key, PendingWindowInDays=days)


@behaviour("KMS-2", STATES)
def test_key_that_waits_for_its_deletion() -> None:
    """A key that waits for its deletion encrypts nothing, and is disabled when the deletion is cancelled."""
    kms = client("kms")
    identifier = kms.create_key(Description="Conformance suite")["KeyMetadata"]["KeyId"]
    with removed_afterwards("kms", "schedule_key_deletion", KeyId=identifier, PendingWindowInDays=7):
        kms.schedule_key_deletion(KeyId=identifier, PendingWindowInDays=7)
        with refused("KMSInvalidStateException"):
            kms.encrypt(KeyId=identifier, Plaintext=b"text")
        kms.cancel_key_deletion(KeyId=identifier)
        assert kms.describe_key(KeyId=identifier)["KeyMetadata"]["KeyState"] == "Disabled"


@behaviour("KMS-3", f"{REFERENCE}/API_PutKeyPolicy.html")
def test_policy_that_locks_the_caller_out(key: str) -> None:
    """A key policy that the caller could not change again is refused."""
    statement = {"Effect": "Allow", "Principal": {"Service": "logs.amazonaws.com"}, "Action": "kms:Encrypt", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    with refused("MalformedPolicyDocumentException"):
        client("kms").put_key_policy(KeyId=key, PolicyName="default", Policy=policy)


@behaviour("KMS-4", f"{LOGS}/API_CreateLogGroup.html")
def test_log_group_that_exists(log_group: str) -> None:
    """A log group's name is unique in the region."""
    with refused("ResourceAlreadyExistsException"):
        client("logs").create_log_group(logGroupName=log_group)


@behaviour("KMS-5", f"{LOGS}/API_PutRetentionPolicy.html")
def test_retention(log_group: str) -> None:
    """A log group's retention is one of a list of numbers of days, and 31 is not among them."""
    with refused("InvalidParameterException"):
        client("logs").put_retention_policy(logGroupName=log_group, retentionInDays=31)


@behaviour("KMS-6", "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html")
def test_key_that_does_not_admit_logs(key: str) -> None:
    """A log group cannot be encrypted by a key whose policy does not admit the logs service."""
    with refused("InvalidParameterException", "AccessDeniedException"):
        client("logs").create_log_group(logGroupName=f"{GROUP}-x", kmsKeyId=key)
        client("logs").delete_log_group(logGroupName=f"{GROUP}-x")
