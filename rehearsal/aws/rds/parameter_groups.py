"""Parameter groups: RDS's refusals, and the update of the running servers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.core.responses import ActionResult
from moto.rds.exceptions import DBParameterGroupNotFoundError, RDSClientError
from moto.rds.models import DBParameterGroup, RDSBackend
from moto.rds.responses import RDSResponse

from rehearsal.aws.patching import extends, replaces
from rehearsal.aws.rds import instances
from rehearsal.aws.rds.parameters import DEFAULTS, DYNAMIC, is_static, is_unknown, translate


@replaces(DBParameterGroup)
def update_parameters(original: Any, self: Any, new_parameters: list[dict[str, Any]]) -> None:
    """Set the source of each parameter, for which Terraform asks."""
    original(self, [parameter | source_of(self.family or "", parameter) for parameter in new_parameters])


def source_of(family: str, parameter: Mapping[str, Any]) -> dict[str, str]:
    """Return the source that RDS reports for a changed parameter; a value that equals the family's default has none.

    Source: https://github.com/hashicorp/terraform-provider-aws/pull/24737
    """
    if DEFAULTS.get(family, {}).get(parameter["ParameterName"]) == parameter.get("ParameterValue"):
        return {"Source": "system", "ApplyMethod": "pending-reboot"}
    return {"Source": "user"}


@replaces(RDSResponse)
def describe_db_parameters(original: Any, self: Any) -> ActionResult:
    """Answer with the parameters of the requested source only; moto answers with all."""
    result: ActionResult = original(self)
    if source := self.params.get("Source"):
        answer: Any = result._result
        matching = [parameter for parameter in answer["Parameters"] if parameter.get("Source") == source]
        result = ActionResult({"Parameters": matching})
    return result


@replaces(RDSBackend)
def modify_db_parameter_group(
    original: Any, self: Any, db_parameter_group_name: str, db_parameter_group_parameters: list[dict[str, Any]]
) -> Any:
    current = self.db_parameter_groups.get(db_parameter_group_name)
    for parameter in db_parameter_group_parameters:
        require_settable(current.family if current else "", parameter)
    group = original(self, db_parameter_group_name, db_parameter_group_parameters)
    for database in self.databases.values():
        if database.db_parameter_group_name == group.name and database.db_instance_identifier in instances.servers:
            apply(database, group, db_parameter_group_parameters)
    return group


def apply(database: Any, group: Any, changed: list[dict[str, Any]]) -> None:
    """Set the dynamic ones of the changed parameters; static ones and those with `pending-reboot` wait for a reboot."""
    server = instances.servers[database.db_instance_identifier]
    server.configure(instances.parameters_of(database))
    pending = {p["ParameterName"] for p in changed if p.get("ApplyMethod") == "pending-reboot" or is_static(p["ParameterName"])}
    if pending:
        database.parameter_apply_status = "pending-reboot"
    at_once = {name: group.parameters[name] for p in changed if (name := p["ParameterName"]) not in pending}
    variables = translate(at_once).dynamic
    if database.status == "available" and variables:
        server.set_variables(variables)


@replaces(RDSBackend)
def delete_db_parameter_group(original: Any, self: Any, db_parameter_group_name: str) -> Any:
    users = [d for d in self.databases.values() if d.db_parameter_group_name == db_parameter_group_name]
    if users:
        raise RDSClientError(
            "InvalidDBParameterGroupState",
            f"One or more database instances are still members of this parameter group {db_parameter_group_name}, "
            "so the group cannot be deleted",
        )
    return original(self, db_parameter_group_name)


def require_settable(family: str, parameter: dict[str, Any]) -> None:
    """Refuse an unknown parameter, and a static one that is to be applied immediately.

    Raises:
        RDSClientError: The parameter cannot be set like this.
    """
    name = parameter["ParameterName"]
    if is_unknown(family, name):
        raise RDSClientError("InvalidParameterValue", f"Could not find parameter with name: {name}")
    if is_static(name) and parameter.get("ApplyMethod") == "immediate":
        raise RDSClientError(
            "InvalidParameterCombination",
            f"cannot use immediate apply method for static parameter {name}",
        )


@extends(RDSResponse)
class Resets:
    """The operation that resets parameters."""

    def reset_db_parameter_group(self: Any) -> ActionResult:
        """Reset parameters to their family's defaults: dynamic ones immediately, static ones at a reboot."""
        name = self.params["DBParameterGroupName"]
        group = self.backend.db_parameter_groups.get(name)
        if group is None:
            raise DBParameterGroupNotFoundError(name)
        parameters = self.params.get("Parameters") or [{"ParameterName": parameter} for parameter in group.parameters]
        for parameter in parameters:
            require_settable(group.family, parameter)
            group.parameters.pop(parameter["ParameterName"], None)
        for database in self.backend.databases.values():
            if database.db_parameter_group_name == group.name and database.db_instance_identifier in instances.servers:
                reset(database, [parameter["ParameterName"] for parameter in parameters])
        return ActionResult({"DBParameterGroupName": name})


def reset(database: Any, parameters: list[str]) -> None:
    """Reset a server's variables for parameters that were removed from its group."""
    server = instances.servers[database.db_instance_identifier]
    server.configure(instances.parameters_of(database))
    if any(is_static(name) for name in parameters):
        database.parameter_apply_status = "pending-reboot"
    server.reset_variables([DYNAMIC[name] for name in parameters if name in DYNAMIC])
