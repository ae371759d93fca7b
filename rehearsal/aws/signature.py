"""AWS Signature Version 4, read from a request's Authorization header or its query."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import parse_qs, quote, urlsplit

EMPTY: Final = hashlib.sha256(b"").hexdigest()
DATE: Final = "%Y%m%dT%H%M%SZ"


class SignatureError(ValueError):
    """The request has no signature of version 4, or one that cannot be parsed."""


@dataclass(frozen=True, kw_only=True)
class SignedRequest:
    """The signed parts of a request. Header names are in lower case; path and query are encoded as in the request line."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    payload_hash: str
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
        key = ("AWS4" + secret).encode()
        for part in (*self.scope, self._string_to_sign()):
            key = hmac.digest(key, part.encode(), "sha256")
        return hmac.compare_digest(key.hex(), self.signature)

    def _string_to_sign(self) -> str:
        request = hashlib.sha256(self._canonical_request().encode()).hexdigest()
        return "\n".join(["AWS4-HMAC-SHA256", self.date, "/".join(self.scope), request])

    def _canonical_request(self) -> str:
        pairs = [pair if "=" in pair else pair + "=" for pair in self.query.split("&") if pair]
        query = "&".join(sorted(pair for pair in pairs if not pair.startswith("X-Amz-Signature=")))
        # S3 alone signs the path as it is; all others encode it once more
        path = self.path if self.service == "s3" else quote(self.path, safe="/~")
        headers = [f"{name}:{' '.join(self.headers.get(name, '').split())}" for name in self.signed_headers]
        return "\n".join([self.method, path or "/", query, *headers, "", ";".join(self.signed_headers), self.payload_hash])


def from_header(method: str, target: str, headers: Mapping[str, str], body: bytes) -> SignedRequest:
    """Return a request with an Authorization header. The target is the path and query of the request line.

    Raises:
        SignatureError: The header does not hold a complete signature.
    """
    fields = dict(re.findall(r"(Credential|SignedHeaders|Signature)=([^,\s]+)", headers.get("authorization", "")))
    if len(fields) < 3 or "x-amz-date" not in headers:
        raise SignatureError("the request is not signed with version 4")
    key_id, *scope = fields["Credential"].split("/")
    if len(scope) != 4:
        raise SignatureError(f"credential scope {'/'.join(scope)} is not date/region/service/aws4_request")
    path, _, query = target.partition("?")
    return SignedRequest(
        method=method,
        path=path,
        query=query,
        headers=headers,
        payload_hash=headers.get("x-amz-content-sha256") or hashlib.sha256(body).hexdigest(),
        key_id=key_id,
        date=headers["x-amz-date"],
        scope=tuple(scope),
        signed_headers=tuple(fields["SignedHeaders"].split(";")),
        signature=fields["Signature"],
        session_token=headers.get("x-amz-security-token"),
    )


def from_query(method: str, target: str, headers: Mapping[str, str]) -> SignedRequest:
    """Return a presigned request. The target is the path and query of the request line.

    Raises:
        SignatureError: The query does not hold a complete signature.
    """
    parts = urlsplit(target)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    try:
        key_id, *scope = query["X-Amz-Credential"].split("/")
        date, signed, signature = query["X-Amz-Date"], query["X-Amz-SignedHeaders"], query["X-Amz-Signature"]
        expires = timedelta(seconds=int(query.get("X-Amz-Expires", "0")))
    except KeyError as missing:
        raise SignatureError(f"the URL has no {missing.args[0]}") from None
    except ValueError as error:
        raise SignatureError("X-Amz-Expires must be a number of seconds") from error
    if len(scope) != 4:
        raise SignatureError(f"credential scope {'/'.join(scope)} is not date/region/service/aws4_request")
    return SignedRequest(
        method=method,
        path=parts.path or "/",
        query=parts.query,
        headers=headers,
        # https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
        payload_hash="UNSIGNED-PAYLOAD" if scope[2] == "s3" else EMPTY,
        key_id=key_id,
        date=date,
        scope=tuple(scope),
        signed_headers=tuple(signed.split(";")),
        signature=signature,
        session_token=query.get("X-Amz-Security-Token"),
        expires=expires,
    )


def from_url(url: str, headers: Mapping[str, str]) -> SignedRequest:
    """Return a presigned GET request. The headers are those that the URL's user must send, besides Host."""
    parts = urlsplit(url)
    return from_query("GET", f"{parts.path or '/'}?{parts.query}", {"host": parts.netloc, **headers})
