"""Pending values: the modifications of a database instance that wait for its maintenance window.

Source: the text of each parameter in https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

# {parameter of the request: its name in PendingModifiedValues}
DEFERRED: Final = {
    "allocated_storage": "AllocatedStorage",
    "backup_retention_period": "BackupRetentionPeriod",
    "ca_certificate_identifier": "CACertificateIdentifier",
    "db_instance_class": "DBInstanceClass",
    "db_subnet_group_name": "DBSubnetGroupName",
    "engine_version": "EngineVersion",
    "iops": "Iops",
    "license_model": "LicenseModel",
    "multi_az": "MultiAZ",
    "new_db_instance_identifier": "DBInstanceIdentifier",
    "storage_throughput": "StorageThroughput",
    "storage_type": "StorageType",
}
PASSWORD: Final = "master_user_password"  # noqa: S105  # the name of a parameter
# The password as PendingModifiedValues shows it
MASKED: Final = "****"
DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTES_OF_DAY: Final = 24 * 60


def current_value(database: Any, name: str) -> Any:
    """Return an instance's current value for a parameter of a request."""
    if name == "new_db_instance_identifier":
        return database.db_instance_identifier
    if name == "db_subnet_group_name":
        return database._db_subnet_group_name
    return getattr(database, name, None)


def is_deferred(database: Any, name: str, value: Any) -> bool:
    """Return whether the new value of a parameter waits for the maintenance window."""
    if name == "backup_retention_period":  # a change between two values above 0 is applied as soon as possible
        return bool(database.backup_retention_period) != bool(int(value))
    return name in DEFERRED


def split(database: Any, request: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the values of a request that are applied immediately, and those that become pending values."""
    at_once: dict[str, Any] = {}
    waiting: dict[str, Any] = {}
    for name, value in request.items():
        if value is None:
            continue
        if name == PASSWORD or is_deferred(database, name, value):
            waiting[name] = value
        else:
            at_once[name] = value
    return at_once, waiting


def merge(database: Any, pending: Mapping[str, Any], waiting: Mapping[str, Any]) -> dict[str, Any]:
    """Return the pending values after a request: a request for an instance's current value cancels the pending value."""
    merged = {**pending, **waiting}
    return {name: value for name, value in merged.items() if name == PASSWORD or str(value) != str(current_value(database, name))}


def shown(pending: Mapping[str, Any]) -> dict[str, Any]:
    """Return PendingModifiedValues in the API's format."""
    values = {DEFERRED[name]: value for name, value in pending.items() if name in DEFERRED}
    return values | ({"MasterUserPassword": MASKED} if PASSWORD in pending else {})


def _minute(text: str) -> int:
    day, hours, minutes = text.split(":")
    return DAYS.index(day) * MINUTES_OF_DAY + int(hours) * 60 + int(minutes)


def is_in_window(window: str, now: datetime) -> bool:
    """Return whether a time in UTC is in a maintenance window such as `sun:23:30-mon:00:30`."""
    start, end = (_minute(text) for text in window.lower().split("-"))
    minute = now.weekday() * MINUTES_OF_DAY + now.hour * 60 + now.minute
    return start <= minute < end if start <= end else minute >= start or minute < end
