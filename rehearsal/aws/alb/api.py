"""Patches of moto's ELB API: DNS names and addresses of load balancers, and refusals."""

from __future__ import annotations

from typing import Any, Final

from moto.elbv2.exceptions import ELBClientError, InvalidActionTypeError
from moto.elbv2.models import ELBv2Backend, FakeAction, FakeLoadBalancer

from rehearsal.aws import addresses
from rehearsal.aws.alb.observe import balancers
from rehearsal.aws.alb.rules import ACTION_TYPES
from rehearsal.aws.patching import replaces

FIRST_NAME: Final = "localhost"
FIRST_ADDRESS: Final = "127.0.0.1"


@replaces(FakeLoadBalancer)
def __init__(original: Any, self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807 (replaces the class's own)
    """Name the first load balancer `localhost` and each other one by a loopback address of its own."""
    original(self, *args, **kwargs)
    used = {balancer.dns_name for balancer in balancers()}
    names = [FIRST_NAME, *(f"127.0.0.{number}" for number in range(2, 255))]
    self.dns_name = next(name for name in names if name not in used)
    self.listen_address = FIRST_ADDRESS if self.dns_name == FIRST_NAME else self.dns_name
    self.source_address = addresses.allocate(self.subnets[0].cidr_block)


@replaces(ELBv2Backend)
def create_load_balancer(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
    subnet_ids = kwargs.get("subnet_ids") or []
    zones = {self.ec2_backend.get_subnet(subnet_id).availability_zone for subnet_id in subnet_ids}
    if kwargs.get("loadbalancer_type") in (None, "application") and len(zones) < 2:
        raise ELBClientError("ValidationError", "At least two subnets in two different Availability Zones must be specified")
    if kwargs.get("scheme") != "internal":
        _require_internet_gateway(self.ec2_backend, subnet_ids)
    return original(self, *args, **kwargs)


def _require_internet_gateway(ec2: Any, subnet_ids: list[str]) -> None:
    """Refuse subnets in a VPC without an internet gateway.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html (InvalidSubnet)
    """
    vpcs_with_gateway = {gateway.vpc.id for gateway in ec2.internet_gateways.values() if gateway.vpc}
    for vpc_id in {ec2.get_subnet(subnet_id).vpc_id for subnet_id in subnet_ids} - vpcs_with_gateway:
        raise ELBClientError("InvalidSubnet", f"VPC {vpc_id} has no internet gateway")


@replaces(ELBv2Backend)
def delete_load_balancer(original: Any, self: Any, arn: str) -> None:
    balancer = self.load_balancers.get(arn)
    if balancer and balancer.attrs.get("deletion_protection.enabled") == "true":
        raise ELBClientError(
            "OperationNotPermitted", f"Load balancer '{arn}' cannot be deleted because deletion protection is enabled"
        )
    original(self, arn)
    if balancer:
        addresses.release(balancer.source_address)


def require_supported(actions: list[FakeAction]) -> None:
    """Refuse the actions that HAProxy cannot perform: authentication by Cognito or OIDC.

    Raises:
        InvalidActionTypeError: An action has another type than ACTION_TYPES.
    """
    for index, action in enumerate(actions, start=1):
        if action.type not in ACTION_TYPES:
            raise InvalidActionTypeError(action.type, index)


@replaces(ELBv2Backend)
def _validate_actions(original: Any, self: Any, actions: list[FakeAction]) -> None:
    require_supported(actions)
    original(self, actions)


@replaces(ELBv2Backend)
def modify_listener(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
    """Validate the actions, which moto does not."""
    require_supported([FakeAction(action) for action in kwargs.get("actions") or []])
    return original(self, *args, **kwargs)
