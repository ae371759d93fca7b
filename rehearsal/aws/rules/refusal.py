"""Refuse requests that break AWS's published rules: after authorization, with the service's own error."""

from __future__ import annotations

import logging
from typing import Any, Final

from botocore.model import OperationModel
from moto.core.authorization import ActionAuthenticatorMixin
from moto.core.exceptions import ServiceException
from moto.core.request import determine_request_protocol
from moto.core.responses import ActionResult
from moto.core.utils import get_service_model
from werkzeug.exceptions import HTTPException

from rehearsal.aws.judge import parameters
from rehearsal.aws.patching import replaces
from rehearsal.aws.rules.check import refusals

log = logging.getLogger(__name__)

# A service whose model has one of these errors answers with it. Source: the `errors` of each operation in botocore.
MODELED_CODES: Final = ("InvalidParameterException", "InvalidParameter", "InvalidInput")
# Other services answer with a common error. Sources: the pages "Common errors" of the API references of EC2 and RDS,
# ELB's messages in `relations`, and https://docs.aws.amazon.com/kms/latest/APIReference/CommonErrors.html
COMMON_CODES: Final = {"ec2": "InvalidParameterValue", "rds": "InvalidParameterValue", "iam": "ValidationError"}
CODES_OF_PROTOCOLS: Final = {"json": "ValidationException", "rest-json": "ValidationException"}
DEFAULT_CODE: Final = "ValidationError"


class PublishedRuleError(ServiceException):
    """A refusal, which moto's serializers write in the format of each protocol."""


def error_code(service: str, operation: OperationModel, protocol: str) -> str:
    """Return a service's error code for a value that breaks a rule."""
    modeled = {shape.metadata.get("error", {}).get("code", shape.name) for shape in operation.error_shapes}
    common = COMMON_CODES.get(service) or CODES_OF_PROTOCOLS.get(protocol, DEFAULT_CODE)
    return common if service in COMMON_CODES else next((code for code in MODELED_CODES if code in modeled), common)


def require_published_rules(response: Any) -> None:
    """Refuse a request that breaks a published rule.

    Raises:
        HTTPException: The service's own error.
    """
    model = get_service_model(response.boto3_service_name)
    operation = model.operation_model(response._get_action())
    protocol = determine_request_protocol(model, response.normalized_request.content_type)
    service = response.boto3_service_name
    message = next(refusals(service, operation, parameters(response)), None)
    if message is None:
        return
    log.warning("refused %s.%s: %s", service, operation.name, message)
    error = PublishedRuleError(error_code(service, operation, protocol), message)
    status, headers, body = response.serialized(ActionResult(error))
    response.response_headers.update(headers)
    refused = HTTPException(description=body)
    refused.code = status
    raise refused


# Installed after `judge`: `original` authorizes the request.
@replaces(ActionAuthenticatorMixin)
def _authenticate_and_authorize_normal_action(original: Any, self: Any, resource: str = "*") -> None:
    original(self, resource)
    require_published_rules(self)
