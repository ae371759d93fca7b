"""Callers: the rehearsal's own key is the account's root, keys of users and sessions are moto's, all others are unknown."""

from __future__ import annotations

import json
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from moto.core.utils import utcnow
from moto.iam.models import iam_backends
from moto.sts.exceptions import STSClientError
from moto.sts.models import STSBackend, sts_backends

from rehearsal import paths
from rehearsal.aws.authorization import Check, Document, is_allowed
from rehearsal.aws.patching import replaces

ADMINISTRATOR: Final = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


@dataclass(frozen=True, kw_only=True)
class Credential:
    """The secret key and the owner of an access key; a session's key also has a token and an expiry."""

    secret: str
    arn: str
    session_token: str | None = None
    expires: datetime | None = None
    role: str | None = None
    user: str | None = None


# The caller of the request that this thread serves; None if the request did not pass the gate, as in a test of moto alone.
caller: ContextVar[Credential | None] = ContextVar("caller", default=None)


def root_arn() -> str:
    """Return the ARN of the account's root."""
    return f"arn:aws:iam::{paths.ACCOUNT}:root"


def find(key_id: str) -> Credential | None:
    """Return the credential of an access key; None for an unknown key."""
    if key_id == paths.BOOTSTRAP_KEY:
        return Credential(secret=paths.BOOTSTRAP_SECRET, arn=root_arn())
    for session in sts_backends[paths.ACCOUNT]["aws"].assumed_roles:
        if session.access_key_id == key_id and _role(session.role_arn.rsplit("/", 1)[1]):
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


def principal_arn(credential: Credential) -> str:
    """Return the ARN of the role or user whose policies apply: a session's role, not the session."""
    return _role(credential.role).arn if credential.role else credential.arn


def tags(credential: Credential) -> dict[str, str]:
    """Return the tags of the caller's role or user."""
    iam = iam_backends[paths.ACCOUNT]["aws"]
    if credential.role:
        return {tag["Key"]: tag["Value"] for tag in _role(credential.role).tags}
    return dict(iam.tagger.get_tag_dict_for_resource(credential.arn)) if credential.user else {}


def _role(name: str | None) -> Any:
    return next((role for role in iam_backends[paths.ACCOUNT]["aws"].roles.values() if role.name == name), None)


def policy_documents(credential: Credential) -> list[dict[str, Any]]:
    """Return all policy documents that apply to the caller, inline and attached."""
    iam = iam_backends[paths.ACCOUNT]["aws"]
    if credential.role:
        holders: list[Any] = [_role(credential.role)]
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
def get_caller_identity(original: Any, self: STSBackend, access_key_id: str, region: str) -> Any:
    if access_key_id == paths.BOOTSTRAP_KEY:
        return self.account_id, root_arn(), self.account_id
    return original(self, access_key_id, region)


def expire(key_id: str) -> bool:
    """End the session of an access key now; return whether there is one."""
    sessions = [session for session in sts_backends[paths.ACCOUNT]["aws"].assumed_roles if session.access_key_id == key_id]
    for session in sessions:
        session.expiration = utcnow() - timedelta(seconds=1)
    return bool(sessions)


@replaces(STSBackend)
def assume_role(original: Any, self: STSBackend, *args: Any, **kwargs: Any) -> Any:
    """Create a session only for a role that exists and trusts the caller, unlike moto."""
    role_arn, credential = kwargs["role_arn"], caller.get()
    role = next((role for role in iam_backends[self.account_id][self.partition].roles.values() if role.arn == role_arn), None)
    if role is None or (credential and not trusts(_document(role.assume_role_policy_document), credential)):
        user = credential.arn if credential else "anonymous"
        raise STSClientError("AccessDenied", f"User: {user} is not authorized to perform: sts:AssumeRole on resource: {role_arn}")
    return original(self, *args, **kwargs)


def trusts(document: Document, credential: Credential) -> bool:
    """Return whether a role's trust policy admits the caller. Its conditions are evaluated like those of any policy.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
    """
    names = {"*", paths.ACCOUNT, root_arn(), credential.arn, principal_arn(credential)}
    statements = document["Statement"] if isinstance(document["Statement"], list) else [document["Statement"]]
    relevant = [statement for statement in statements if names & set(_principals(statement.get("Principal", {})))]
    return is_allowed([{"Statement": [{**statement, "Resource": "*"} for statement in relevant]}], Check(action="sts:AssumeRole"))


def _principals(principal: Any) -> list[str]:
    names = principal if isinstance(principal, str) else principal.get("AWS", [])
    return [names] if isinstance(names, str) else list(names)
