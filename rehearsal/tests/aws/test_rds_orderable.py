"""Instance classes and engine versions of a region, and the refusal of all others."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from rehearsal import paths
from rehearsal.aws.rds import orderable

VALID = {
    "DBInstanceIdentifier": "shop",
    "Engine": "mysql",
    "EngineVersion": "8.4",
    "DBInstanceClass": "db.m7g.large",
    "AllocatedStorage": 20,
    "StorageType": "gp3",
    "MasterUsername": "slipway",
    "MasterUserPassword": "Str0ng-enough",
}


@pytest.fixture
def rds(account: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr("rehearsal.aws.rds.instances._start_server", lambda database: None)
    return account("rds")


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"DBInstanceClass": "db.m99.large"}, "Invalid DB Instance class"),
        ({"DBInstanceClass": "db.m7g.larg"}, "Invalid DB Instance class"),
        ({"DBInstanceClass": "db.x2iezn.large"}, "RDS does not support|Invalid DB Instance class"),
        ({"EngineVersion": "8.9"}, "Cannot find version 8.9 for mysql"),
        ({"EngineVersion": "8.4.3"}, "Cannot find version"),
        ({"DBParameterGroupName": "of-8-0"}, "DBParameterGroupFamily mysql8.0 can't be used"),
        ({"DBInstanceIdentifier": "two--hyphens"}, "InvalidParameterValue"),
        ({"DBInstanceIdentifier": "1st"}, "InvalidParameterValue"),
    ],
    ids=str,
)
def test_an_invalid_instance_is_refused_and_not_created(rds: Any, change: Any, error: str) -> None:
    rds.create_db_parameter_group(DBParameterGroupName="of-8-0", DBParameterGroupFamily="mysql8.0", Description="t")
    with pytest.raises(ClientError, match=error):
        rds.create_db_instance(**VALID | change)
    assert rds.describe_db_instances()["DBInstances"] == []


def test_a_version_prefix_becomes_the_newest_available_version(rds: Any) -> None:
    version = rds.create_db_instance(**VALID)["DBInstance"]["EngineVersion"]
    assert version == orderable.versions("mysql")[-1]
    assert version.startswith("8.4.")


def options(rds: Any, **filters: Any) -> Any:
    return rds.describe_orderable_db_instance_options(Engine="mysql", **filters)["OrderableDBInstanceOptions"]


def test_a_class_is_orderable_in_each_zone_of_its_region(rds: Any, account: Callable[[str], Any]) -> None:
    zones = {zone["ZoneName"] for zone in account("ec2").describe_availability_zones()["AvailabilityZones"]}
    version = orderable.versions("mysql")[-1]
    orderable_options = options(rds, DBInstanceClass="db.m7g.large", EngineVersion=version)
    assert {option["StorageType"] for option in orderable_options} >= {"gp3"}
    assert all({zone["Name"] for zone in option["AvailabilityZones"]} == zones for option in orderable_options)


@pytest.mark.parametrize(
    "filters",
    [{"DBInstanceClass": "db.m99.large"}, {"EngineVersion": "8.9.1"}, {"EngineVersion": "8.4.3"}, {"LicenseModel": "other"}],
    ids=str,
)
def test_there_is_no_orderable_option_for_an_unknown_class_or_version(rds: Any, filters: Any) -> None:
    assert options(rds, **filters) == []


def test_all_options_come_in_pages(rds: Any) -> None:
    pages = rds.get_paginator("describe_orderable_db_instance_options").paginate(Engine="mysql", EngineVersion="8.4.6")
    instance_classes = [option["DBInstanceClass"] for page in pages for option in page["OrderableDBInstanceOptions"]]
    assert set(instance_classes) == orderable.classes("mysql", "8.4.6", paths.REGION)


def test_small_classes_have_no_performance_insights(rds: Any) -> None:
    small, large = (
        options(rds, DBInstanceClass=name, EngineVersion="8.4.6")[0]["SupportsPerformanceInsights"]
        for name in ("db.t4g.micro", "db.m7g.large")
    )
    assert (small, large) == (False, True)


def test_the_orderable_classes_depend_on_the_region() -> None:
    by_region = {region: orderable.classes("mysql", "8.4.6", region) for region in ("eu-west-1", "af-south-1", "nowhere-1")}
    assert by_region["nowhere-1"] == frozenset()
    assert by_region["af-south-1"] < by_region["eu-west-1"]


def test_versions_of_a_prefix_name_their_family(rds: Any) -> None:
    versions = rds.describe_db_engine_versions(Engine="mysql", EngineVersion="8.4")["DBEngineVersions"]
    assert {version["DBParameterGroupFamily"] for version in versions} == {"mysql8.4"}
    assert [version["EngineVersion"] for version in versions][-1] == orderable.versions("mysql")[-1]
    assert rds.describe_db_engine_versions(Engine="mysql", EngineVersion="7.1")["DBEngineVersions"] == []
