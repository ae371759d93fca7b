"""Refuse invalid key policies, and operations that the state of a key does not permit.

Sources: https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html ,
https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Any, Final

from moto.core.exceptions import JsonRESTError
from moto.iam.models import iam_backends
from moto.kms.models import KmsBackend, kms_backends
from moto.kms.responses import KmsResponse

from rehearsal import paths
from rehearsal.aws import identity
from rehearsal.aws.patching import replaces

LOCKOUT: Final = "The new key policy will not allow you to update the key policy in the future."
# Actions of CloudWatch Logs on the key of a log group
LOG_ACTIONS: Final = (
    "kms:Encrypt",
    "kms:Decrypt",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
    "kms:GenerateDataKey",
    "kms:DescribeKey",
)
# moto's name of the key aws/rds
DEFAULT_OF_RDS: Final = "default_kms_key_id"
LOG_CONTEXT: Final = "kms:EncryptionContext:aws:logs:arn"


def _error(code: str, message: str) -> JsonRESTError:
    return JsonRESTError(code, message)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def find(account: str, region: str, key_id: str) -> Any | None:
    """Return the key with an ID, an ARN or an alias; None if there is none."""
    backend = kms_backends[account][region]
    if ":key/" in key_id:
        key_id = key_id.rsplit("/", 1)[1]
    elif "alias/" in key_id:
        key_id = backend.get_key_id_from_alias("alias/" + key_id.partition("alias/")[2]) or ""
    return backend.keys.get(key_id)


def is_usable(account: str, region: str, key_id: str | None) -> bool:
    """Return whether another service can use a key: AWS managed keys always, others if they exist and are enabled."""
    if not key_id or "alias/aws/" in key_id or key_id == DEFAULT_OF_RDS:
        return True
    key = find(account, region, key_id)
    return key is not None and key.key_state == "Enabled"


def _allowing(policy: dict[str, Any], action: str) -> Iterable[dict[str, Any]]:
    for statement in _list(policy.get("Statement", [])):
        actions = _list(statement.get("Action", []))
        if statement.get("Effect") == "Allow" and any(fnmatchcase(action.lower(), a.lower()) for a in actions):
            yield statement


def _principals(statement: dict[str, Any], kind: str) -> list[str]:
    principal = statement.get("Principal", {})
    return ["*"] if principal == "*" else _list(principal.get(kind, []))


def admits_logs(key: Any, region: str, log_group_arn: str) -> bool:
    """Return whether a key's policy permits CloudWatch Logs to use it for a log group."""
    policy = json.loads(key.policy)
    services = (f"logs.{region}.amazonaws.com", "logs.amazonaws.com")

    def admits(statement: dict[str, Any]) -> bool:
        if not set(services) & set(_principals(statement, "Service")):
            return False
        conditions = statement.get("Condition", {})
        patterns = [p for operator in conditions.values() for p in _list(operator.get(LOG_CONTEXT, []))]
        return not patterns or any(fnmatchcase(log_group_arn, pattern) for pattern in patterns)

    return all(any(admits(statement) for statement in _allowing(policy, action)) for action in LOG_ACTIONS)


def _is_valid_principal(principal: str) -> bool:
    root = rf"(arn:aws:iam::)?{paths.ACCOUNT}(:root)?"
    if principal == "*" or re.fullmatch(root, principal) or not principal.startswith("arn:"):
        return principal == "*" or bool(re.fullmatch(root, principal))
    iam = iam_backends[paths.ACCOUNT]["aws"]
    arns = {role.arn for role in iam.roles.values()} | {user.arn for user in iam.users.values()}
    is_foreign = f"::{paths.ACCOUNT}:" not in principal
    return is_foreign or principal in arns or ":assumed-role/" in principal


def _callers(response: Any) -> set[str]:
    """Return the principals that include the caller in a key policy: the account, the caller, and its session's role."""
    credential = identity.find(response.access_key)
    callers = {"*", paths.ACCOUNT, f"arn:aws:iam::{paths.ACCOUNT}:root"}
    if credential is None:
        return callers
    roles = iam_backends[paths.ACCOUNT]["aws"].roles.values()
    return callers | {credential.arn} | {role.arn for role in roles if role.name == credential.role}


def require_policy(response: Any, text: str) -> None:
    """Refuse a key policy that KMS does not accept.

    Raises:
        JsonRESTError: The policy is not valid, or locks out the caller.
    """
    code = "MalformedPolicyDocumentException"
    try:
        policy = json.loads(text)
        statements = _list(policy["Statement"])
    except (ValueError, TypeError, KeyError) as error:
        raise _error(code, "Policy is not a valid policy document") from error
    for statement in statements:
        missing = [name for name in ("Effect", "Principal", "Action", "Resource") if name not in statement]
        if missing:
            raise _error(code, f"Policy contains a statement without {', '.join(missing)}")
        if not all(_is_valid_principal(principal) for principal in _principals(statement, "AWS")):
            raise _error(code, "Policy contains a statement with one or more invalid principals.")
    if response._get_param("BypassPolicyLockoutSafetyCheck"):
        return
    updaters = {p for statement in _allowing(policy, "kms:PutKeyPolicy") for p in _principals(statement, "AWS")}
    if not updaters & _callers(response):
        raise _error(code, LOCKOUT)


@replaces(KmsResponse)
def create_key(original: Any, self: Any) -> str:
    if (policy := self._get_param("Policy")) is not None:
        require_policy(self, policy)
    return str(original(self))


@replaces(KmsResponse)
def put_key_policy(original: Any, self: Any) -> str:
    require_policy(self, self._get_param("Policy"))
    return str(original(self))


def _require_state(key: Any, *allowed: str) -> None:
    if key.key_state in allowed:
        return
    if key.key_state == "Disabled":
        raise _error("DisabledException", f"{key.arn} is disabled.")
    raise _error("KMSInvalidStateException", f"{key.arn} is {'pending deletion' if 'Pending' in key.key_state else 'enabled'}.")


def _check_state(operation: str, *allowed: str) -> None:
    """Add a check of the key's state to an operation of moto."""

    def checked(original: Any, self: Any) -> str:
        key_id = self._get_param("KeyId") or self._get_param("DestinationKeyId")
        key = find(self.current_account, self.region, key_id) if key_id else None
        if key is not None:
            _require_state(key, *allowed)
        return str(original(self))

    checked.__name__ = operation
    replaces(KmsResponse)(checked)


for _operation in ("encrypt", "generate_data_key", "re_encrypt", "sign", "generate_mac", "enable_key_rotation"):
    _check_state(_operation, "Enabled")
for _operation in ("create_grant", "update_alias", "create_alias", "enable_key", "disable_key", "disable_key_rotation"):
    _check_state(_operation, "Enabled", "Disabled")
_check_state("cancel_key_deletion", "PendingDeletion")


@replaces(KmsBackend)
def decrypt(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
    """Check the state of the key that the ciphertext names."""
    plaintext, arn = original(self, *args, **kwargs)
    _require_state(find(self.account_id, self.region_name, arn), "Enabled")
    return plaintext, arn


@replaces(KmsBackend)
def schedule_key_deletion(original: Any, self: Any, key_id: str, pending_window_in_days: int) -> Any:
    if not 7 <= pending_window_in_days <= 30:
        raise _error(
            "ValidationException", f"{pending_window_in_days} is not a valid waiting period: it must be between 7 and 30 days"
        )
    _require_state(self.keys[self.get_key_id(key_id)], "Enabled", "Disabled")
    return original(self, self.get_key_id(key_id), pending_window_in_days)


def _accept_arn(operation: str) -> None:
    """Accept a key's ARN in place of its ID in a method of moto's backend."""

    def accepting(original: Any, self: Any, key_id: str, *args: Any, **kwargs: Any) -> Any:
        return original(self, self.get_key_id(key_id), *args, **kwargs)

    accepting.__name__ = operation
    replaces(KmsBackend)(accepting)


for _operation in ("enable_key", "disable_key", "cancel_key_deletion", "enable_key_rotation", "disable_key_rotation"):
    _accept_arn(_operation)
