from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from rehearsal.aws.signature import SignatureError, from_header, from_url

CREDENTIALS = Credentials("AKIAREHEARSAL0000000", "secret")


def signed_request(url: str, method: str = "POST", body: bytes = b"Action=DescribeVpcs&Version=2016-11-15") -> Any:
    request = AWSRequest(method=method, url=url, data=body, headers={"Host": "127.0.0.1:5555", "X-Note": "two  spaces"})
    SigV4Auth(CREDENTIALS, "eks", "eu-west-1").add_auth(request)
    headers = {name.lower(): value for name, value in request.headers.items()}
    return headers, body


@pytest.mark.parametrize(
    "target",
    ["/", "/clusters/a/access-entries/arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fx", "/clusters?maxResults=1&a=b%20c", "/clusters?flag"],
)
def test_a_signature_of_botocore_is_valid_with_its_secret_only(target: Any) -> None:
    headers, body = signed_request("http://127.0.0.1:5555" + target)
    signed = from_header("POST", target, headers, body)
    assert signed.signed_with("secret")
    assert not signed.signed_with("another")


def test_a_changed_body_breaks_the_signature() -> None:
    headers, _ = signed_request("http://127.0.0.1:5555/")
    assert not from_header("POST", "/", headers, b"Action=DeleteVpc").signed_with("secret")


def test_a_request_without_a_signature_is_an_error() -> None:
    with pytest.raises(SignatureError):
        from_header("GET", "/", {"x-amz-date": "20261121T000000Z"}, b"")


def test_a_presigned_url_is_valid_only_with_its_signed_headers() -> None:
    request = AWSRequest(
        method="GET",
        url="https://sts.eu-west-1.amazonaws.com/?" + urlencode({"Action": "GetCallerIdentity"}),
        headers={"x-k8s-aws-id": "slipway-dev"},
    )
    SigV4QueryAuth(CREDENTIALS, "sts", "eu-west-1", expires=60).add_auth(request)
    assert from_url(request.url, {"x-k8s-aws-id": "slipway-dev"}).signed_with("secret")
    assert not from_url(request.url, {"x-k8s-aws-id": "slipway-prod"}).signed_with("secret")
    assert datetime.now(UTC) - from_url(request.url, {}).signed_at < timedelta(minutes=1)
