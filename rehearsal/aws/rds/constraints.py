"""Constraints of RDS for MySQL that moto does not check: a table of rule, error and source."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

Request = Mapping[str, Any]
INVALID_VALUE: Final = "InvalidParameterValue"
INVALID_COMBINATION: Final = "InvalidParameterCombination"
MINIMUM_GIB: Final = 20
STRIPED_GIB: Final = 400
CLASSES_WITHOUT_INSIGHTS: Final = re.compile(r"db\.t[234]g?\.(micro|small)$")
LOG_TYPES: Final = {"audit", "error", "general", "slowquery", "iam-db-auth-error"}
RESERVED_USERS: Final = {"rdsadmin", "root", "mysql", "rdsrepladmin"}


@dataclass(frozen=True, kw_only=True)
class Constraint:
    """A rule on the arguments of an instance; `is_broken` gets the arguments as they would be after the call."""

    is_broken: Callable[[Request], bool]
    code: str
    message: str
    source: str


def _has(request: Request, *names: str) -> bool:
    return any(request.get(name) not in (None, "", 0, False) for name in names)


def _size(request: Request) -> int:
    return int(request.get("allocated_storage") or 0)


def _bad_password(request: Request) -> bool:
    password = request.get("master_user_password")
    return password is not None and not re.fullmatch(r"(?![^/\"@]*[/\"@ ])[\x21-\x7e]{8,41}", password)


def _bad_user(request: Request) -> bool:
    name = request.get("master_username")
    return name is not None and (not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,15}", name) or name in RESERVED_USERS)


DATABASE: Final = "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html"
STORAGE: Final = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html"
CONSTRAINTS: Final = (
    Constraint(
        is_broken=_bad_password,
        code=INVALID_VALUE,
        message="The parameter MasterUserPassword is not a valid password. "
        "Only printable ASCII characters besides '/', '@', '\"', ' ' may be used, 8 to 41 of them.",
        source=DATABASE,
    ),
    Constraint(
        is_broken=_bad_user,
        code=INVALID_VALUE,
        message="MasterUsername must be 1 to 16 letters, numbers or underscores, begin with a letter, and not be reserved.",
        source=DATABASE,
    ),
    Constraint(
        is_broken=lambda r: _has(r, "db_name") and not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,63}", r["db_name"]),
        code=INVALID_VALUE,
        message="DBName must begin with a letter and contain only alphanumeric characters.",
        source=DATABASE,
    ),
    Constraint(
        is_broken=lambda r: r.get("storage_type") == "gp3" and 0 < _size(r) < MINIMUM_GIB,
        code=INVALID_VALUE,
        message="Invalid storage size for engine name mysql and storage type gp3: 20 GiB is the least",
        source=STORAGE,
    ),
    Constraint(
        is_broken=lambda r: (
            r.get("storage_type") == "gp3" and 0 < _size(r) < STRIPED_GIB and _has(r, "iops", "storage_throughput")
        ),
        code=INVALID_COMBINATION,
        message="You can't specify IOPS or storage throughput for engine mysql and a storage size less than 400.",
        source=STORAGE,
    ),
    Constraint(
        is_broken=lambda r: (
            _has(r, "enable_performance_insights") and bool(CLASSES_WITHOUT_INSIGHTS.match(r.get("db_instance_class") or ""))
        ),
        code=INVALID_COMBINATION,
        message="Performance Insights not supported for this configuration.",
        source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DatabaseInsights.Engines.html",
    ),
    Constraint(
        is_broken=lambda r: (
            _has(r, "enable_performance_insights")
            and r.get("performance_insights_retention_period") is not None
            and int(r["performance_insights_retention_period"]) not in {7, 731, *(31 * n for n in range(1, 24))}
        ),
        code=INVALID_VALUE,
        message="Invalid Performance Insights retention period: 7, month * 31, or 731 days",
        source=DATABASE,
    ),
    Constraint(
        is_broken=lambda r: int(r.get("monitoring_interval") or 0) not in {0, 1, 5, 10, 15, 30, 60},
        code=INVALID_VALUE,
        message="MonitoringInterval must be one of 0, 1, 5, 10, 15, 30, 60",
        source=DATABASE,
    ),
    Constraint(
        is_broken=lambda r: not 0 <= int(r.get("backup_retention_period") or 0) <= 35,
        code=INVALID_VALUE,
        message="Invalid backup retention period. Retention period must be between 0 and 35.",
        source=DATABASE,
    ),
    Constraint(
        is_broken=lambda r: not set(r.get("enable_cloudwatch_logs_exports") or []) <= LOG_TYPES,
        code=INVALID_COMBINATION,
        message="You cannot use the log types: MySQL has audit, error, general, slowquery, iam-db-auth-error",
        source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.MySQLDB.PublishtoCloudWatchLogs.html",
    ),
)


def broken(request: Request) -> list[Constraint]:
    """Return the constraints that a MySQL instance with these arguments would break."""
    return [constraint for constraint in CONSTRAINTS if constraint.is_broken(request)]
