"""Refuse changes of subnet groups that RDS refuses.

Sources: the errors of https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSubnetGroup.html ,
.../API_ModifyDBSubnetGroup.html and .../API_DeleteDBSubnetGroup.html
"""

from __future__ import annotations

from typing import Any, Final

from moto.rds.exceptions import RDSClientError
from moto.rds.models import RDSBackend

from rehearsal.aws.patching import replaces

MINIMUM_ZONES: Final = 2


def _require_zones(subnets: list[Any]) -> None:
    zones = {subnet.availability_zone for subnet in subnets}
    if len(zones) < MINIMUM_ZONES:
        raise RDSClientError(
            "DBSubnetGroupDoesNotCoverEnoughAZs",
            "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. "
            f"Current AZ coverage: {', '.join(sorted(zones))}. Add subnets to cover at least {MINIMUM_ZONES} AZs.",
        )


def _users(backend: Any, name: str) -> list[str]:
    return [d.db_instance_identifier for d in backend.databases.values() if d._db_subnet_group_name == name]


@replaces(RDSBackend)
def create_subnet_group(original: Any, self: Any, subnet_name: str, *args: Any, **kwargs: Any) -> Any:
    _require_zones(dict(zip(("description", "subnets"), args, strict=False)).get("subnets") or kwargs["subnets"])
    if subnet_name in self.subnet_groups:
        raise RDSClientError("DBSubnetGroupAlreadyExists", f"The DB subnet group '{subnet_name}' already exists.")
    return original(self, subnet_name, *args, **kwargs)


@replaces(RDSBackend)
def modify_db_subnet_group(original: Any, self: Any, subnet_name: str, description: str, subnets: list[Any]) -> Any:
    """Refuse to remove any subnet while the group has an instance; RDS does not document which subnets count as in use."""
    _require_zones(subnets)
    current = {subnet.id for subnet in self.subnet_groups[subnet_name]._subnets} if subnet_name in self.subnet_groups else set()
    removed = current - {subnet.id for subnet in subnets}
    if removed and _users(self, subnet_name):
        raise RDSClientError(
            "SubnetAlreadyInUse", f"Some of the subnets to be deleted are currently in use: {', '.join(sorted(removed))}"
        )
    group = original(self, subnet_name, description, subnets)
    self.subnet_groups[subnet_name] = group  # moto does not store it
    return group


@replaces(RDSBackend)
def delete_subnet_group(original: Any, self: Any, subnet_name: str) -> Any:
    if users := _users(self, subnet_name):
        raise RDSClientError(
            "InvalidDBSubnetGroupStateFault",
            f"Cannot delete the subnet group '{subnet_name}' because at least one database instance: {users[0]} "
            "is still using it.",
        )
    return original(self, subnet_name)
