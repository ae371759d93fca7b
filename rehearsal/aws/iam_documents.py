"""IAM documents that moto takes and IAM refuses: trust policies that are no policies, and policies that are too long."""

from __future__ import annotations

import json
from typing import Any

from moto.iam.exceptions import LimitExceededException, MalformedPolicyDocument
from moto.iam.models import IAMBackend
from moto.iam.policy_validation import BaseIAMPolicyValidator

from .overlay import replaces

# Characters without white space. Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
LONGEST_MANAGED = 6_144


@replaces(IAMBackend)
def create_role(stock: Any, self: Any, role_name: str, assume_role_policy_document: str, *args: Any, **kwargs: Any) -> Any:
    try:
        BaseIAMPolicyValidator(assume_role_policy_document)._validate_syntax()
    except Exception as error:  # moto's checks are bare assertions
        raise MalformedPolicyDocument("Syntax errors in policy.") from error
    return stock(self, role_name, assume_role_policy_document, *args, **kwargs)


@replaces(IAMBackend)
def create_policy(stock: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
    document = kwargs["policy_document"] if "policy_document" in kwargs else args[2]
    _require_short(document)
    return stock(self, *args, **kwargs)


@replaces(IAMBackend)
def create_policy_version(stock: Any, self: Any, policy_arn: str, policy_document: str, *args: Any) -> Any:
    _require_short(policy_document)
    return stock(self, policy_arn, policy_document, *args)


def _require_short(document: str) -> None:
    try:
        length = len(json.dumps(json.loads(document), separators=(",", ":")))
    except ValueError:
        return  # moto refuses what is no JSON
    if length > LONGEST_MANAGED:
        raise LimitExceededException(f"Cannot exceed quota for PolicySize: {LONGEST_MANAGED}")
