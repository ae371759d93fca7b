"""Subnet groups and parameter groups: RDS's refusals, and the reset of parameters."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from rehearsal import paths
from rehearsal.aws.rds import instances
from rehearsal.tests.aws.test_rds_changes import Server

NAME = "shop"


@pytest.fixture
def rds(account: Callable[[str], Any]) -> Any:
    return account("rds")


@pytest.fixture
def subnets(account: Callable[[str], Any]) -> list[Any]:
    """Return two subnets in a zone and one in another."""
    ec2 = account("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    return [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.9.{n}.0/24", AvailabilityZone=paths.REGION + zone)["Subnet"]["SubnetId"]
        for n, zone in enumerate("aab")
    ]


def create(rds: Any, subnets: list[str]) -> None:
    rds.create_db_subnet_group(DBSubnetGroupName=NAME, DBSubnetGroupDescription="t", SubnetIds=subnets)


@pytest.fixture
def server(rds: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    server: Any = Server()
    monkeypatch.setattr(instances, "servers", {})
    monkeypatch.setattr(instances, "_start_server", lambda database: instances.servers.update({NAME: server}))
    return server


@pytest.fixture
def instance(rds: Any, subnets: list[str], server: Any) -> None:
    create(rds, subnets)
    rds.create_db_parameter_group(DBParameterGroupName=NAME, DBParameterGroupFamily="mysql8.4", Description="t")
    rds.create_db_instance(
        DBInstanceIdentifier=NAME,
        Engine="mysql",
        DBInstanceClass="db.m7g.large",
        AllocatedStorage=20,
        MasterUsername="slipway",
        MasterUserPassword="Str0ng-enough",
        DBSubnetGroupName=NAME,
        DBParameterGroupName=NAME,
    )


def test_a_subnet_group_covers_at_least_two_zones(rds: Any, subnets: list[str]) -> None:
    with pytest.raises(ClientError, match="DBSubnetGroupDoesNotCoverEnoughAZs"):
        create(rds, subnets[:2])
    create(rds, subnets[1:])
    with pytest.raises(ClientError, match="DBSubnetGroupDoesNotCoverEnoughAZs"):
        rds.modify_db_subnet_group(DBSubnetGroupName=NAME, SubnetIds=subnets[:2])
    rds.modify_db_subnet_group(DBSubnetGroupName=NAME, SubnetIds=subnets)
    (group,) = rds.describe_db_subnet_groups(DBSubnetGroupName=NAME)["DBSubnetGroups"]
    assert {subnet["SubnetIdentifier"] for subnet in group["Subnets"]} == set(subnets)


def test_the_name_of_a_subnet_group_is_unique(rds: Any, subnets: list[str]) -> None:
    create(rds, subnets)
    with pytest.raises(ClientError, match="DBSubnetGroupAlreadyExists"):
        create(rds, subnets)


@pytest.mark.usefixtures("instance")
def test_groups_and_subnets_of_an_instance_cannot_be_removed(rds: Any, subnets: list[str]) -> None:
    with pytest.raises(ClientError, match="InvalidDBSubnetGroupState"):
        rds.delete_db_subnet_group(DBSubnetGroupName=NAME)
    with pytest.raises(ClientError, match="SubnetAlreadyInUse"):
        rds.modify_db_subnet_group(DBSubnetGroupName=NAME, SubnetIds=subnets[1:])
    with pytest.raises(ClientError, match="InvalidDBParameterGroupState"):
        rds.delete_db_parameter_group(DBParameterGroupName=NAME)


@pytest.mark.usefixtures("instance")
def test_a_reset_removes_a_parameter_from_the_group_and_the_server(rds: Any, server: Any) -> None:
    methods = {"long_query_time": "immediate", "performance_schema": "pending-reboot"}
    parameters = [{"ParameterName": name, "ParameterValue": "1", "ApplyMethod": method} for name, method in methods.items()]
    rds.modify_db_parameter_group(DBParameterGroupName=NAME, Parameters=parameters)
    rds.reboot_db_instance(DBInstanceIdentifier=NAME)
    rds.reset_db_parameter_group(DBParameterGroupName=NAME, Parameters=parameters[:1])
    assert server.calls["reset_variables"] == [(["long_query_time"],)]
    assert parameter_group(rds)["ParameterApplyStatus"] == "in-sync"
    remaining = rds.describe_db_parameters(DBParameterGroupName=NAME, Source="user")["Parameters"]
    assert [parameter["ParameterName"] for parameter in remaining] == ["performance_schema"]
    rds.reset_db_parameter_group(DBParameterGroupName=NAME, ResetAllParameters=True)
    assert parameter_group(rds)["ParameterApplyStatus"] == "pending-reboot"


def parameter_group(rds: Any) -> Any:
    return rds.describe_db_instances(DBInstanceIdentifier=NAME)["DBInstances"][0]["DBParameterGroups"][0]
