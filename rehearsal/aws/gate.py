"""Authentication of every call before moto handles it: a signature by a known key. Module `judge` authorizes the call."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qs

from werkzeug.wrappers import Request, Response

from rehearsal.aws import errors, identity, throttle
from rehearsal.aws.signature import SignatureError, SignedRequest, from_header, from_query

# https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html : called without credentials
UNSIGNED_ACTIONS: Final = ("AssumeRoleWithWebIdentity", "AssumeRoleWithSAML")
# https://docs.aws.amazon.com/IAM/latest/UserGuide/signing-elements.html : largest difference of a request's date to now
CLOCK_TOLERANCE: Final = timedelta(minutes=5)
SCOPES: Final = {"monitoring": "cloudwatch"}


class RefusalError(Exception):
    """A request is refused before it is authorized."""

    def __init__(self, codes: tuple[str, str, str, str], message: str) -> None:
        super().__init__(message)
        self.codes, self.message = codes, message


def _common_code(code: str) -> tuple[str, str, str, str]:
    return (code, code, code, code)


class Gate:
    """WSGI middleware that refuses requests that are not signed by a key of this account."""

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        request = Request(environ)
        body = request.get_data()
        environ["wsgi.input"] = io.BytesIO(body)
        try:
            identity.caller.set(None)
            credential = authenticate(request, body)
            if credential and throttle.refuses(credential.arn):
                raise RefusalError(errors.THROTTLED, "Rate exceeded")
        except RefusalError as refusal:
            answer = errors.refusal(refusal.codes, refusal.message, _service(request), request.content_type or "")
            response = Response(answer.body, status=answer.status, content_type=answer.content_type)
            response.headers["x-amzn-ErrorType"] = answer.code
            return response(environ, start_response)
        identity.caller.set(credential)
        return self.application(environ, start_response)


def authenticate(request: Request, body: bytes) -> identity.Credential | None:
    """Return the credential that signed a request; None for an action that needs no credentials.

    Raises:
        RefusalError: The request is not signed by a key of this account.
    """
    signed = _signed(request, body)
    if signed is None:
        form = parse_qs(body.decode("utf-8", "replace")) if request.method == "POST" else {}
        if form.get("Action", [""])[0] in UNSIGNED_ACTIONS:
            return None
        raise RefusalError(_common_code("MissingAuthenticationToken"), "Request is missing Authentication Token")
    credential = identity.find(signed.key_id)
    if credential is None or credential.session_token != signed.session_token:
        raise RefusalError(errors.INVALID_KEY, "The security token included in the request is invalid.")
    now = datetime.now(UTC)
    if credential.expires and credential.expires.replace(tzinfo=UTC) < now:
        raise RefusalError(errors.EXPIRED, "The security token included in the request is expired")
    if not signed.signed_with(credential.secret):
        raise RefusalError(
            errors.INVALID_SIGNATURE,
            "The request signature we calculated does not match the signature you provided. "
            "Check your AWS Secret Access Key and signing method.",
        )
    if signed.expires is not None and now > signed.signed_at + signed.expires:
        raise RefusalError(_common_code("AccessDenied"), "Request has expired")
    if abs(now - signed.signed_at) > (signed.expires or CLOCK_TOLERANCE):
        raise RefusalError(errors.INVALID_SIGNATURE, f"Signature expired: {signed.date} is not within 5 minutes of now")
    return credential


def _signed(request: Request, body: bytes) -> SignedRequest | None:
    headers = {name.lower(): value for name, value in request.headers.items()}
    target = request.environ.get("RAW_URI", request.full_path)
    try:
        if "authorization" in headers:
            return from_header(request.method, target, headers, body)
        if "X-Amz-Signature" in request.args:
            return from_query(request.method, target, headers)
    except SignatureError as error:
        raise RefusalError(_common_code("IncompleteSignature"), str(error)) from error
    return None


def _service(request: Request) -> str:
    credential = request.args.get("X-Amz-Credential") or ""
    scope = (credential or request.headers.get("Authorization", "").partition("Credential=")[2].partition(",")[0]).split("/")
    return SCOPES.get(scope[3], scope[3]) if len(scope) > 3 else ""
