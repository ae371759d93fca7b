"""Corrections of moto's EC2: network interfaces of NAT gateways, descriptions of security group rules."""

from __future__ import annotations

from typing import Any

from moto.ec2.models.nat_gateways import NatGatewayBackend
from moto.ec2.models.security_groups import SecurityGroupRule

from rehearsal.aws.patching import replaces, replaces_property


@replaces(NatGatewayBackend)
def delete_nat_gateway(original: Any, self: Any, nat_gateway_id: str) -> Any:
    """Delete a gateway's network interface too, which would block the deletion of its subnet, and disassociate its address.

    Source: https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-working-with.html , "Delete a NAT gateway"
    """
    gateway = original(self, nat_gateway_id)
    for association in (address.get("associationId") for address in gateway.address_set):
        if association:
            self.disassociate_address(association_id=association)
    self.delete_network_interface(gateway._eni.id)
    return gateway


@replaces_property(SecurityGroupRule)
def description(self: SecurityGroupRule) -> str | None:
    """Return the description of any rule; moto knows it for address ranges only, so Terraform would set it at each run."""
    text: str | None = self.ip_range.get("Description") or self.source_group.get("Description")
    return text
