"""Relations between the members of one request that no model and no documentation states, only AWS's error messages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

Relation = Callable[[Mapping[str, Any]], str | None]


def health_check_times(request: Mapping[str, Any]) -> str | None:
    """Refuse a timeout that is not below the interval.

    Source of the message: https://github.com/terraform-linters/tflint-ruleset-aws/issues/404
    """
    interval, timeout = request.get("HealthCheckIntervalSeconds"), request.get("HealthCheckTimeoutSeconds")
    if interval is None or timeout is None or timeout < interval:
        return None
    return "Health check interval must be greater than the timeout."


def listener_certificate(request: Mapping[str, Any]) -> str | None:
    """Refuse an HTTPS listener without a certificate, and a certificate on an HTTP listener.

    Sources of the messages: https://github.com/pulumi/pulumi/issues/15712 and https://github.com/awslabs/fargatecli/issues/104
    """
    if request.get("Protocol") == "HTTPS" and not request.get("Certificates"):
        return "A certificate must be specified for HTTPS listeners"
    if request.get("Protocol") == "HTTP" and request.get("Certificates"):
        return "A certificate cannot be specified for HTTP listeners"
    return None


RELATIONS: Final[dict[tuple[str, str], Relation]] = {
    ("elbv2", "CreateTargetGroup"): health_check_times,
    ("elbv2", "ModifyTargetGroup"): health_check_times,
    ("elbv2", "CreateListener"): listener_certificate,
}
