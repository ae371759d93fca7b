"""Authorization of every call before moto handles it, by the caller's policies; every call is recorded."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any, Final

from moto.core.authorization import ActionAuthenticatorMixin
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import determine_request_protocol
from moto.core.utils import get_service_model
from werkzeug.exceptions import HTTPException

from rehearsal.aws import calls, errors, identity
from rehearsal.aws.authorization import Check, is_allowed
from rehearsal.aws.checks import Call, checks
from rehearsal.aws.inventory import Inventory
from rehearsal.aws.patching import replaces

log = logging.getLogger(__name__)

# IAM's prefixes of the services that have another name in moto.
IAM_PREFIXES: Final = {"elbv2": "elasticloadbalancing", "elb": "elasticloadbalancing"}


def parameters(response: Any) -> dict[str, Any]:
    """Return a request's parameters under their names in the API reference; none if they cannot be parsed."""
    model = get_service_model(response.boto3_service_name)
    request = response.normalized_request
    try:
        parser = PROTOCOL_PARSERS[determine_request_protocol(model, request.content_type)]
        parsed = parser(model.operation_model(response._get_action())).parse(
            {
                "method": request.method,
                "values": request.values,
                "headers": request.headers,
                "body": request.data,
                "url_path": request.path,
                "url_params": response.uri_match,
            }
        )
    except Exception:
        log.exception("could not parse the parameters of %s", response._get_action())
        return {}
    return dict(parsed)


def shared_context(credential: identity.Credential, region: str) -> dict[str, tuple[str, ...]]:
    """Return the condition keys that do not depend on the action."""
    tags = identity.tags(credential)
    return {
        "aws:principalarn": (identity.principal_arn(credential),),
        "aws:requestedregion": (region,),
        # AWS's endpoints use TLS.
        "aws:securetransport": ("true",),
        **{f"aws:principaltag/{key.lower()}": (value,) for key, value in tags.items()},
    }


def first_refused(credential: identity.Credential, requested: Iterable[Check]) -> Check | None:
    """Record a call with its checks; return the first check that the caller's policies do not allow."""
    requested = list(requested)
    documents = identity.policy_documents(credential)
    refused = next((check for check in requested if not is_allowed(documents, check)), None)
    calls.record(credential.arn, requested, refused)
    return refused


def message(credential: identity.Credential, check: Check) -> str:
    """Return the error message for a refused check."""
    return (
        f"User: {credential.arn} is not authorized to perform: {check.action} on resource: {check.resource} "
        f"because no identity-based policy allows the {check.action} action"
    )


@replaces(ActionAuthenticatorMixin)
def _authenticate_and_authorize_normal_action(original: Any, self: Any, resource: str = "*") -> None:
    del original, resource
    credential = identity.caller.get()
    if credential is None:  # an unsigned action, or a test without the gate
        return
    service = IAM_PREFIXES.get(self.service_name, self.service_name)
    call = Call(
        service=service,
        operation=self._get_action(),
        parameters=parameters(self),
        shared=shared_context(credential, self.region),
        inventory=Inventory(account=self.current_account, region=self.region),
    )
    if refused := first_refused(credential, checks(call)):
        answer = errors.refusal(errors.DENIED, message(credential, refused), service, self.headers.get("Content-Type", ""))
        exception = HTTPException(description=answer.body)
        exception.code = answer.status
        raise exception
