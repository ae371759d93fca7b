"""Refuse IAM documents that moto accepts: trust policies with syntax errors, and managed policies that are too long."""

from __future__ import annotations

import json
from typing import Any, Final

from moto.iam.exceptions import LimitExceededException, MalformedPolicyDocument
from moto.iam.models import IAMBackend
from moto.iam.policy_validation import BaseIAMPolicyValidator

from rehearsal.aws.patching import replaces

# In characters, without white space. Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
MAXIMUM_POLICY_LENGTH: Final = 6_144


@replaces(IAMBackend)
def create_role(original: Any, self: Any, role_name: str, assume_role_policy_document: str, *args: Any, **kwargs: Any) -> Any:
    try:
        BaseIAMPolicyValidator(assume_role_policy_document)._validate_syntax()
    except Exception as error:  # moto's checks are bare assertions
        raise MalformedPolicyDocument("Syntax errors in policy.") from error
    return original(self, role_name, assume_role_policy_document, *args, **kwargs)


@replaces(IAMBackend)
def create_policy(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
    document = kwargs["policy_document"] if "policy_document" in kwargs else args[2]
    _require_allowed_length(document)
    return original(self, *args, **kwargs)


@replaces(IAMBackend)
def create_policy_version(original: Any, self: Any, policy_arn: str, policy_document: str, *args: Any) -> Any:
    _require_allowed_length(policy_document)
    return original(self, policy_arn, policy_document, *args)


def _require_allowed_length(document: str) -> None:
    try:
        length = len(json.dumps(json.loads(document), separators=(",", ":")))
    except ValueError:
        return  # moto refuses documents that are not JSON
    if length > MAXIMUM_POLICY_LENGTH:
        raise LimitExceededException(f"Cannot exceed quota for PolicySize: {MAXIMUM_POLICY_LENGTH}")
