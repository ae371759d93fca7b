"""Who calls: the rehearsal's own key is the account's root; users' and sessions' keys are moto's; all others are unknown."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from moto.iam.models import iam_backends
from moto.sts.exceptions import STSClientError
from moto.sts.models import STSBackend, sts_backends

from rehearsal import paths

from .overlay import replaces

ADMINISTRATOR = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


@dataclass(frozen=True, kw_only=True)
class Credential:
    """An access key with what belongs to it; a session's has a token and an end."""

    secret: str
    arn: str
    session_token: str | None = None
    expires: datetime | None = None
    role: str | None = None
    user: str | None = None


def root_arn() -> str:
    return f"arn:aws:iam::{paths.ACCOUNT}:root"


def find(key_id: str) -> Credential | None:
    """The credential of an access key; None for a key that nobody made."""
    if key_id == paths.BOOTSTRAP_KEY:
        return Credential(secret=paths.BOOTSTRAP_SECRET, arn=root_arn())
    for session in sts_backends[paths.ACCOUNT]["aws"].assumed_roles:
        if session.access_key_id == key_id:
            return Credential(
                secret=session.secret_access_key,
                arn=session.arn,
                session_token=session.session_token,
                expires=session.expiration,
                role=session.role_arn.rsplit("/", 1)[1],
            )
    for user in list(iam_backends[paths.ACCOUNT]["aws"].users.values()):
        for key in user.access_keys:
            if key.access_key_id == key_id and key.status == "Active":
                return Credential(secret=key.secret_access_key, arn=user.arn, user=user.name)
    return None


def policy_documents(credential: Credential) -> list[dict[str, Any]]:
    """Every policy document that counts for the caller, inline and attached."""
    iam = iam_backends[paths.ACCOUNT]["aws"]
    if credential.role:
        roles = [role for role in iam.roles.values() if role.name == credential.role]
        holders: list[Any] = list(roles)
    elif credential.user:
        holders = [iam.get_user(credential.user), *iam.get_groups_for_user(credential.user)]
    else:
        return [ADMINISTRATOR]
    documents = []
    for holder in holders:
        documents += [_document(policy) for policy in holder.policies.values()]
        documents += [_document(_default_version(policy)) for policy in holder.managed_policies.values()]
    return documents


def _default_version(policy: Any) -> Any:
    return next(version.document for version in policy.versions if version.is_default)


def _document(policy: Any) -> dict[str, Any]:
    return dict(json.loads(policy) if isinstance(policy, str) else policy)


@replaces(STSBackend)
def get_caller_identity(stock: Any, self: STSBackend, access_key_id: str, region: str) -> Any:
    if access_key_id == paths.BOOTSTRAP_KEY:
        return self.account_id, root_arn(), self.account_id
    return stock(self, access_key_id, region)


@replaces(STSBackend)
def assume_role(stock: Any, self: STSBackend, *args: Any, **kwargs: Any) -> Any:
    """moto hands out sessions of roles that do not exist; STS says no."""
    role_arn = kwargs["role_arn"]
    if not any(role.arn == role_arn for role in iam_backends[self.account_id][self.partition].roles.values()):
        raise STSClientError("AccessDenied", f"User is not authorized to perform: sts:AssumeRole on resource: {role_arn}")
    return stock(self, *args, **kwargs)
