"""Error responses of refused requests, in the format of each service's protocol."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

XML: Final = "text/xml"
JSON: Final = "application/json"
# Services with a REST API that answer in JSON.
REST_JSON: Final = ("eks",)
# Error codes of the same refusal in EC2, in S3, in the query services and Route 53, and in services with a JSON protocol.
# Sources: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html ,
# https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html , the common errors in each API reference
DENIED: Final = ("UnauthorizedOperation", "AccessDenied", "AccessDenied", "AccessDeniedException")
EXPIRED: Final = ("RequestExpired", "ExpiredToken", "ExpiredToken", "ExpiredTokenException")
INVALID_KEY: Final = ("AuthFailure", "InvalidAccessKeyId", "InvalidClientTokenId", "UnrecognizedClientException")
INVALID_SIGNATURE: Final = ("AuthFailure", "SignatureDoesNotMatch", "SignatureDoesNotMatch", "InvalidSignatureException")
THROTTLED: Final = ("RequestLimitExceeded", "SlowDown", "Throttling", "ThrottlingException")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The HTTP response to a refused request."""

    status: int
    content_type: str
    body: str
    code: str


def is_json(service: str, content_type: str) -> bool:
    """Return whether a service answers a request of this content type in JSON."""
    return "json" in content_type or service in REST_JSON


def code_of(codes: tuple[str, str, str, str], service: str, content_type: str) -> str:
    """Return a service's error code for a refusal."""
    if is_json(service, content_type):
        return codes[3]
    return codes[{"ec2": 0, "s3": 1}.get(service, 2)]


def status_of(codes: tuple[str, str, str, str], service: str, content_type: str) -> int:
    """Return the HTTP status of a service's refusal."""
    protocol_is_json = "json" in content_type and service not in REST_JSON
    if codes is THROTTLED:
        return 429 if service in REST_JSON else 503 if service in ("ec2", "s3") else 400
    return 400 if protocol_is_json or (service == "s3" and codes is EXPIRED) else 403


def refusal(codes: tuple[str, str, str, str], message: str, service: str, content_type: str) -> Answer:
    """Return the response of a service that refuses a request of this content type."""
    code = code_of(codes, service, content_type)
    body, kind = error_body(service, content_type, code, message)
    return Answer(status=status_of(codes, service, content_type), content_type=kind, body=body, code=code)


def error_body(service: str, content_type: str, code: str, message: str) -> tuple[str, str]:
    """Return the body and content type of an error, in the format of the service's protocol."""
    if is_json(service, content_type):
        return json.dumps({"__type": code, "message": message}), JSON
    error = f"<Code>{escape(code)}</Code><Message>{escape(message)}</Message>"
    if service == "ec2":
        return f"<Response><Errors><Error>{error}</Error></Errors><RequestID>gate</RequestID></Response>", XML
    if service == "s3":
        return f"<Error>{error}</Error>", XML
    return f"<ErrorResponse><Error><Type>Sender</Type>{error}</Error><RequestId>gate</RequestId></ErrorResponse>", XML
