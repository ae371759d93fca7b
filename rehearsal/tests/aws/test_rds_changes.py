"""Changes of a database instance: what waits for the maintenance window, what a reboot, and what neither."""

from collections import defaultdict
from datetime import UTC, datetime

import pytest
from botocore.exceptions import ClientError

from rehearsal.aws.rds import instances, modifications, pending

NAME = "shop"


class Server:
    """A database server that only notes what it is told."""

    address = "10.0.0.9"

    def __init__(self):
        self.told = defaultdict(list)

    def __getattr__(self, name):
        return lambda *arguments: self.told[name].append(arguments)


@pytest.fixture
def server(monkeypatch, tmp_path):
    server = Server()
    monkeypatch.setattr(instances, "_start_server", lambda database: instances.servers.update({NAME: server}))
    monkeypatch.setattr(instances, "servers", {})
    monkeypatch.setattr(instances, "hosts", instances.names.HostsFile(tmp_path / "hosts"))
    return server


@pytest.fixture
def jobs(monkeypatch):
    """Hold the changes that are under way; `jobs.pop()()` ends one."""
    found = []
    monkeypatch.setattr(modifications, "later", lambda seconds, work: found.append(work))
    return found


@pytest.fixture
def rds(account, server, jobs):
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


def described(rds):
    return rds.describe_db_instances(DBInstanceIdentifier=NAME)["DBInstances"][0]


def modify(rds, *, at_once, **change):
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
def test_a_change_waits_for_the_maintenance_window_unless_it_is_asked_for_at_once(rds, jobs, parameter, value):
    before = described(rds)[parameter]
    modify(rds, at_once=False, **{parameter: value})
    assert not jobs
    assert described(rds)[parameter] == before
    assert described(rds)["PendingModifiedValues"] == {parameter: value}
    assert modifications.maintain(None) == [NAME]
    assert described(rds)["DBInstanceStatus"] == "modifying"
    jobs.pop()()
    assert described(rds)[parameter] == value
    assert described(rds)["DBInstanceStatus"] == "available"
    assert not described(rds).get("PendingModifiedValues")


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("BackupRetentionPeriod", 9),
        ("PreferredBackupWindow", "05:00-06:00"),
        ("DeletionProtection", True),
        ("CopyTagsToSnapshot", True),
    ],
)
def test_a_change_that_rds_never_defers_is_there_at_once(rds, jobs, parameter, value):
    modify(rds, at_once=False, **{parameter: value})
    assert described(rds)[parameter] == value
    assert not described(rds).get("PendingModifiedValues")
    assert not jobs


def test_apply_immediately_applies_what_was_pending_too_after_a_while_as_modifying(rds, jobs, server):
    modify(rds, at_once=False, MultiAZ=True)
    modify(rds, at_once=True, DBInstanceClass="db.m7g.xlarge")
    assert described(rds)["DBInstanceStatus"] == "modifying"
    assert described(rds)["DBInstanceClass"] == "db.m7g.large"
    with pytest.raises(ClientError, match="InvalidDBInstanceState"):
        modify(rds, at_once=True, DBInstanceClass="db.m7g.2xlarge")
    jobs.pop()()
    assert (described(rds)["DBInstanceClass"], described(rds)["MultiAZ"]) == ("db.m7g.xlarge", True)
    assert server.told["restart"], "a change of the class is an outage"


def test_a_pending_change_is_taken_back_by_asking_for_what_is_there(rds):
    modify(rds, at_once=False, DBInstanceClass="db.m7g.xlarge")
    modify(rds, at_once=False, DBInstanceClass="db.m7g.large")
    assert not described(rds).get("PendingModifiedValues")


def test_a_new_password_comes_soon_even_if_other_changes_wait(rds, jobs, server):
    modify(rds, at_once=False, MasterUserPassword="An0ther-one", DBInstanceClass="db.m7g.xlarge")
    shown = described(rds)
    assert shown["DBInstanceStatus"] == "resetting-master-credentials"
    assert shown["PendingModifiedValues"] == {"MasterUserPassword": "****", "DBInstanceClass": "db.m7g.xlarge"}
    assert not server.told["set_password"]
    jobs.pop()()
    assert server.told["set_password"] == [("slipway", "An0ther-one")]
    assert described(rds)["PendingModifiedValues"] == {"DBInstanceClass": "db.m7g.xlarge"}


def test_a_new_name_waits_like_the_rest_and_moves_the_endpoint(rds, jobs):
    old = described(rds)["Endpoint"]["Address"]
    modify(rds, at_once=False, NewDBInstanceIdentifier="market")
    assert described(rds)["Endpoint"]["Address"] == old
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
def test_a_change_to_what_cannot_be_is_refused_and_leaves_nothing_pending(rds, jobs, change, error):
    with pytest.raises(ClientError, match=error):
        modify(rds, at_once=True, **change)
    assert not described(rds).get("PendingModifiedValues")
    assert not jobs


def test_a_prefix_of_the_version_that_runs_is_no_change(rds, jobs):
    modify(rds, at_once=True, EngineVersion="8.4")
    assert not jobs
    assert described(rds)["EngineVersion"] == "8.4.6"


def test_storage_grows_by_at_least_a_tenth(rds, jobs):
    modify(rds, at_once=True, AllocatedStorage=21)
    jobs.pop()()
    assert described(rds)["AllocatedStorage"] == 22


def status(rds):
    (group,) = described(rds)["DBParameterGroups"]
    return group["DBParameterGroupName"], group["ParameterApplyStatus"]


def set_parameter(rds, group, name, value, method):
    parameter = {"ParameterName": name, "ParameterValue": value, "ApplyMethod": method}
    rds.modify_db_parameter_group(DBParameterGroupName=group, Parameters=[parameter])


def test_a_new_parameter_group_counts_after_a_reboot(rds, server):
    set_parameter(rds, "second", "long_query_time", "3", "immediate")
    modify(rds, at_once=True, DBParameterGroupName="second")
    assert status(rds) == ("second", "pending-reboot")
    assert not server.told["set_variables"]
    rds.reboot_db_instance(DBInstanceIdentifier=NAME)
    assert status(rds) == ("second", "in-sync")


def test_a_dynamic_parameter_is_applied_at_once_and_a_static_one_with_a_reboot(rds, server):
    set_parameter(rds, "first", "long_query_time", "3", "immediate")
    assert server.told["set_variables"] == [({"long_query_time": "3"},)]
    assert status(rds) == ("first", "in-sync")
    set_parameter(rds, "first", "performance_schema", "1", "pending-reboot")
    assert status(rds) == ("first", "pending-reboot")
    assert len(server.told["set_variables"]) == 1


def test_a_reboot_applies_no_pending_value(rds):
    modify(rds, at_once=False, DBInstanceClass="db.m7g.xlarge")
    rds.reboot_db_instance(DBInstanceIdentifier=NAME)
    assert described(rds)["DBInstanceClass"] == "db.m7g.large"


def test_a_parameter_that_equals_the_familys_default_does_not_count_as_set(rds):
    set_parameter(rds, "first", "require_secure_transport", "0", "immediate")
    set_parameter(rds, "first", "long_query_time", "3", "immediate")
    of_user = rds.describe_db_parameters(DBParameterGroupName="first", Source="user")["Parameters"]
    assert [parameter["ParameterName"] for parameter in of_user] == ["long_query_time"]
    every = {p["ParameterName"]: p for p in rds.describe_db_parameters(DBParameterGroupName="first")["Parameters"]}
    assert every["require_secure_transport"]["ApplyMethod"] == "pending-reboot"


def test_a_maintenance_window_may_pass_the_end_of_the_week():
    sunday_night = datetime(2026, 11, 22, 23, 50, tzinfo=UTC)
    assert pending.is_in_window("sun:23:30-mon:00:30", sunday_night)
    assert pending.is_in_window("sun:23:30-mon:00:30", datetime(2026, 11, 23, 0, 10, tzinfo=UTC))
    assert not pending.is_in_window("sun:23:30-mon:00:30", datetime(2026, 11, 23, 0, 40, tzinfo=UTC))
    assert not pending.is_in_window("sun:03:00-sun:04:00", sunday_night)
    assert pending.is_in_window("sun:03:00-sun:04:00", datetime(2026, 11, 22, 3, 0, tzinfo=UTC))
