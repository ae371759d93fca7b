import base64
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from rehearsal import paths
from rehearsal.aws import identity
from rehearsal.aws.eks import tokens


def token(
    cluster: str = "dev", key: str = paths.BOOTSTRAP_KEY, secret: str = paths.BOOTSTRAP_SECRET, action: str = "GetCallerIdentity"
) -> str:
    request = AWSRequest(
        method="GET", url=f"http://127.0.0.1:5555/?Action={action}&Version=2011-06-15", headers={"x-k8s-aws-id": cluster}
    )
    SigV4QueryAuth(Credentials(key, secret), "sts", paths.REGION, expires=60).add_auth(request)
    return tokens.PREFIX + base64.urlsafe_b64encode(request.url.encode()).decode().rstrip("=")


@pytest.fixture(autouse=True)
def clusters(monkeypatch: pytest.MonkeyPatch) -> Any:
    by_name = {name: SimpleNamespace(name=name, access_entries={}) for name in ("dev", "prod")}
    backends = {paths.ACCOUNT: {paths.REGION: SimpleNamespace(clusters=by_name)}}
    monkeypatch.setattr(tokens, "eks_backends", backends)
    return by_name


def test_a_token_identifies_its_cluster_and_its_signer() -> None:
    cluster, arn = tokens.caller(token("prod"))
    assert (cluster.name, arn) == ("prod", identity.root_arn())


@pytest.mark.parametrize(
    ("invalid_token", "reason"),
    [
        (token("staging"), "no cluster"),
        (token(secret="wrong"), "no cluster"),
        (token(key="AKIANOBODY0000000000"), "not valid"),
        (token(action="GetSessionToken"), "not a GetCallerIdentity"),
        ("eyJhbGciOi", "not an EKS token"),
        (tokens.PREFIX + "!!!", "cannot be parsed"),
        (tokens.PREFIX + base64.urlsafe_b64encode(b"http://x/?Action=GetCallerIdentity").decode(), "cannot be parsed"),
    ],
    ids=["another cluster's", "wrong secret", "unknown key", "another action", "no prefix", "not base64", "unsigned"],
)
def test_an_invalid_token_is_refused_with_a_reason(invalid_token: str, reason: str) -> None:
    with pytest.raises(tokens.TokenError, match=reason):
        tokens.caller(invalid_token)
    assert tokens.review(invalid_token)["authenticated"] is False


def test_a_token_is_valid_for_fifteen_minutes() -> None:
    signed_at, text = datetime.now(UTC), token()
    assert tokens.decode(text, signed_at + timedelta(minutes=14))
    with pytest.raises(tokens.TokenError, match="expired"):
        tokens.decode(text, signed_at + timedelta(minutes=16))
    with pytest.raises(tokens.TokenError, match="expired"):
        tokens.decode(text, signed_at - timedelta(minutes=6))


def test_a_signer_without_an_access_entry_is_not_authenticated() -> None:
    review = tokens.review(token())
    assert review == {"authenticated": False, "error": identity.root_arn()}
