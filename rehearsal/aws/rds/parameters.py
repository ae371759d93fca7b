"""Translate an RDS parameter group for MySQL to MariaDB's variables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

# {MySQL's name: MariaDB's name} of the parameters that both have with the same meaning.
DYNAMIC: Final = {
    name: name
    for name in (
        "character_set_server",
        "collation_server",
        "connect_timeout",
        "event_scheduler",
        "general_log",
        "innodb_lock_wait_timeout",
        "innodb_print_all_deadlocks",
        "interactive_timeout",
        "local_infile",
        "log_bin_trust_function_creators",
        "log_output",
        "log_queries_not_using_indexes",
        "long_query_time",
        "max_allowed_packet",
        "max_connections",
        "max_connect_errors",
        "net_read_timeout",
        "net_write_timeout",
        "require_secure_transport",
        "slow_query_log",
        "sql_mode",
        "time_zone",
        "wait_timeout",
    )
} | {"transaction_isolation": "tx_isolation"}
STATIC: Final = {name: name for name in ("lower_case_table_names", "performance_schema", "skip_name_resolve")}
# Documented defaults of a family; that of log_output is not documented for mysql8.4:
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/mysql-ssl-connections.require-ssl.html and
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.MySQL.Generallog.html
DEFAULTS: Final = {
    "mysql8.0": {"require_secure_transport": "0", "log_output": "TABLE"},
    "mysql8.4": {"require_secure_transport": "0"},
}
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/MySQL.Concepts.FeatureSupport.html : removed in 8.4
REMOVED_IN_8_4: Final = ("innodb_log_file_size", "innodb_log_files_in_group", "expire_logs_days", "default_authentication_plugin")


@dataclass(frozen=True, kw_only=True)
class ServerParameters:
    """MariaDB's variables by name, and the parameters of the group that MariaDB does not have."""

    dynamic: Mapping[str, str] = field(default_factory=dict)
    static: Mapping[str, str] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()


def translate(group: Mapping[str, Mapping[str, Any]]) -> ServerParameters:
    """Return MariaDB's variables for the parameters of moto's parameter group, by name."""
    dynamic, static, ignored = {}, {}, []
    for name, parameter in group.items():
        value = parameter.get("ParameterValue")
        if value is None:
            continue
        if name in DYNAMIC and not value.startswith("{"):  # a formula over the instance class's memory
            dynamic[DYNAMIC[name]] = _value(name, value)
        elif name in STATIC:
            static[STATIC[name]] = value
        else:
            ignored.append(name)
    return ServerParameters(dynamic=dynamic, static=static, ignored=tuple(ignored))


def is_static(name: str) -> bool:
    """Return whether a change of a parameter needs a reboot."""
    return name in STATIC


def is_unknown(family: str, name: str) -> bool:
    """Return whether a family lacks a parameter that an older family has."""
    return family == "mysql8.4" and (name in REMOVED_IN_8_4 or name.startswith(("slave_", "master_")))


def _value(name: str, value: str) -> str:
    if name == "collation_server" and value.startswith("utf8mb4_0900"):
        return "utf8mb4_bin" if value.endswith("_bin") else "utf8mb4_unicode_520_ci"
    if name == "time_zone" and value == "UTC":
        return "+00:00"  # MariaDB knows zone names only with its time zone tables loaded
    return value
