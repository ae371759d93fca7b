"""A database instance, used through its endpoint."""

import socket
import ssl
from collections.abc import Iterator
from typing import Any

import pymysql
import pytest
import requests
from botocore.exceptions import ClientError

from rehearsal import paths

pytestmark = pytest.mark.rehearsal
USER, PASSWORD, NEW_PASSWORD = "slipway", "first-Passw0rd", "second-Passw0rd"


@pytest.fixture(scope="module")
def rds(client: Any) -> Any:
    return client("rds")


@pytest.fixture(scope="module")
def group(rds: Any, suffix: str) -> Iterator[Any]:
    name = f"t-{suffix}"
    rds.create_db_parameter_group(DBParameterGroupName=name, DBParameterGroupFamily="mysql8.4", Description="t")
    set_parameter(rds, name, "require_secure_transport", "1")
    yield name
    rds.delete_db_parameter_group(DBParameterGroupName=name)


@pytest.fixture(scope="module")
def instance(rds: Any, subnets: list[str], suffix: str, group: Any) -> Iterator[Any]:
    name = f"t-{suffix}"
    rds.create_db_subnet_group(DBSubnetGroupName=name, DBSubnetGroupDescription="t", SubnetIds=subnets)
    rds.create_db_instance(**arguments(name), DBSubnetGroupName=name, DBParameterGroupName=group)
    yield name
    identifiers = [database["DBInstanceIdentifier"] for database in rds.describe_db_instances()["DBInstances"]]
    if name in identifiers:
        rds.delete_db_instance(DBInstanceIdentifier=name, SkipFinalSnapshot=True)
    rds.delete_db_subnet_group(DBSubnetGroupName=name)


def arguments(name: str) -> dict[str, Any]:
    return {
        "DBInstanceIdentifier": name,
        "Engine": "mysql",
        "EngineVersion": "8.4",
        "DBInstanceClass": "db.m7g.large",
        "AllocatedStorage": 20,
        "StorageType": "gp3",
        "MasterUsername": USER,
        "MasterUserPassword": PASSWORD,
        "DBName": "board",
        "MultiAZ": True,
    }


def set_parameter(rds: Any, group: str, name: str, value: str) -> None:
    parameter = {"ParameterName": name, "ParameterValue": value, "ApplyMethod": "immediate"}
    rds.modify_db_parameter_group(DBParameterGroupName=group, Parameters=[parameter])


def address_of(rds: Any, name: str) -> tuple[str, str]:
    """Return the endpoint, and its address in the hosts file of the cluster's DNS."""
    endpoint = rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]["Endpoint"]["Address"]
    lines = [line.split() for line in paths.HOSTS.read_text().splitlines()]
    return endpoint, {name: address for address, name in lines}[endpoint]


def connect(rds: Any, name: str, password: str = PASSWORD, tls: bool = True) -> Any:
    """Connect to the endpoint; with TLS, verify its name, as the pods do."""
    endpoint, address = address_of(rds, name)
    if not tls:
        return pymysql.connect(host=address, user=USER, password=password, ssl_disabled=True)
    connection = pymysql.connect(
        host=endpoint,
        user=USER,
        password=password,
        ssl=ssl.create_default_context(cafile=paths.PKI / "ca.crt"),
        defer_connect=True,
    )
    connection.connect(socket.create_connection((address, 3306), timeout=5))
    return connection


def query(connection: Any, text: str) -> Any:
    with connection, connection.cursor() as cursor:
        cursor.execute(text)
        connection.commit()
        return cursor.fetchall()


def test_a_verified_tls_connection_is_accepted_and_a_plain_one_refused(rds: Any, instance: Any) -> None:
    assert query(connect(rds, instance), "SHOW STATUS LIKE 'Ssl_version'")[0][1] in ("TLSv1.2", "TLSv1.3")
    with pytest.raises(
        pymysql.err.OperationalError, match=r"secure|Access denied"
    ):  # the messages of 10.11 and of later versions
        connect(rds, instance, tls=False)


def test_a_changed_parameter_group_reaches_the_running_server(rds: Any, instance: Any, group: Any) -> None:
    set_parameter(rds, group, "long_query_time", "3")
    assert float(query(connect(rds, instance), "SELECT @@global.long_query_time")[0][0]) == 3


def test_the_master_user_does_not_have_super(rds: Any, instance: Any) -> None:
    grants = query(connect(rds, instance), "SHOW GRANTS")[0][0]
    assert "CREATE USER" in grants
    assert "SUPER" not in grants
    assert "ALL PRIVILEGES" not in grants


def test_data_survives_a_reboot(rds: Any, instance: Any) -> None:
    query(connect(rds, instance), "CREATE TABLE board.kept (id INT)")
    rds.reboot_db_instance(DBInstanceIdentifier=instance)
    query(connect(rds, instance), "SELECT * FROM board.kept")


def modify(rds: Any, instance: Any, **change: Any) -> None:
    """Change the instance and wait until it is available again."""
    rds.modify_db_instance(DBInstanceIdentifier=instance, **change)
    rds.get_waiter("db_instance_available").wait(DBInstanceIdentifier=instance, WaiterConfig={"Delay": 1, "MaxAttempts": 60})


def describe(rds: Any, instance: str) -> Any:
    return rds.describe_db_instances(DBInstanceIdentifier=instance)["DBInstances"][0]


def test_a_new_password_replaces_the_old_one_after_a_delay(rds: Any, instance: Any) -> None:
    rds.modify_db_instance(DBInstanceIdentifier=instance, MasterUserPassword=NEW_PASSWORD)
    assert query(connect(rds, instance, PASSWORD), "SELECT 1") == ((1,),)
    rds.get_waiter("db_instance_available").wait(DBInstanceIdentifier=instance, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    assert query(connect(rds, instance, NEW_PASSWORD), "SELECT 1") == ((1,),)
    with pytest.raises(pymysql.err.OperationalError, match="Access denied"):
        connect(rds, instance, PASSWORD)
    modify(rds, instance, MasterUserPassword=PASSWORD)


def test_a_new_class_waits_for_the_maintenance_window_and_keeps_the_data(rds: Any, instance: Any) -> None:
    query(connect(rds, instance), "CREATE TABLE board.resized (id INT)")
    modify(rds, instance, DBInstanceClass="db.m7g.xlarge")
    assert describe(rds, instance)["DBInstanceClass"] == "db.m7g.large"
    assert instance in requests.post(f"{paths.HOOKS}/rds/maintenance", timeout=10).json()
    rds.get_waiter("db_instance_available").wait(DBInstanceIdentifier=instance, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    assert describe(rds, instance)["DBInstanceClass"] == "db.m7g.xlarge"
    query(connect(rds, instance), "SELECT * FROM board.resized")


SMALL_WITH_INSIGHTS = {"DBInstanceClass": "db.t4g.micro", "EnablePerformanceInsights": True}


@pytest.mark.parametrize("change", [{"Iops": 3000}, {"MasterUserPassword": "has/slash"}, SMALL_WITH_INSIGHTS])
def test_a_refused_instance_is_not_created(rds: Any, suffix: str, change: Any) -> None:
    name = f"refused-{suffix}"
    with pytest.raises(ClientError, match="InvalidParameter"):
        rds.create_db_instance(**arguments(name) | change)
    with pytest.raises(ClientError, match="DBInstanceNotFound"):
        rds.describe_db_instances(DBInstanceIdentifier=name)


def test_a_final_snapshot_has_the_data_and_its_name_is_unique(rds: Any, instance: Any, suffix: str) -> None:
    snapshot = f"final-{suffix}"
    query(connect(rds, instance), "CREATE TABLE board.precious AS SELECT 42 AS answer")
    rds.modify_db_instance(DBInstanceIdentifier=instance, DeletionProtection=True)
    with pytest.raises(ClientError, match="protected"):
        rds.delete_db_instance(DBInstanceIdentifier=instance, FinalDBSnapshotIdentifier=snapshot)
    rds.modify_db_instance(DBInstanceIdentifier=instance, DeletionProtection=False)
    with pytest.raises(ClientError, match="FinalDBSnapshotIdentifier is required"):
        rds.delete_db_instance(DBInstanceIdentifier=instance, SkipFinalSnapshot=False)
    endpoint, address = address_of(rds, instance)
    rds.delete_db_instance(DBInstanceIdentifier=instance, FinalDBSnapshotIdentifier=snapshot)
    assert endpoint not in paths.HOSTS.read_text()
    with pytest.raises(OSError, match=r"."):
        socket.create_connection((address, 3306), timeout=2)

    restored = f"restored-{suffix}"
    rds.restore_db_instance_from_db_snapshot(
        DBInstanceIdentifier=restored, DBSnapshotIdentifier=snapshot, DBSubnetGroupName=instance
    )
    assert query(connect(rds, restored), "SELECT answer FROM board.precious") == ((42,),)
    with pytest.raises(ClientError, match="AlreadyExists"):
        rds.delete_db_instance(DBInstanceIdentifier=restored, FinalDBSnapshotIdentifier=snapshot)
    rds.delete_db_instance(DBInstanceIdentifier=restored, SkipFinalSnapshot=True)
    rds.delete_db_snapshot(DBSnapshotIdentifier=snapshot)
