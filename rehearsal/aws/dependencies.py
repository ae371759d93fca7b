"""Refuse to delete EC2 resources that are in use; moto checks only some uses.

Source: DependencyViolation in https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from moto.ec2.exceptions import DependencyViolationError, EC2ClientError
from moto.ec2.models.elastic_ip_addresses import ElasticAddressBackend
from moto.ec2.models.internet_gateways import InternetGatewayBackend
from moto.ec2.models.security_groups import SecurityGroupBackend
from moto.ec2.models.subnets import SubnetBackend
from moto.ec2.models.vpcs import VPCBackend
from moto.eks.models import eks_backends
from moto.elbv2.models import elbv2_backends
from moto.rds.models import rds_backends

from rehearsal.aws.patching import replaces


def _service_interfaces(backend: Any) -> Iterator[tuple[str, set[str], set[str]]]:
    """Yield the name, subnets and security groups of each resource whose network interfaces moto does not create."""
    account, region = backend.account_id, backend.region_name
    for balancer in elbv2_backends[account][region].load_balancers.values():
        yield f"load balancer {balancer.name}", {subnet.id for subnet in balancer.subnets}, set(balancer.security_groups)
    for cluster in eks_backends[account][region].clusters.values():
        vpc = cluster.resources_vpc_config
        groups = {*(vpc.get("securityGroupIds") or []), vpc.get("clusterSecurityGroupId", "")}
        yield f"cluster {cluster.name}", set(vpc["subnetIds"]), groups
    for database in rds_backends[account][region].databases.values():
        group = getattr(database, "db_subnet_group", None)
        subnets = {subnet.id for subnet in group._subnets} if group else set()
        yield f"database {database.db_instance_identifier}", subnets, set(database.vpc_security_group_ids)


def users_of_subnet(backend: Any, subnet_id: str) -> list[str]:
    """Return the names of the resources with a network interface in a subnet."""
    interfaces = [eni.id for eni in backend.enis.values() if eni.subnet.id == subnet_id]
    return interfaces + [name for name, subnets, _ in _service_interfaces(backend) if subnet_id in subnets]


def users_of_group(backend: Any, group_id: str) -> list[str]:
    """Return the names of the resources that use a security group, and the IDs of the groups whose rules refer to it."""
    interfaces = [eni.id for eni in backend.enis.values() if group_id in {group.id for group in eni.group_set}]
    groups = [group for groups_of_vpc in backend.groups.values() for group in groups_of_vpc.values() if group.id != group_id]
    referring = [group.id for group in groups if group_id in _referenced_groups(group)]
    return interfaces + referring + [name for name, _, used in _service_interfaces(backend) if group_id in used]


def _referenced_groups(group: Any) -> set[str]:
    return {rule.source_group.get("GroupId", "") for rule in (*group.ingress_rules, *group.egress_rules) if rule.source_group}


@replaces(SubnetBackend)
def delete_subnet(original: Any, self: Any, subnet_id: str) -> Any:
    if users := users_of_subnet(self, subnet_id):
        message = f"The subnet '{subnet_id}' has dependencies and cannot be deleted."
        raise DependencyViolationError(f"{message} ({', '.join(users)})")
    return original(self, subnet_id)


@replaces(SecurityGroupBackend)
def delete_security_group(original: Any, self: Any, name: str | None = None, group_id: str | None = None) -> Any:
    if group_id and (users := users_of_group(self, group_id)):
        raise DependencyViolationError(f"resource {group_id} has a dependent object ({', '.join(users)})")
    return original(self, name, group_id)


@replaces(InternetGatewayBackend)
def detach_internet_gateway(original: Any, self: Any, internet_gateway_id: str, vpc_id: str) -> None:
    """Refuse to detach while the VPC has public addresses: those of NAT gateways and internet-facing load balancers."""
    gateways = [g.id for g in self.nat_gateways.values() if g.vpc_id == vpc_id and g.state != "deleted"]
    balancers = elbv2_backends[self.account_id][self.region_name].load_balancers.values()
    public = [b.name for b in balancers if b.vpc_id == vpc_id and b.scheme == "internet-facing"]
    if users := gateways + public:
        message = f"Network {vpc_id} has some mapped public address(es). Please unmap those public address(es) before detaching"
        raise DependencyViolationError(f"{message} the gateway. ({', '.join(users)})")
    original(self, internet_gateway_id, vpc_id)


@replaces(VPCBackend)
def delete_vpc(original: Any, self: Any, vpc_id: str) -> Any:
    gateways = [gateway.id for gateway in self.internet_gateways.values() if gateway.vpc and gateway.vpc.id == vpc_id]
    groups = [group.id for group in self.groups.get(vpc_id, {}).values() if group.name != "default"]
    if gateways + groups:
        message = f"The vpc '{vpc_id}' has dependencies and cannot be deleted."
        raise DependencyViolationError(f"{message} ({', '.join(gateways + groups)})")
    return original(self, vpc_id)


@replaces(ElasticAddressBackend)
def release_address(original: Any, self: Any, address: str | None = None, allocation_id: str | None = None) -> None:
    used = [g.id for g in self.nat_gateways.values() if g.state != "deleted" and allocation_id in _allocations(g)]
    if allocation_id and used:
        raise EC2ClientError("InvalidIPAddress.InUse", f"Address {allocation_id} is in use by {', '.join(used)}.")
    original(self, address, allocation_id)


def _allocations(gateway: Any) -> set[str]:
    return {address.get("allocationId", "") for address in gateway.address_set}
