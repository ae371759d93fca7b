"""AWS Signature Version 4, read from a request's Authorization header or its query."""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import parse_qs, urlsplit

from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

DATE: Final = "%Y%m%dT%H%M%SZ"


class SignatureError(ValueError):
    """The request has no signature of version 4, or one that cannot be parsed."""


@dataclass(frozen=True, kw_only=True)
class SignedRequest:
    """The signed parts of a request. Header names are in lower case; the target is the path and query of the request line."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    key_id: str
    date: str
    scope: tuple[str, ...]
    signed_headers: tuple[str, ...]
    signature: str
    session_token: str | None = None
    expires: timedelta | None = None
    """The validity of a presigned URL; None for a request that is signed by a header."""

    @property
    def region(self) -> str:
        """Return the region of the credential scope."""
        return self.scope[1]

    @property
    def service(self) -> str:
        """Return the service of the credential scope."""
        return self.scope[2]

    @property
    def signed_at(self) -> datetime:
        """Return the time of the signature."""
        return datetime.strptime(self.date, DATE).replace(tzinfo=UTC)

    def signed_with(self, secret: str) -> bool:
        """Return whether the signature was computed with a secret key."""
        path, _, query = self.target.partition("?")
        signed_query = "&".join(pair for pair in query.split("&") if not pair.startswith("X-Amz-Signature="))
        headers = {name: self.headers.get(name, "") for name in self.signed_headers}
        request = AWSRequest(method=self.method, url=f"http://host{path}?{signed_query}", headers=headers, data=self.body)
        request.context["timestamp"] = self.date
        # S3 signs the path as it is, and no body in a presigned URL.
        s3_auth = S3SigV4Auth if self.expires is None else S3SigV4QueryAuth
        auth = (s3_auth if self.service == "s3" else SigV4Auth)(Credentials(self.key_id, secret), self.service, self.region)
        expected = auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request)
        return hmac.compare_digest(expected, self.signature)


def from_header(method: str, target: str, headers: Mapping[str, str], body: bytes) -> SignedRequest:
    """Return a request with an Authorization header.

    Raises:
        SignatureError: The header does not hold a complete signature.
    """
    fields = dict(re.findall(r"(Credential|SignedHeaders|Signature)=([^,\s]+)", headers.get("authorization", "")))
    if len(fields) < 3 or "x-amz-date" not in headers:
        raise SignatureError("the request is not signed with version 4")
    key_id, scope = _credential(fields["Credential"])
    return SignedRequest(
        method=method,
        target=target,
        headers=headers,
        body=body,
        key_id=key_id,
        date=headers["x-amz-date"],
        scope=scope,
        signed_headers=tuple(fields["SignedHeaders"].split(";")),
        signature=fields["Signature"],
        session_token=headers.get("x-amz-security-token"),
    )


def from_query(method: str, target: str, headers: Mapping[str, str]) -> SignedRequest:
    """Return a presigned request.

    Raises:
        SignatureError: The query does not hold a complete signature.
    """
    query = {name: values[0] for name, values in parse_qs(urlsplit(target).query).items()}
    try:
        credential = query["X-Amz-Credential"]
        date, signed, signature = query["X-Amz-Date"], query["X-Amz-SignedHeaders"], query["X-Amz-Signature"]
        expires = timedelta(seconds=int(query.get("X-Amz-Expires", "0")))
    except KeyError as missing:
        raise SignatureError(f"the URL has no {missing.args[0]}") from None
    except ValueError as error:
        raise SignatureError("X-Amz-Expires must be a number of seconds") from error
    key_id, scope = _credential(credential)
    return SignedRequest(
        method=method,
        target=target,
        headers=headers,
        body=b"",
        key_id=key_id,
        date=date,
        scope=scope,
        signed_headers=tuple(signed.split(";")),
        signature=signature,
        session_token=query.get("X-Amz-Security-Token"),
        expires=expires,
    )


def from_url(url: str, headers: Mapping[str, str]) -> SignedRequest:
    """Return a presigned GET request. The headers are those that the URL's user must send, besides Host."""
    parts = urlsplit(url)
    return from_query("GET", f"{parts.path or '/'}?{parts.query}", {"host": parts.netloc, **headers})


def _credential(text: str) -> tuple[str, tuple[str, ...]]:
    key_id, *scope = text.split("/")
    if len(scope) != 4:
        raise SignatureError(f"credential scope {'/'.join(scope)} is not date/region/service/aws4_request")
    return key_id, tuple(scope)
