"""DescribeTargetHealth, answered from HAProxy's health checks."""

from __future__ import annotations

from typing import Any, Final

from moto.elbv2.models import ELBv2Backend, FakeHealthStatus

from rehearsal.aws.alb import running
from rehearsal.aws.alb.follower import is_up
from rehearsal.aws.alb.model import group_name
from rehearsal.aws.alb.observe import observe
from rehearsal.aws.patching import replaces

# state: (reason, description), https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetHealth.html
REASONS: Final = {
    "healthy": (None, None),
    "initial": ("Elb.RegistrationInProgress", "Target registration is in progress"),
    "unhealthy": ("Target.FailedHealthChecks", "Health checks failed"),
    "draining": ("Target.DeregistrationInProgress", "Target deregistration is in progress"),
    "unused": ("Target.NotInUse", "Target group is not configured to receive traffic from the load balancer"),
}


@replaces(ELBv2Backend)
def describe_target_health(original: Any, self: Any, target_group_arn: str, targets: list[dict[str, Any]]) -> Any:
    statuses_of_moto = original(self, target_group_arn, targets)  # it also raises the API's errors
    follower = running.follower()
    if follower is None:
        return statuses_of_moto
    group = next(group for group in observe().groups if group.arn == target_group_arn)
    record, statuses = self.target_groups[target_group_arn], []
    name, check_port = group_name(target_group_arn), record.health_check_port
    for status in statuses_of_moto:
        target = status.target
        key = (name, f"{target['Id']}:{target['Port']}")
        if target["Id"] in record.targets:
            state = "unused" if group.source is None else state_of(follower, key, group)
        elif key in follower.drain_deadlines:
            state = "draining"
        else:
            statuses.append(status)
            continue
        statuses.append(FakeHealthStatus(target["Id"], str(target["Port"]), check_port, state, *REASONS[state]))
    if not targets:
        for address, port in draining_targets(follower, name, record):
            statuses.append(FakeHealthStatus(address, port, check_port, "draining", *REASONS["draining"]))
    return statuses


def state_of(follower: Any, key: tuple[str, str], group: Any) -> str:
    """Return the state of a registered target of a group that a load balancer uses."""
    row = follower.states.get(key)
    if row is not None and is_up(row) and key not in follower.drain_deadlines:
        return "healthy"
    if row is None or follower.is_initial(key, group):
        return "initial"
    return "unhealthy"


def draining_targets(follower: Any, name: str, record: Any) -> list[tuple[str, str]]:
    """Return the address and port of each target that was deregistered and that HAProxy still serves."""
    live = [server for backend, server in list(follower.states) if backend == name]
    endpoints = [tuple(server.rsplit(":", 1)) for server in live]
    return [(address, port) for address, port in endpoints if address not in record.targets]
