"""EC2: what moto leaves behind or puts elsewhere than AWS does."""

from __future__ import annotations

from typing import Any

from moto.ec2.models.nat_gateways import NatGatewayBackend

from .overlay import replaces


@replaces(NatGatewayBackend)
def delete_nat_gateway(stock: Any, self: Any, nat_gateway_id: str) -> Any:
    """A gateway's network interface goes with it; left behind, it would keep its subnet."""
    gateway = stock(self, nat_gateway_id)
    for interface in list(self.enis.values()):
        if interface.description == f"Interface for NAT Gateway {nat_gateway_id}" or interface.id == gateway._eni.id:
            self.enis.pop(interface.id)
    return gateway
