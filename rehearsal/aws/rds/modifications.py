"""Modifications of database instances: immediate ones, and pending ones that are applied later or at maintenance."""

from __future__ import annotations

import logging
import math
import threading
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from moto.rds.exceptions import RDSClientError
from moto.rds.models import DBInstance, RDSBackend, rds_backends

from rehearsal import paths
from rehearsal.aws.patching import replaces, replaces_property
from rehearsal.aws.rds import constraints, instances, orderable, pending
from rehearsal.aws.timing import later

log = logging.getLogger(__name__)

MODIFYING_SECONDS: Final = 3.0
# Modifications that restart the server
RESTARTING: Final = {"db_instance_class", "engine_version"}
_change: Callable[..., Any] = RDSBackend.modify_db_instance
_lock = threading.RLock()


def require_available(database: Any) -> None:
    """Refuse an operation while an instance is being modified.

    Raises:
        RDSClientError: The instance is not available.
    """
    if database.status != "available":
        raise RDSClientError("InvalidDBInstanceState", "Database instance is not in available state.")


def checked(backend: Any, database: Any, request: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a request with the exact engine version and storage.

    Raises:
        RDSClientError: An instance cannot have these values.
    """
    requested = {name: value for name, value in request.items() if value is not None}
    if (version := requested.get("engine_version")) is not None:
        allow_major = bool(requested.get("allow_major_version_upgrade"))
        requested["engine_version"] = _next_version(database, version, allow_major=allow_major)
    current = {name: getattr(database, name, None) for name in ("storage_type", "allocated_storage", "db_instance_class")}
    planned = {name: value for name, value in database.pending.items() if name in current}
    insights = {"enable_performance_insights": database.performance_insights_enabled}
    result = {**current, **planned, **insights, **requested}
    instances.require_valid(result)
    if "allocated_storage" in requested:
        requested["allocated_storage"] = _allowed_storage(int(database.allocated_storage), int(requested["allocated_storage"]))
    version = requested.get("engine_version", database.engine_version)
    if {"engine_version", "db_instance_class"} & set(requested):
        orderable.require_orderable(database.engine, version, result["db_instance_class"], database.region)
    if {"engine_version", "db_parameter_group_name"} & set(requested):
        group = requested.get("db_parameter_group_name", database.db_parameter_group_name)
        instances.require_family(backend, group, orderable.family(database.engine, version))
    return requested


def _allowed_storage(current: int, requested: int) -> int:
    """Return an instance's new storage in GiB: an increase is at least 10 %.

    Source: AllocatedStorage in https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html
    """
    if requested < current:
        raise RDSClientError("InvalidParameterValue", "Requested allocated storage cannot be less than the current one")
    return requested if requested == current else max(requested, math.ceil(current * 1.1))


def _next_version(database: Any, requested: str, *, allow_major: bool) -> str:
    current: str = database.engine_version
    if current == requested or current.startswith(requested + "."):  # a prefix of the current version changes nothing
        return current
    version = orderable.exact_version(database.engine, requested)
    if orderable.numbers(version) < orderable.numbers(current):
        raise RDSClientError(constraints.INVALID_COMBINATION, f"Cannot upgrade {database.engine} from {current} to {version}")
    engine = database.engine
    if orderable.family(engine, version) != orderable.family(engine, current) and not allow_major:
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
        instances.keep_arguments(database, at_once)
        instances.write_logs(database)
        if at_once.get("db_parameter_group_name"):
            associate(database)
        database.pending = pending.merge(database, database.pending, waiting)
        begin(self, database, set(database.pending) if at_once.get("apply_immediately") else {pending.PASSWORD})
    return database


def begin(backend: Any, database: Any, due: Collection[str]) -> None:
    """Apply the pending values that are due after MODIFYING_SECONDS; until then the instance is not available."""
    names = set(due) & set(database.pending)
    if names:
        database.status = "resetting-master-credentials" if names == {pending.PASSWORD} else "modifying"
        later(MODIFYING_SECONDS, lambda: finish(backend, database, names))


def finish(backend: Any, database: Any, names: Collection[str]) -> None:
    """Apply pending values to the record and to the server."""
    with _lock:
        if backend.databases.get(database.db_instance_identifier) is not database:
            return  # the instance was deleted
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
    """Configure the server with a new parameter group, whose parameters, even dynamic ones, take effect at a reboot."""
    database.parameter_apply_status = "pending-reboot"
    instances.servers[database.db_instance_identifier].configure(instances.parameters_of(database))


def maintain(now: datetime | None) -> list[str]:
    """Apply the pending values of instances whose maintenance window is open; without a time, of all instances.

    Returns:
        The identifiers of the instances that are modified.
    """
    changed = []
    for backend in list(rds_backends[paths.ACCOUNT].values()):
        for database in list(backend.databases.values()):
            window = database.preferred_maintenance_window
            is_open = now is None or pending.is_in_window(window, now)
            pending_values = getattr(database, "pending", None)
            if is_open and database.status == "available" and pending_values:
                begin(backend, database, set(pending_values))
                changed.append(database.db_instance_identifier)
    return changed


def maintain_now() -> None:
    """Apply the pending values of instances whose maintenance window is open now."""
    maintain(datetime.now(UTC))


@replaces(RDSBackend)
def reboot_db_instance(original: Any, self: Any, db_instance_identifier: str) -> Any:
    """Restart the server with the parameters that are pending a reboot; pending values stay pending."""
    database = original(self, db_instance_identifier)
    if server := instances.servers.get(database.db_instance_identifier):
        require_available(database)
        server.configure(instances.parameters_of(database))
        server.restart()
        database.parameter_apply_status = "in-sync"
    return database


@replaces_property(DBInstance)
def pending_modified_values(self: Any) -> dict[str, Any]:
    return pending.shown(getattr(self, "pending", {}))


@replaces_property(DBInstance)
def db_parameter_group_status_list(self: Any) -> list[dict[str, Any]]:
    """Return the status of this instance's parameters; moto keeps one status for all instances of a group."""
    status = getattr(self, "parameter_apply_status", "in-sync")
    return [{"DBParameterGroupName": group.name, "ParameterApplyStatus": status} for group in self.db_parameter_groups()]
