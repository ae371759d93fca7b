"""Review tokens of `aws eks get-token`: presigned GetCallerIdentity URLs whose signature covers the cluster's name."""

from __future__ import annotations

import base64
import binascii
import logging
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from moto.core.utils import utcnow
from moto.eks.models import eks_backends

from rehearsal import paths
from rehearsal.aws import identity
from rehearsal.aws.eks import rbac
from rehearsal.aws.kube import Kube
from rehearsal.aws.signature import SignatureError, SignedRequest, from_url

log = logging.getLogger(__name__)
PREFIX: Final = "k8s-aws-v1."
LIFETIME: Final = timedelta(minutes=15)
CLOCK_SKEW: Final = timedelta(minutes=5)


class TokenError(Exception):
    """A token is refused."""


def decode(token: str, now: datetime) -> str:
    """Return the URL of a token.

    Raises:
        TokenError: The token cannot be parsed, is for another request, or has expired.
    """
    if not token.startswith(PREFIX):
        raise TokenError("not an EKS token")
    text = token.removeprefix(PREFIX)
    try:
        url = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
        signed = from_url(url, {})
    except (binascii.Error, UnicodeDecodeError, SignatureError) as error:
        raise TokenError(f"token cannot be parsed: {error}") from error
    query = parse_qs(urlsplit(url).query)
    if query.get("Action") != ["GetCallerIdentity"] or "x-k8s-aws-id" not in signed.signed_headers:
        raise TokenError("not a GetCallerIdentity request for a cluster")
    if not -CLOCK_SKEW < now - signed.signed_at < LIFETIME:
        raise TokenError(f"token of {signed.date} has expired")
    return url


def for_cluster(url: str, cluster: str) -> SignedRequest:
    """Return a token's request with the name of a cluster."""
    return from_url(url, {"x-k8s-aws-id": cluster})


def caller(token: str) -> tuple[Any, str]:
    """Return the cluster that a token is for, and the ARN of its signer.

    Raises:
        TokenError: The signature is not valid for any cluster.
    """
    url = decode(token, datetime.now(UTC))
    unnamed = from_url(url, {})
    credential = identity.find(unnamed.key_id)
    session_token = parse_qs(urlsplit(url).query).get("X-Amz-Security-Token", [None])[0]
    if credential is None or credential.session_token != session_token:
        raise TokenError(f"key {unnamed.key_id} is not valid")
    if credential.expires and credential.expires.replace(tzinfo=UTC) < datetime.now(UTC):
        raise TokenError(f"session of {credential.arn} has expired")
    for cluster in eks_backends[paths.ACCOUNT][unnamed.region].clusters.values():
        if for_cluster(url, cluster.name).signed_with(credential.secret):
            return cluster, credential.arn
    raise TokenError(f"no cluster for which {unnamed.key_id} signed this token")


def review(token: str) -> dict[str, Any]:
    """Return the `status` of a TokenReview; bind the groups of the token's user to their roles."""
    try:
        cluster, arn = caller(token)
        entry, session = rbac.entry_of(rbac.settled(cluster.access_entries, utcnow()), arn)
    except (TokenError, rbac.NoAccessEntryError) as error:
        log.info("token refused: %s", error)
        return {"authenticated": False, "error": str(error)}
    kube = Kube()
    for group, role, namespace in rbac.policy_groups(entry):
        rbac.bind(kube, group, role, namespace)
    return {"authenticated": True, "user": rbac.user_info(entry, arn, session)}
