"""The instance classes and engine versions that exist in a region.

The data are cfn-lint's, from AWS's price list and API: they are as recent as the locked version of cfn-lint.
"""

from __future__ import annotations

import functools
import json
import re
from importlib import resources
from typing import Any, Final

from moto.core.responses import ActionResult, PaginatedResult
from moto.ec2.models import ec2_backends
from moto.rds.exceptions import RDSClientError
from moto.rds.responses import RDSResponse

from rehearsal.aws.patching import extends

DATA: Final = "cfnlint.data.schemas.extensions.aws_rds_dbinstance"
LICENSE: Final = "general-public-license"
STORAGE_TYPES: Final = ("gp2", "gp3", "io1", "io2")


@functools.cache
def _data(name: str) -> Any:
    return json.loads(resources.files(DATA).joinpath(f"{name}.json").read_text())


def _allowed(rules: list[dict[str, Any]], engine: str, name: str, version: str | None = None) -> set[str]:
    """Return the values of a property that a list of conditional schemas allows for an engine, and for a version if given."""
    allowed: set[str] = set()
    for rule in rules:
        condition = rule["if"]["properties"]
        pattern = condition.get("EngineVersion", {}).get("pattern")
        if condition["Engine"].get("const") == engine and (version is None or pattern is None or re.search(pattern, version)):
            allowed |= set(rule["then"]["properties"][name]["enum"])
    return allowed


@functools.cache
def versions(engine: str) -> tuple[str, ...]:
    """Return the versions in which an instance can be created, the newest one last."""
    all_versions = _allowed(_data("engine_version")["allOf"], engine, "EngineVersion")
    rules = [rule["if"]["properties"] for rule in _data("engine_version_deprecated")["allOf"]]
    deprecated = {version for rule in rules if rule["Engine"].get("const") == engine for version in rule["EngineVersion"]["enum"]}
    return tuple(sorted(all_versions - deprecated, key=numbers))


@functools.cache
def classes(engine: str, version: str, region: str) -> frozenset[str]:
    """Return the classes of an engine's version that a region has."""
    of_region = _allowed(_data("dbinstanceclass_enum").get(region, {"allOf": []})["allOf"], engine, "DBInstanceClass")
    return frozenset(of_region & _allowed(_data("db_instance_class")["allOf"], engine, "DBInstanceClass", version))


@functools.cache
def _all_classes() -> frozenset[str]:
    rules = [rule for region in _data("dbinstanceclass_enum").values() for rule in region["allOf"]]
    return frozenset(name for rule in rules for name in rule["then"]["properties"]["DBInstanceClass"]["enum"])


def numbers(version: str) -> list[int]:
    """Return the numbers of a version, for comparison."""
    return [int(number) for number in re.findall(r"\d+", version)]


def exact_version(engine: str, requested: str) -> str:
    """Return the version that RDS chooses for a version or its prefix.

    Raises:
        RDSClientError: There is no such version.
    """
    matching = [version for version in versions(engine) if version == requested or version.startswith(requested + ".")]
    if not matching:
        raise RDSClientError("InvalidParameterCombination", f"Cannot find version {requested} for {engine}")
    return matching[-1]


def family(engine: str, version: str) -> str:
    """Return the parameter group family of a version: `mysql8.4` for 8.4.6."""
    return engine + ".".join(version.split(".")[:2])


def require_orderable(engine: str, version: str, instance_class: str, region: str) -> None:
    """Refuse an instance class that does not exist, or not for the engine's version in the region.

    Raises:
        RDSClientError: The class cannot be ordered.
    """
    if instance_class not in _all_classes():
        raise RDSClientError("InvalidParameterValue", f"Invalid DB Instance class: {instance_class}")
    if instance_class not in classes(engine, version, region):
        raise RDSClientError(
            "InvalidParameterCombination",
            "RDS does not support creating a DB instance with the following combination: "
            f"DBInstanceClass={instance_class}, Engine={engine}, EngineVersion={version}, LicenseModel={LICENSE}. "
            "For supported combinations of instance class and database engine version, see the documentation.",
        )


def _option(engine: str, version: str, instance_class: str, storage_type: str, zones: list[str]) -> dict[str, Any]:
    insights = not re.match(r"db\.t[234]g?\.(micro|small)$", instance_class)
    return {
        "Engine": engine,
        "EngineVersion": version,
        "DBInstanceClass": instance_class,
        "LicenseModel": LICENSE,
        "AvailabilityZones": [{"Name": zone} for zone in zones],
        "MultiAZCapable": True,
        "ReadReplicaCapable": True,
        "Vpc": True,
        "SupportsStorageEncryption": True,
        "StorageType": storage_type,
        "SupportsIops": storage_type != "gp2",
        "SupportsStorageThroughput": storage_type == "gp3",
        "SupportsEnhancedMonitoring": True,
        "SupportsIAMDatabaseAuthentication": True,
        "SupportsPerformanceInsights": insights,
        "SupportsStorageAutoscaling": True,
        "SupportsKerberosAuthentication": True,
        "SupportedNetworkTypes": ["IPV4", "DUAL"],
        "SupportsGlobalDatabases": False,
        "SupportsClusters": False,
        "OutpostCapable": False,
    }


@extends(RDSResponse)
class OrderableOptions:
    """The operations that describe what can be ordered."""

    def describe_orderable_db_instance_options(self: Any) -> ActionResult:
        """Answer with an option for each version, class and storage type that exists."""
        engine, version, instance_class = (self.params.get(name) for name in ("Engine", "EngineVersion", "DBInstanceClass"))
        backend = ec2_backends[self.current_account][self.region]
        zones = sorted(zone.name for zone in backend.describe_availability_zones())
        options = [
            _option(engine, exact, name, storage_type, zones)
            for exact in versions(engine)
            if version in (None, exact)
            for name in sorted(classes(engine, exact, self.region))
            if instance_class in (None, name)
            for storage_type in STORAGE_TYPES
        ]
        if self.params.get("LicenseModel") not in (None, LICENSE) or self.params.get("Vpc") is False:
            options = []
        return PaginatedResult({"OrderableDBInstanceOptions": options})

    def describe_db_engine_versions(self: Any) -> ActionResult:
        """Answer with the versions of the requested prefix in which instances can be created."""
        names = ("Engine", "EngineVersion", "DBParameterGroupFamily")
        engine, version, group_family = (self.params.get(name) for name in names)
        matching = [exact for exact in versions(engine) if version in (None, exact) or exact.startswith(f"{version}.")]
        if self.params.get("DefaultOnly"):
            matching = matching[-1:]
        described = [
            {
                "Engine": engine,
                "EngineVersion": exact,
                "MajorEngineVersion": exact.rpartition(".")[0],
                "DBParameterGroupFamily": family(engine, exact),
                "Status": "available",
                "ValidUpgradeTarget": [],
                "SupportsLogExportsToCloudwatchLogs": True,
                "ExportableLogTypes": ["audit", "error", "general", "iam-db-auth-error", "slowquery"],
            }
            for exact in matching
            if group_family in (None, family(engine, exact))
        ]
        return PaginatedResult({"DBEngineVersions": described})
