"""Changes of database instances: some at once, most after a while as `modifying`, or in the maintenance window."""

from __future__ import annotations

import logging
import math
import threading
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from moto.rds.exceptions import RDSClientError
from moto.rds.models import DBInstance, RDSBackend, rds_backends

from rehearsal import paths
from rehearsal.aws.overlay import replaces
from rehearsal.aws.timing import later

from . import constraints, instances, orderable, pending

log = logging.getLogger(__name__)

MODIFYING_SECONDS = 3.0
# Changes that restart the server
RESTARTING = {"db_instance_class", "engine_version"}
_change: Callable[..., Any] = RDSBackend.modify_db_instance
_lock = threading.RLock()


def require_available(database: Any) -> None:
    """Raise RDSClientError while an instance is being changed, or is stopped."""
    if database.status != "available":
        raise RDSClientError("InvalidDBInstanceState", "Database instance is not in available state.")


def checked(backend: Any, database: Any, request: Mapping[str, Any]) -> dict[str, Any]:
    """Return a request with its exact engine version; raise RDSClientError if the instance could not be so."""
    wanted = {name: value for name, value in request.items() if value is not None}
    if (version := wanted.get("engine_version")) is not None:
        wanted["engine_version"] = _next_version(database, version, allow_major=bool(wanted.get("allow_major_version_upgrade")))
    held = {name: getattr(database, name, None) for name in ("storage_type", "allocated_storage", "db_instance_class")}
    planned = {name: value for name, value in database.pending.items() if name in held}
    insights = {"enable_performance_insights": database.performance_insights_enabled}
    after = {**held, **planned, **insights, **wanted}
    instances.require_valid(after)
    if "allocated_storage" in wanted:
        wanted["allocated_storage"] = _allowed_space(int(database.allocated_storage), int(wanted["allocated_storage"]))
    version = wanted.get("engine_version", database.engine_version)
    if {"engine_version", "db_instance_class"} & set(wanted):
        orderable.require_orderable(database.engine, version, after["db_instance_class"], database.region)
    if {"engine_version", "db_parameter_group_name"} & set(wanted):
        group = wanted.get("db_parameter_group_name", database.db_parameter_group_name)
        instances.require_family(backend, group, orderable.family(database.engine, version))
    return wanted


def _allowed_space(held: int, wanted: int) -> int:
    """Return the storage that an instance gets: more than before is at least 10 % more.

    Source: AllocatedStorage in https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html
    """
    if wanted < held:
        raise RDSClientError("InvalidParameterValue", "Requested allocated storage cannot be less than the current one")
    return wanted if wanted == held else max(wanted, math.ceil(held * 1.1))


def _next_version(database: Any, wanted: str, *, allow_major: bool) -> str:
    held: str = database.engine_version
    if held == wanted or held.startswith(wanted + "."):  # a prefix asks for nothing that is not there
        return held
    version = orderable.exact_version(database.engine, wanted)
    if orderable.numbers(version) < orderable.numbers(held):
        raise RDSClientError(constraints.INVALID_COMBINATION, f"Cannot upgrade {database.engine} from {held} to {version}")
    engine = database.engine
    if orderable.family(engine, version) != orderable.family(engine, held) and not allow_major:
        raise RDSClientError(
            constraints.INVALID_COMBINATION,
            "The AllowMajorVersionUpgrade flag must be present when upgrading to a new major version.",
        )
    return version


@replaces(RDSBackend)
def modify_db_instance(original: Any, self: Any, db_instance_identifier: str, db_kwargs: Mapping[str, Any]) -> Any:
    database = self.describe_db_instances(db_instance_identifier)[0]
    if database.db_instance_identifier not in instances.servers:
        return original(self, db_instance_identifier, db_kwargs)
    with _lock:
        require_available(database)
        at_once, waiting = pending.split(database, checked(self, database, db_kwargs))
        original(self, db_instance_identifier, at_once)
        instances.remember(database, at_once)
        instances.write_logs(database)
        if at_once.get("db_parameter_group_name"):
            associate(database)
        database.pending = pending.merge(database, database.pending, waiting)
        begin(self, database, set(database.pending) if at_once.get("apply_immediately") else {pending.PASSWORD})
    return database


def begin(backend: Any, database: Any, due: Collection[str]) -> None:
    """Apply the due ones of an instance's pending values after a while, during which the instance is not available."""
    names = set(due) & set(database.pending)
    if names:
        database.status = "resetting-master-credentials" if names == {pending.PASSWORD} else "modifying"
        later(MODIFYING_SECONDS, lambda: finish(backend, database, names))


def finish(backend: Any, database: Any, names: Collection[str]) -> None:
    """Apply pending values, to the record and to the server."""
    with _lock:
        if backend.databases.get(database.db_instance_identifier) is not database:
            return  # deleted meanwhile
        values = {name: database.pending.pop(name) for name in names if name in database.pending}
        try:
            _apply(backend, database, values)
        except Exception:
            log.exception("rds %s: %s could not be applied", database.db_instance_identifier, ", ".join(values))
        database.status = "available"


def _apply(backend: Any, database: Any, values: dict[str, Any]) -> None:
    old_identifier, old_name = database.db_instance_identifier, database.address
    server = instances.servers[old_identifier]
    password = values.get(pending.PASSWORD)
    _change(backend, old_identifier, values)
    if password:
        server.set_password(database.master_username, password)
    if RESTARTING & set(values):
        server.restart()
    if database.address != old_name:
        instances.servers[database.db_instance_identifier] = instances.servers.pop(old_identifier)
        instances.hosts.remove(old_name)
        instances.hosts.set(database.address, server.address)


def associate(database: Any) -> None:
    """Let a new parameter group wait: its parameters count after a reboot, the dynamic ones among them."""
    database.parameter_apply_status = "pending-reboot"
    instances.servers[database.db_instance_identifier].configure(instances.parameters_of(database))


def maintain(now: datetime | None) -> list[str]:
    """Apply what waits for a maintenance window that is open; without a time, as if every window were open."""
    changed = []
    for backend in list(rds_backends[paths.ACCOUNT].values()):
        for database in list(backend.databases.values()):
            window = database.preferred_maintenance_window
            is_open = now is None or pending.is_in_window(window, now)
            if is_open and database.status == "available" and getattr(database, "pending", None):
                begin(backend, database, set(database.pending))
                changed.append(database.db_instance_identifier)
    return changed


def maintain_now() -> None:
    """Apply what waits for a window that is open at this time."""
    maintain(datetime.now(UTC))


@replaces(RDSBackend)
def reboot_db_instance(original: Any, self: Any, db_instance_identifier: str) -> Any:
    """A reboot applies the parameters that wait for it, and no pending value."""
    database = original(self, db_instance_identifier)
    if server := instances.servers.get(database.db_instance_identifier):
        require_available(database)
        server.configure(instances.parameters_of(database))
        server.restart()
        database.parameter_apply_status = "in-sync"
    return database


def _pending_modified_values(self: Any) -> dict[str, Any]:
    return pending.shown(getattr(self, "pending", {}))


def _parameter_group_status(self: Any) -> list[dict[str, Any]]:
    """moto keeps the status with the group, which may have several users."""
    status = getattr(self, "parameter_apply_status", "in-sync")
    return [{"DBParameterGroupName": group.name, "ParameterApplyStatus": status} for group in self.db_parameter_groups()]


DBInstance.pending_modified_values = property(_pending_modified_values)
DBInstance.db_parameter_group_status_list = property(_parameter_group_status)
