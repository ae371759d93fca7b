"""Keys: invalid key policies, key states, and services that refuse a key."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra import iam
from rehearsal import paths

ACCOUNT = iam.key_administration("aws", paths.ACCOUNT)


def policy(*statements: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


@pytest.fixture
def kms(account: Callable[[str], Any]) -> Any:
    return account("kms")


@pytest.fixture
def key(kms: Any) -> Any:
    document = json.dumps(iam.log_key_policy("aws", paths.ACCOUNT, paths.REGION))
    return kms.create_key(Policy=document)["KeyMetadata"]["Arn"]


@pytest.mark.parametrize(
    ("document", "error"),
    [
        (policy({**ACCOUNT, "Action": "kms:Encrypt"}), "will not allow you to update the key policy"),
        (policy({**ACCOUNT, "Effect": "Deny"}), "will not allow you to update the key policy"),
        (policy({**ACCOUNT, "Principal": {"Service": "logs.eu-west-1.amazonaws.com"}}), "will not allow you"),
        (policy({**ACCOUNT, "Principal": {"AWS": f"arn:aws:iam::{paths.ACCOUNT}:role/nobody"}}), "invalid principals"),
        (policy({k: v for k, v in ACCOUNT.items() if k != "Principal"}), "without Principal"),
        ("{", "not a valid policy"),
    ],
    ids=["lockout", "deny only", "service only", "unknown role", "no principal", "not JSON"],
)
def test_an_invalid_key_policy_neither_creates_nor_changes_a_key(kms: Any, key: Any, document: Any, error: str) -> None:
    before = kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"]
    keys = len(kms.list_keys()["Keys"])
    with pytest.raises(ClientError, match=error):
        kms.create_key(Policy=document)
    with pytest.raises(ClientError, match="MalformedPolicyDocument"):
        kms.put_key_policy(KeyId=key, PolicyName="default", Policy=document)
    assert len(kms.list_keys()["Keys"]) == keys
    assert kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"] == before


def test_the_lockout_check_can_be_bypassed(kms: Any) -> None:
    lockout = policy({**ACCOUNT, "Action": "kms:Encrypt"})
    assert kms.create_key(Policy=lockout, BypassPolicyLockoutSafetyCheck=True)["KeyMetadata"]["Enabled"]


def test_a_key_without_a_policy_can_be_used_by_the_account(kms: Any) -> None:
    assert kms.encrypt(KeyId=kms.create_key()["KeyMetadata"]["KeyId"], Plaintext=b"x")["CiphertextBlob"]


def test_a_disabled_key_neither_encrypts_nor_decrypts_until_it_is_enabled(kms: Any, key: Any) -> None:
    secret = kms.encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
    kms.disable_key(KeyId=key)
    for call, request in ((kms.encrypt, {"KeyId": key, "Plaintext": b"x"}), (kms.decrypt, {"CiphertextBlob": secret})):
        with pytest.raises(ClientError, match="DisabledException"):
            call(**request)
    kms.enable_key(KeyId=key)
    assert kms.decrypt(CiphertextBlob=secret)["Plaintext"] == b"x"


def test_the_only_operation_on_a_key_pending_deletion_is_to_cancel_the_deletion(kms: Any, key: Any) -> None:
    secret = kms.encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    for call, request in (
        (kms.encrypt, {"KeyId": key, "Plaintext": b"x"}),
        (kms.decrypt, {"CiphertextBlob": secret}),
        (kms.generate_data_key, {"KeyId": key, "KeySpec": "AES_256"}),
        (kms.enable_key, {"KeyId": key}),
        (kms.schedule_key_deletion, {"KeyId": key, "PendingWindowInDays": 7}),
    ):
        with pytest.raises(ClientError, match="KMSInvalidStateException"):
            call(**request)
    kms.cancel_key_deletion(KeyId=key)
    assert kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "Disabled"


def test_the_deletion_of_an_enabled_key_cannot_be_cancelled(kms: Any, key: Any) -> None:
    with pytest.raises(ClientError, match="KMSInvalidStateException"):
        kms.cancel_key_deletion(KeyId=key)


@pytest.mark.parametrize("days", [6, 31])
def test_the_waiting_period_of_a_deletion_is_7_to_30_days(kms: Any, key: Any, days: int) -> None:
    with pytest.raises(ClientError, match="ValidationException"):
        kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=days)
    assert kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "Enabled"


def test_a_log_group_accepts_a_key_whose_policy_admits_cloudwatch_logs(account: Callable[[str], Any], key: Any) -> None:
    logs = account("logs")
    logs.create_log_group(logGroupName="/a", kmsKeyId=key)
    assert logs.describe_log_groups()["logGroups"][0]["kmsKeyId"] == key


LOGS = iam.log_key_policy("aws", paths.ACCOUNT, paths.REGION)["Statement"][1]


@pytest.mark.parametrize(
    "statement",
    [
        None,
        {**LOGS, "Principal": {"Service": "logs.us-east-1.amazonaws.com"}},
        {**LOGS, "Action": ["kms:Encrypt", "kms:Decrypt"]},
        {**LOGS, "Condition": {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:*:*:log-group:/b"}}},
    ],
    ids=["account only", "another region", "missing actions", "another log group"],
)
def test_a_log_group_refuses_a_key_that_does_not_admit_cloudwatch_logs(
    account: Callable[[str], Any], kms: Any, statement: Any
) -> None:
    document = policy(ACCOUNT, *([statement] if statement else []))
    arn = kms.create_key(Policy=document)["KeyMetadata"]["Arn"]
    logs = account("logs")
    with pytest.raises(ClientError, match="not allowed to be used"):
        logs.create_log_group(logGroupName="/a", kmsKeyId=arn)
    assert logs.describe_log_groups()["logGroups"] == []


def test_a_log_group_refuses_a_key_that_is_disabled_or_named_by_its_id(account: Callable[[str], Any], kms: Any, key: Any) -> None:
    logs = account("logs")
    for key_id in (key.rsplit("/", 1)[1], key.replace("key/", "key/0")):
        with pytest.raises(ClientError, match="AccessDeniedException"):
            logs.create_log_group(logGroupName="/a", kmsKeyId=key_id)
    kms.disable_key(KeyId=key)
    with pytest.raises(ClientError, match="AccessDeniedException"):
        logs.create_log_group(logGroupName="/a", kmsKeyId=key)


def test_a_database_refuses_a_disabled_key(account: Callable[[str], Any], kms: Any, key: Any) -> None:
    kms.disable_key(KeyId=key)
    with pytest.raises(ClientError, match="KMSKeyNotAccessibleFault"):
        account("rds").create_db_instance(
            DBInstanceIdentifier="shop",
            Engine="mysql",
            DBInstanceClass="db.m7g.large",
            AllocatedStorage=20,
            MasterUsername="slipway",
            MasterUserPassword="Str0ng-enough",
            StorageEncrypted=True,
            KmsKeyId=key,
        )
