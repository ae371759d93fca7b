"""Modifications of a database instance: immediate ones, and those that wait for the maintenance window or a reboot."""

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from rehearsal.aws.rds import instances, modifications, pending
from rehearsal.aws.rds.names import HostsFile

NAME = "shop"


class Server:
    """A stand-in for a database server that records the calls of its methods."""

    address = "10.0.0.9"

    def __init__(self) -> None:
        self.calls: defaultdict[str, list[Any]] = defaultdict(list)

    def __getattr__(self, name: str) -> Any:
        return lambda *arguments: self.calls[name].append(arguments)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    server: Any = Server()
    monkeypatch.setattr(instances, "_start_server", lambda database: instances.servers.update({NAME: server}))
    monkeypatch.setattr(instances, "servers", {})
    monkeypatch.setattr(instances, "hosts", HostsFile(tmp_path / "hosts"))
    return server


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return the delayed modifications; `jobs.pop()()` applies one."""
    delayed = []
    monkeypatch.setattr(modifications, "later", lambda seconds, work: delayed.append(work))
    return delayed


@pytest.fixture
def rds(account: Callable[[str], Any], server: Any, jobs: Any) -> Any:
    client = account("rds")
    for group in ("first", "second"):
        client.create_db_parameter_group(DBParameterGroupName=group, DBParameterGroupFamily="mysql8.4", Description="t")
    client.create_db_instance(
        DBInstanceIdentifier=NAME,
        Engine="mysql",
        EngineVersion="8.4.6",
        DBInstanceClass="db.m7g.large",
        AllocatedStorage=20,
        StorageType="gp3",
        MasterUsername="slipway",
        MasterUserPassword="Str0ng-enough",
        DBParameterGroupName="first",
        BackupRetentionPeriod=7,
        PreferredBackupWindow="01:00-02:00",
        PreferredMaintenanceWindow="sun:03:00-sun:04:00",
    )
    return client


def describe(rds: Any) -> Any:
    return rds.describe_db_instances(DBInstanceIdentifier=NAME)["DBInstances"][0]


def modify(rds: Any, *, at_once: Any, **change: Any) -> Any:
    return rds.modify_db_instance(DBInstanceIdentifier=NAME, ApplyImmediately=at_once, **change)["DBInstance"]


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("DBInstanceClass", "db.m7g.xlarge"),
        ("MultiAZ", True),
        ("AllocatedStorage", 40),
        ("StorageType", "gp2"),
        ("EngineVersion", "8.4.8"),
        ("BackupRetentionPeriod", 0),
    ],
)
def test_a_deferred_change_waits_for_the_maintenance_window(rds: Any, jobs: Any, parameter: str, value: Any) -> None:
    before = describe(rds)[parameter]
    modify(rds, at_once=False, **{parameter: value})
    assert not jobs
    assert describe(rds)[parameter] == before
    assert describe(rds)["PendingModifiedValues"] == {parameter: value}
    assert modifications.maintain(None) == [NAME]
    assert describe(rds)["DBInstanceStatus"] == "modifying"
    jobs.pop()()
    assert describe(rds)[parameter] == value
    assert describe(rds)["DBInstanceStatus"] == "available"
    assert not describe(rds).get("PendingModifiedValues")


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("BackupRetentionPeriod", 9),
        ("PreferredBackupWindow", "05:00-06:00"),
        ("DeletionProtection", True),
        ("CopyTagsToSnapshot", True),
    ],
)
def test_a_change_that_rds_never_defers_is_applied_immediately(rds: Any, jobs: Any, parameter: str, value: Any) -> None:
    modify(rds, at_once=False, **{parameter: value})
    assert describe(rds)[parameter] == value
    assert not describe(rds).get("PendingModifiedValues")
    assert not jobs


def test_apply_immediately_applies_earlier_pending_changes_too(rds: Any, jobs: Any, server: Any) -> None:
    modify(rds, at_once=False, MultiAZ=True)
    modify(rds, at_once=True, DBInstanceClass="db.m7g.xlarge")
    assert describe(rds)["DBInstanceStatus"] == "modifying"
    assert describe(rds)["DBInstanceClass"] == "db.m7g.large"
    with pytest.raises(ClientError, match="InvalidDBInstanceState"):
        modify(rds, at_once=True, DBInstanceClass="db.m7g.2xlarge")
    jobs.pop()()
    assert (describe(rds)["DBInstanceClass"], describe(rds)["MultiAZ"]) == ("db.m7g.xlarge", True)
    assert server.calls["restart"], "a new class restarts the server"


def test_a_request_for_the_current_value_cancels_a_pending_change(rds: Any) -> None:
    modify(rds, at_once=False, DBInstanceClass="db.m7g.xlarge")
    modify(rds, at_once=False, DBInstanceClass="db.m7g.large")
    assert not describe(rds).get("PendingModifiedValues")


def test_a_new_password_is_applied_soon_even_if_other_changes_are_deferred(rds: Any, jobs: Any, server: Any) -> None:
    modify(rds, at_once=False, MasterUserPassword="An0ther-one", DBInstanceClass="db.m7g.xlarge")
    shown = describe(rds)
    assert shown["DBInstanceStatus"] == "resetting-master-credentials"
    assert shown["PendingModifiedValues"] == {"MasterUserPassword": "****", "DBInstanceClass": "db.m7g.xlarge"}
    assert not server.calls["set_password"]
    jobs.pop()()
    assert server.calls["set_password"] == [("slipway", "An0ther-one")]
    assert describe(rds)["PendingModifiedValues"] == {"DBInstanceClass": "db.m7g.xlarge"}


def test_a_new_identifier_is_deferred_and_changes_the_endpoint(rds: Any, jobs: Any) -> None:
    old = describe(rds)["Endpoint"]["Address"]
    modify(rds, at_once=False, NewDBInstanceIdentifier="market")
    assert describe(rds)["Endpoint"]["Address"] == old
    modifications.maintain(None)
    jobs.pop()()
    assert rds.describe_db_instances(DBInstanceIdentifier="market")["DBInstances"][0]["Endpoint"]["Address"] != old


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"EngineVersion": "8.4.5"}, "Cannot upgrade mysql"),
        ({"EngineVersion": "9.9"}, "Cannot find version"),
        ({"DBInstanceClass": "db.m99.large"}, "Invalid DB Instance class"),
        ({"AllocatedStorage": 10}, "storage"),
    ],
)
def test_an_invalid_change_is_refused_and_leaves_nothing_pending(rds: Any, jobs: Any, change: Any, error: str) -> None:
    with pytest.raises(ClientError, match=error):
        modify(rds, at_once=True, **change)
    assert not describe(rds).get("PendingModifiedValues")
    assert not jobs


def test_a_prefix_of_the_current_version_is_no_change(rds: Any, jobs: Any) -> None:
    modify(rds, at_once=True, EngineVersion="8.4")
    assert not jobs
    assert describe(rds)["EngineVersion"] == "8.4.6"


def test_storage_grows_by_at_least_a_tenth(rds: Any, jobs: Any) -> None:
    modify(rds, at_once=True, AllocatedStorage=21)
    jobs.pop()()
    assert describe(rds)["AllocatedStorage"] == 22


def status(rds: Any) -> Any:
    (group,) = describe(rds)["DBParameterGroups"]
    return group["DBParameterGroupName"], group["ParameterApplyStatus"]


def set_parameter(rds: Any, group: Any, name: str, value: Any, method: Any) -> None:
    parameter = {"ParameterName": name, "ParameterValue": value, "ApplyMethod": method}
    rds.modify_db_parameter_group(DBParameterGroupName=group, Parameters=[parameter])


def test_a_new_parameter_group_takes_effect_at_a_reboot(rds: Any, server: Any) -> None:
    set_parameter(rds, "second", "long_query_time", "3", "immediate")
    modify(rds, at_once=True, DBParameterGroupName="second")
    assert status(rds) == ("second", "pending-reboot")
    assert not server.calls["set_variables"]
    rds.reboot_db_instance(DBInstanceIdentifier=NAME)
    assert status(rds) == ("second", "in-sync")


def test_a_dynamic_parameter_is_applied_immediately_and_a_static_one_at_a_reboot(rds: Any, server: Any) -> None:
    set_parameter(rds, "first", "long_query_time", "3", "immediate")
    assert server.calls["set_variables"] == [({"long_query_time": "3"},)]
    assert status(rds) == ("first", "in-sync")
    set_parameter(rds, "first", "performance_schema", "1", "pending-reboot")
    assert status(rds) == ("first", "pending-reboot")
    assert len(server.calls["set_variables"]) == 1


def test_a_reboot_applies_no_pending_value(rds: Any) -> None:
    modify(rds, at_once=False, DBInstanceClass="db.m7g.xlarge")
    rds.reboot_db_instance(DBInstanceIdentifier=NAME)
    assert describe(rds)["DBInstanceClass"] == "db.m7g.large"


def test_a_parameter_with_the_familys_default_does_not_have_the_source_user(rds: Any) -> None:
    set_parameter(rds, "first", "require_secure_transport", "0", "immediate")
    set_parameter(rds, "first", "long_query_time", "3", "immediate")
    of_user = rds.describe_db_parameters(DBParameterGroupName="first", Source="user")["Parameters"]
    assert [parameter["ParameterName"] for parameter in of_user] == ["long_query_time"]
    parameters = {p["ParameterName"]: p for p in rds.describe_db_parameters(DBParameterGroupName="first")["Parameters"]}
    assert parameters["require_secure_transport"]["ApplyMethod"] == "pending-reboot"


def test_a_maintenance_window_may_span_the_end_of_the_week() -> None:
    sunday_night = datetime(2026, 11, 22, 23, 50, tzinfo=UTC)
    assert pending.is_in_window("sun:23:30-mon:00:30", sunday_night)
    assert pending.is_in_window("sun:23:30-mon:00:30", datetime(2026, 11, 23, 0, 10, tzinfo=UTC))
    assert not pending.is_in_window("sun:23:30-mon:00:30", datetime(2026, 11, 23, 0, 40, tzinfo=UTC))
    assert not pending.is_in_window("sun:03:00-sun:04:00", sunday_night)
    assert pending.is_in_window("sun:03:00-sun:04:00", datetime(2026, 11, 22, 3, 0, tzinfo=UTC))
