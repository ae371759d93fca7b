"""DescribeTargetHealth from HAProxy's checks."""

from __future__ import annotations

from typing import Any

from moto.elbv2.models import ELBv2Backend, FakeHealthStatus

from rehearsal.aws.overlay import replaces

from . import running
from .follower import is_up
from .model import group_name
from .observe import observe

# state: (reason, description), https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetHealth.html
REASONS = {
    "healthy": (None, None),
    "initial": ("Elb.RegistrationInProgress", "Target registration is in progress"),
    "unhealthy": ("Target.FailedHealthChecks", "Health checks failed"),
    "draining": ("Target.DeregistrationInProgress", "Target deregistration is in progress"),
    "unused": ("Target.NotInUse", "Target group is not configured to receive traffic from the load balancer"),
}


@replaces(ELBv2Backend)
def describe_target_health(original: Any, self: Any, target_group_arn: str, targets: list[dict[str, Any]]) -> Any:
    known = original(self, target_group_arn, targets)  # also the errors
    follower = running.follower()
    if follower is None:
        return known
    group = next(group for group in observe().groups if group.arn == target_group_arn)
    record, statuses = self.target_groups[target_group_arn], []
    name, check_port = group_name(target_group_arn), record.health_check_port
    for stated in known:
        target = stated.target
        key = (name, f"{target['Id']}:{target['Port']}")
        if target["Id"] in record.targets:
            state = "unused" if group.source is None else state_of(follower, key, group)
        elif key in follower.draining:
            state = "draining"
        else:
            statuses.append(stated)
            continue
        statuses.append(FakeHealthStatus(target["Id"], str(target["Port"]), check_port, state, *REASONS[state]))
    if not targets:
        for address, port in drained(follower, name, record):
            statuses.append(FakeHealthStatus(address, port, check_port, "draining", *REASONS["draining"]))
    return statuses


def state_of(follower: Any, key: tuple[str, str], group: Any) -> str:
    row = follower.states.get(key)
    if row is not None and is_up(row) and key not in follower.draining:
        return "healthy"
    if row is None or follower.is_initial(key, group):
        return "initial"
    return "unhealthy"


def drained(follower: Any, name: str, record: Any) -> list[tuple[str, str]]:
    """Targets that the API no longer has and HAProxy still does."""
    live = [server for backend, server in list(follower.states) if backend == name]
    split = [tuple(server.rsplit(":", 1)) for server in live]
    return [(address, port) for address, port in split if address not in record.targets]
