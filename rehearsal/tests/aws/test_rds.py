from pathlib import Path
from typing import Any

import pytest
from moto.rds.exceptions import RDSClientError

from rehearsal.aws import addresses
from rehearsal.aws.rds import constraints
from rehearsal.aws.rds.names import HostsFile, endpoint
from rehearsal.aws.rds.parameter_groups import require_settable
from rehearsal.aws.rds.parameters import translate
from rehearsal.aws.rds.server import literal, option_file, quote

GOOD = {
    "engine_version": "8.4",
    "db_instance_class": "db.m7g.large",
    "storage_type": "gp3",
    "allocated_storage": 100,
    "master_username": "slipway",
    "master_user_password": "Str0ng-enough",
    "monitoring_interval": 60,
    "backup_retention_period": 7,
    "enable_performance_insights": True,
    "performance_insights_retention_period": 7,
    "enable_cloudwatch_logs_exports": ["error", "slowquery"],
}


def test_a_valid_instance_breaks_no_constraint() -> None:
    assert constraints.broken(GOOD) == []


@pytest.mark.parametrize(
    "change",
    [
        {"iops": 3000},
        {"storage_throughput": 125},
        {"allocated_storage": 10},
        {"master_user_password": "short"},
        {"master_user_password": "with/slash-in-it"},
        {"master_user_password": "with@at-sign"},
        {"master_user_password": "with space in"},
        {"master_user_password": "x" * 42},
        {"master_username": "rdsadmin"},
        {"master_username": "1st"},
        {"db_name": "with-hyphen"},
        {"db_instance_class": "db.t4g.micro"},
        {"db_instance_class": "db.t3.small"},
        {"performance_insights_retention_period": 30},
        {"monitoring_interval": 20},
        {"backup_retention_period": 36},
        {"enable_cloudwatch_logs_exports": ["slow"]},
    ],
    ids=str,
)
def test_an_invalid_value_breaks_exactly_one_constraint(change: Any) -> None:
    assert len(constraints.broken({**GOOD, **change})) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"iops": 12000, "allocated_storage": 400},
        {"db_instance_class": "db.t4g.medium"},
        {"db_instance_class": "db.t4g.micro", "enable_performance_insights": False},
        {"master_user_password": "8 chars!".replace(" ", "-")},
        {"performance_insights_retention_period": 731},
        {"backup_retention_period": 0},
    ],
    ids=str,
)
def test_a_valid_value_breaks_no_constraint(change: Any) -> None:
    assert constraints.broken({**GOOD, **change}) == []


def test_every_constraint_has_a_source_in_the_documentation() -> None:
    assert all(constraint.source.startswith("https://docs.aws.amazon.com/") for constraint in constraints.CONSTRAINTS)


def group(**values: Any) -> dict[str, Any]:
    return {name: {"ParameterName": name, "ParameterValue": value} for name, value in values.items()}


def test_parameters_are_translated_to_mariadb_and_unknown_ones_are_listed() -> None:
    parameters = translate(
        group(
            require_secure_transport="1",
            transaction_isolation="READ-COMMITTED",
            collation_server="utf8mb4_0900_ai_ci",
            time_zone="UTC",
            performance_schema="1",
            max_connections="{DBInstanceClassMemory/12582880}",
            innodb_redo_log_capacity="100",
        )
    )
    assert parameters.dynamic == {
        "require_secure_transport": "1",
        "tx_isolation": "READ-COMMITTED",
        "collation_server": "utf8mb4_unicode_520_ci",
        "time_zone": "+00:00",
    }
    assert parameters.static == {"performance_schema": "1"}
    assert parameters.ignored == ("max_connections", "innodb_redo_log_capacity")


def test_a_groups_parameters_are_in_the_servers_option_file() -> None:
    text = option_file(Path("/x"), "10.0.0.9", 3306, translate(group(require_secure_transport="1", performance_schema="0")))
    assert {"require_secure_transport=1", "performance_schema=0", "bind-address=10.0.0.9"} <= set(text.splitlines())


def test_a_static_parameter_cannot_be_applied_immediately() -> None:
    require_settable("mysql8.4", {"ParameterName": "performance_schema", "ApplyMethod": "pending-reboot"})
    with pytest.raises(RDSClientError, match="immediate"):
        require_settable("mysql8.4", {"ParameterName": "performance_schema", "ApplyMethod": "immediate"})


def test_a_parameter_that_mysql_8_4_removed_is_unknown() -> None:
    require_settable("mysql8.0", {"ParameterName": "innodb_log_file_size"})
    for name in ("innodb_log_file_size", "slave_parallel_workers"):
        with pytest.raises(RDSClientError, match="Could not find"):
            require_settable("mysql8.4", {"ParameterName": name})


def test_a_password_is_quoted_for_sql() -> None:
    assert quote("a'; DROP USER x; --\\") == "'a\\'; DROP USER x; --\\\\'"
    assert literal("1.5") == "1.5"
    assert literal("READ-COMMITTED") == "'READ-COMMITTED'"


def test_an_endpoint_has_one_hash_per_account_and_region() -> None:
    first, second = endpoint("a", "123456789012", "eu-west-1"), endpoint("b", "123456789012", "eu-west-1")
    assert first.split(".", 1)[1] == second.split(".", 1)[1]
    assert first != endpoint("a", "123456789012", "eu-west-2")
    assert first.startswith("a.")
    assert first.endswith(".eu-west-1.rds.amazonaws.com")


def test_the_hosts_file_always_holds_all_names(tmp_path: Path) -> None:
    hosts = HostsFile(tmp_path / "hosts")
    hosts.set("a.example", "10.0.0.1")
    hosts.set("b.example", "10.0.0.2")
    assert hosts.path.read_text() == "10.0.0.1 a.example\n10.0.0.2 b.example\n"
    hosts.remove("a.example")
    assert hosts.path.read_text() == "10.0.0.2 b.example\n"


def test_addresses_come_from_the_top_of_the_subnet_without_the_reserved_ones() -> None:
    assert addresses.choose("10.0.1.0/24", ()) == "10.0.1.254"
    assert addresses.choose("10.0.1.0/24", {"10.0.1.254"}) == "10.0.1.253"
    usable: set[str] = set()
    while len(usable) < 11:
        usable.add(addresses.choose("10.0.1.0/28", usable))
    assert usable == {f"10.0.1.{n}" for n in range(4, 15)}
    with pytest.raises(ValueError, match="no free address"):
        addresses.choose("10.0.1.0/28", usable)
