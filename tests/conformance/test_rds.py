"""What RDS refuses, keeps for later, and demands of a connection. Nothing of the stack's instance is changed at once."""

from typing import Any

import pytest

from tests.conformance.account import client, database, eventually, kubectl, refused, removed_afterwards
from tests.conformance.behaviours import behaviour
from tests.conformance.conftest import NAME, Vpc

CREATE = "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html"
MODIFY = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.DBInstance.Modifying.html"
TLS = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/mysql-ssl-connections.require-ssl.html"
# In a pod of the message board, whose environment has the address, the user, the password and the authorities' file.
CONNECT = """
import os, pymysql, sys
ssl = {{"ca": os.environ["DATABASE_CA"], "check_hostname": True}} if {tls} else None
try:
    with pymysql.connect(host=os.environ["DATABASE_HOST"], port=int(os.environ["DATABASE_PORT"]), connect_timeout=10,
                         user=os.environ["DATABASE_USER"], password=os.environ["DATABASE_PASSWORD"] + {suffix},
                         ssl=ssl, ssl_disabled=not {tls}) as connection:
        cursor = connection.cursor()
        cursor.execute("SHOW STATUS LIKE 'Ssl_version'")
        print(cursor.fetchone()[1])
except pymysql.MySQLError as error:
    print("refused", error.args[0])
"""


def connect(*, tls: bool, suffix: str = "") -> str:
    """Log in to the database from a pod, and return the TLS version or `refused` and the error's number.

    Args:
        tls: Whether to use TLS and to verify the server's certificate.
        suffix: Text that makes the password a wrong one.
    """
    program = CONNECT.format(tls=tls, suffix=repr(suffix))
    return kubectl("exec", "-n", "messageboard", "deployment/api", "--", "python", "-c", program).stdout.strip()


def create(**changed: Any) -> None:
    """Ask for an instance that differs from an acceptable one, and delete it if RDS takes it."""
    arguments = {
        "DBInstanceIdentifier": NAME,
        "DBInstanceClass": "db.t4g.micro",
        "Engine": "mysql",
        "EngineVersion": "8.4",
        "AllocatedStorage": 20,
        "MasterUsername": "conformance",
        "MasterUserPassword": "Conformance-Suite-1",
    }
    with removed_afterwards("rds", "delete_db_instance", DBInstanceIdentifier=NAME, SkipFinalSnapshot=True):
        client("rds").create_db_instance(**arguments | changed)


@behaviour("RDS-1", CREATE)
@pytest.mark.parametrize("password", ["short", "with/slash", "with@sign", 'with"quote'])
def test_master_password(password: str) -> None:
    """The master password has at least 8 characters and no `/`, `@` or `"`."""
    with refused("InvalidParameterValue"):
        create(MasterUserPassword=password)


@behaviour("RDS-2", "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Support.html")
def test_unknown_class() -> None:
    """An instance class that does not exist is refused."""
    with refused("InvalidParameterValue", "InvalidParameterCombination"):
        create(DBInstanceClass="db.m7g.lage")


@behaviour("RDS-3", "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/MySQL.Concepts.VersionMgmt.html")
def test_unknown_version() -> None:
    """An engine version that does not exist is refused."""
    with refused("InvalidParameterCombination", "InvalidParameterValue"):
        create(EngineVersion="8.9")


@behaviour("RDS-4", CREATE)
def test_backup_retention() -> None:
    """Backups are kept for at most 35 days."""
    with refused("InvalidParameterValue"):
        create(BackupRetentionPeriod=36)


@behaviour("RDS-5", CREATE)
def test_reserved_user() -> None:
    """The master user cannot be called rdsadmin."""
    with refused("InvalidParameterValue"):
        create(MasterUsername="rdsadmin")


@behaviour("RDS-6", "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html")
def test_iops_of_small_storage() -> None:
    """gp3 storage below 400 GiB takes no IOPS."""
    with refused("InvalidParameterCombination"):
        create(StorageType="gp3", Iops=3000)


@behaviour("RDS-7", CREATE)
def test_identifier_in_use() -> None:
    """An instance's identifier is unique in the region."""
    with refused("DBInstanceAlreadyExists"):
        client("rds").create_db_instance(
            DBInstanceIdentifier=database()["DBInstanceIdentifier"],
            DBInstanceClass="db.t4g.micro",
            Engine="mysql",
            AllocatedStorage=20,
            MasterUsername="conformance",
            MasterUserPassword="Conformance-Suite-1",
        )


@behaviour("RDS-8", "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html")
def test_deletion_protection() -> None:
    """An instance with deletion protection cannot be deleted."""
    assert database()["DeletionProtection"], "the stack has protect_data; without it, this would delete the database"
    with refused("InvalidParameterCombination"):
        client("rds").delete_db_instance(
            DBInstanceIdentifier=database()["DBInstanceIdentifier"], FinalDBSnapshotIdentifier=f"{NAME}-final"
        )


@behaviour("RDS-9", MODIFY)
def test_pending_change() -> None:
    """A change without ApplyImmediately is pending until the maintenance window, and the old value stays in force."""
    rds, before = client("rds"), database()
    identifier, present = before["DBInstanceIdentifier"], before["DBInstanceClass"]
    other = "db.t4g.large" if present != "db.t4g.large" else "db.t4g.medium"
    rds.modify_db_instance(DBInstanceIdentifier=identifier, DBInstanceClass=other, ApplyImmediately=False)
    try:

        def is_pending() -> None:
            after = database()
            assert after["PendingModifiedValues"].get("DBInstanceClass") == other
            assert after["DBInstanceClass"] == present

        eventually(60, is_pending)
    finally:
        rds.modify_db_instance(DBInstanceIdentifier=identifier, DBInstanceClass=present, ApplyImmediately=False)

    def is_taken_back() -> None:
        assert "DBInstanceClass" not in database()["PendingModifiedValues"]

    eventually(60, is_taken_back)


@behaviour("RDS-10", "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/parameter-groups-overview.html")
def test_unknown_parameter() -> None:
    """A parameter that the engine's version does not have is refused."""
    group = database()["DBParameterGroups"][0]["DBParameterGroupName"]
    with refused("InvalidParameterValue"):
        client("rds").modify_db_parameter_group(
            DBParameterGroupName=group,
            Parameters=[{"ParameterName": "expire_logs_days", "ParameterValue": "1", "ApplyMethod": "immediate"}],
        )


@behaviour("RDS-11", "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/parameter-groups-overview.html")
def test_static_parameter() -> None:
    """A static parameter cannot be applied immediately."""
    rds = client("rds")
    rds.create_db_parameter_group(DBParameterGroupName=NAME, DBParameterGroupFamily="mysql8.4", Description="Conformance suite")
    with (
        removed_afterwards("rds", "delete_db_parameter_group", DBParameterGroupName=NAME),
        refused("InvalidParameterCombination"),
    ):
        rds.modify_db_parameter_group(
            DBParameterGroupName=NAME,
            Parameters=[{"ParameterName": "performance_schema", "ParameterValue": "1", "ApplyMethod": "immediate"}],
        )


@behaviour("RDS-12", TLS)
def test_connection_without_tls() -> None:
    """With require_secure_transport, a connection without TLS is refused by the server."""
    assert connect(tls=False).startswith("refused")


@behaviour("RDS-13", "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html")
def test_connection_with_tls() -> None:
    """The server's certificate verifies, by name, with the authorities' file that pods have."""
    assert connect(tls=True).startswith("TLSv1.")


@behaviour("RDS-14", "https://dev.mysql.com/doc/refman/8.4/en/error-handling.html")
def test_wrong_password() -> None:
    """A wrong password is refused with error 1045."""
    assert connect(tls=True, suffix="-wrong") == "refused 1045"


@behaviour("RDS-15", "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html")
def test_subnet_group_of_one_zone(vpc: Vpc) -> None:
    """A subnet group needs subnets in two zones."""
    subnets = [vpc.subnet_ids[0], vpc.same_zone_subnet_id]
    group = {"DBSubnetGroupName": NAME, "DBSubnetGroupDescription": "Conformance suite", "SubnetIds": subnets}
    created = removed_afterwards("rds", "delete_db_subnet_group", DBSubnetGroupName=NAME)
    with created, refused("DBSubnetGroupDoesNotCoverEnoughAZs"):
        client("rds").create_db_subnet_group(**group)
