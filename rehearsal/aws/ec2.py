"""EC2: what moto leaves behind or puts elsewhere than AWS does."""

from __future__ import annotations

from typing import Any

from moto.ec2.models.nat_gateways import NatGatewayBackend
from moto.ec2.models.security_groups import SecurityGroupRule

from .overlay import replaces


@replaces(NatGatewayBackend)
def delete_nat_gateway(stock: Any, self: Any, nat_gateway_id: str) -> Any:
    """A gateway's network interface goes with it; left behind, it would keep its subnet."""
    gateway = stock(self, nat_gateway_id)
    self.delete_network_interface(gateway._eni.id)
    return gateway


def _description(self: SecurityGroupRule) -> str | None:
    """moto has it for address ranges only; Terraform would set it again each time."""
    return self.ip_range.get("Description") or self.source_group.get("Description")


SecurityGroupRule.description = property(_description)  # type: ignore[assignment,method-assign]
