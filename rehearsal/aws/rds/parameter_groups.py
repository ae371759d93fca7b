"""Parameter groups: what RDS refuses of them, and their way into the running servers."""

from __future__ import annotations

from typing import Any

from moto.rds.exceptions import RDSClientError
from moto.rds.models import DBParameterGroup, RDSBackend

from rehearsal.aws.overlay import replaces

from . import instances
from .parameters import is_static, is_unknown


@replaces(DBParameterGroup)
def update_parameters(stock: Any, self: Any, new_parameters: list[dict[str, Any]]) -> None:
    """Parameters that were set say so; Terraform asks for the source."""
    stock(self, [parameter | {"Source": "user"} for parameter in new_parameters])


@replaces(RDSBackend)
def modify_db_parameter_group(
    stock: Any, self: Any, db_parameter_group_name: str, db_parameter_group_parameters: list[dict[str, Any]]
) -> Any:
    known = self.db_parameter_groups.get(db_parameter_group_name)
    for parameter in db_parameter_group_parameters:
        require_settable(known.family if known else "", parameter)
    group = stock(self, db_parameter_group_name, db_parameter_group_parameters)
    for database in self.databases.values():
        if database.db_parameter_group_name == group.name and database.db_instance_identifier in instances.servers:
            instances.apply_parameters(database)
    return group


@replaces(RDSBackend)
def delete_db_parameter_group(stock: Any, self: Any, db_parameter_group_name: str) -> Any:
    users = [d for d in self.databases.values() if d.db_parameter_group_name == db_parameter_group_name]
    if users:
        raise RDSClientError(
            "InvalidDBParameterGroupState",
            f"One or more database instances are still members of this parameter group {db_parameter_group_name}, "
            "so the group cannot be deleted",
        )
    return stock(self, db_parameter_group_name)


def require_settable(family: str, parameter: dict[str, Any]) -> None:
    name = parameter["ParameterName"]
    if is_unknown(family, name):
        raise RDSClientError("InvalidParameterValue", f"Could not find parameter with name: {name}")
    if is_static(name) and parameter.get("ApplyMethod") == "immediate":
        raise RDSClientError(
            "InvalidParameterCombination",
            f"cannot use immediate apply method for static parameter {name}",
        )
