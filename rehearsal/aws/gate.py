"""What every call passes before moto sees it: a signature by a known key, and a policy that allows the action."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from moto.core.authorization import ActionAuthenticatorMixin
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request, Response

from . import identity
from .authorization import is_allowed
from .overlay import replaces
from .signature import SignatureError, from_header

# https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html : made without credentials
UNSIGNED_ACTIONS = ("AssumeRoleWithWebIdentity", "AssumeRoleWithSAML")
XML = "text/xml"


def error_body(service: str, content_type: str, code: str, message: str) -> tuple[str, str]:
    """(body, content type) of an error, in the form of the service's protocol."""
    if "json" in content_type or service == "eks":
        return json.dumps({"__type": code, "message": message}), "application/json"
    error = f"<Code>{escape(code)}</Code><Message>{escape(message)}</Message>"
    if service == "ec2":
        return f"<Response><Errors><Error>{error}</Error></Errors><RequestID>gate</RequestID></Response>", XML
    if service == "s3":
        return f"<Error>{error}</Error>", XML
    return f"<ErrorResponse><Error><Type>Sender</Type>{error}</Error><RequestId>gate</RequestId></ErrorResponse>", XML


class RefusalError(Exception):
    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


class Gate:
    """WSGI middleware that refuses what is not signed by a key of this account."""

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        request = Request(environ)
        body = request.get_data()
        environ["wsgi.input"] = io.BytesIO(body)
        try:
            authenticate(request, body)
        except RefusalError as refusal:
            service = _service(request)
            text, content_type = error_body(service, request.content_type or "", refusal.code, refusal.message)
            response = Response(text, status=403, content_type=content_type)
            response.headers["x-amzn-ErrorType"] = refusal.code
            return response(environ, start_response)
        return self.application(environ, start_response)


def authenticate(request: Request, body: bytes) -> None:
    if "Authorization" not in request.headers:
        form = parse_qs(body.decode("utf-8", "replace")) if request.method == "POST" else {}
        if form.get("Action", [""])[0] in UNSIGNED_ACTIONS:
            return
        raise RefusalError("MissingAuthenticationToken", "Request is missing Authentication Token")
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        signed = from_header(request.method, request.environ.get("RAW_URI", request.full_path), headers, body)
    except SignatureError as error:
        raise RefusalError("IncompleteSignature", str(error)) from error
    credential = identity.find(signed.key_id)
    ec2 = signed.service == "ec2"
    token = headers.get("x-amz-security-token")
    if credential is None or credential.session_token != token:
        raise RefusalError(
            "AuthFailure" if ec2 else "InvalidClientTokenId",
            "AWS was not able to validate the provided access credentials"
            if ec2
            else "The security token included in the request is invalid.",
        )
    if credential.expires and credential.expires.replace(tzinfo=UTC) < datetime.now(UTC):
        raise RefusalError("ExpiredToken", "The security token included in the request is expired")
    if not signed.signed_with(credential.secret):
        raise RefusalError(
            "AuthFailure" if ec2 else "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided. "
            "Check your AWS Secret Access Key and signing method.",
        )


def _service(request: Request) -> str:
    scope = request.headers.get("Authorization", "").partition("Credential=")[2].partition(",")[0].split("/")
    return scope[3] if len(scope) > 3 else ""


@replaces(ActionAuthenticatorMixin)
def _authenticate_and_authorize_normal_action(stock: Any, self: Any, resource: str = "*") -> None:
    del stock, resource
    credential = identity.find(self.access_key)
    if credential is None:  # only the unsigned actions come so far without a key
        return
    action = f"{_iam_prefix(self.service_name)}:{self._get_action()}"
    if is_allowed(identity.policy_documents(credential), action):
        return
    code = {"ec2": "UnauthorizedOperation"}.get(self.service_name, "AccessDenied")
    content_type = self.headers.get("Content-Type", "")
    if "json" in content_type or self.service_name == "eks":
        code = "AccessDeniedException"
    message = f"User: {credential.arn} is not authorized to perform: {action}"
    refused = HTTPException(description=error_body(self.service_name, content_type, code, message)[0])
    refused.code = 403
    raise refused


def _iam_prefix(service: str) -> str:
    return {"elbv2": "elasticloadbalancing", "elb": "elasticloadbalancing"}.get(service, service)
