"""Which database classes and engine versions exist in a region.

The facts are cfn-lint's, which takes them from AWS's price list and API: they are as old as the locked cfn-lint.
"""

from __future__ import annotations

import functools
import json
import re
from importlib import resources
from typing import Any

from moto.core.responses import ActionResult, PaginatedResult
from moto.ec2.models import ec2_backends
from moto.rds.exceptions import RDSClientError
from moto.rds.responses import RDSResponse

from rehearsal.aws.overlay import extends

FACTS = "cfnlint.data.schemas.extensions.aws_rds_dbinstance"
LICENSE = "general-public-license"
STORAGE_TYPES = ("gp2", "gp3", "io1", "io2")


@functools.cache
def _facts(name: str) -> Any:
    return json.loads(resources.files(FACTS).joinpath(f"{name}.json").read_text())


def _allowed(rules: list[dict[str, Any]], engine: str, name: str, version: str | None = None) -> set[str]:
    """Return the values of a property that a list of conditional schemas allows for an engine, and for a version if given."""
    allowed: set[str] = set()
    for rule in rules:
        given = rule["if"]["properties"]
        pattern = given.get("EngineVersion", {}).get("pattern")
        if given["Engine"].get("const") == engine and (version is None or pattern is None or re.search(pattern, version)):
            allowed |= set(rule["then"]["properties"][name]["enum"])
    return allowed


@functools.cache
def versions(engine: str) -> tuple[str, ...]:
    """Return the versions in which an instance can be created, the newest one last."""
    every = _allowed(_facts("engine_version")["allOf"], engine, "EngineVersion")
    rules = [rule["if"]["properties"] for rule in _facts("engine_version_deprecated")["allOf"]]
    gone = {version for given in rules if given["Engine"].get("const") == engine for version in given["EngineVersion"]["enum"]}
    return tuple(sorted(every - gone, key=numbers))


@functools.cache
def classes(engine: str, version: str, region: str) -> frozenset[str]:
    """Return the classes of the engine's version that the region has."""
    of_region = _allowed(_facts("dbinstanceclass_enum").get(region, {"allOf": []})["allOf"], engine, "DBInstanceClass")
    return frozenset(of_region & _allowed(_facts("db_instance_class")["allOf"], engine, "DBInstanceClass", version))


@functools.cache
def _every_class() -> frozenset[str]:
    rules = [rule for region in _facts("dbinstanceclass_enum").values() for rule in region["allOf"]]
    return frozenset(name for rule in rules for name in rule["then"]["properties"]["DBInstanceClass"]["enum"])


def numbers(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version)]


def exact_version(engine: str, wanted: str) -> str:
    """Return the version that RDS takes for a version or its prefix; raise RDSClientError if there is none."""
    found = [version for version in versions(engine) if version == wanted or version.startswith(wanted + ".")]
    if not found:
        raise RDSClientError("InvalidParameterCombination", f"Cannot find version {wanted} for {engine}")
    return found[-1]


def family(engine: str, version: str) -> str:
    """Return the parameter group family of a version: `mysql8.4` for 8.4.6."""
    return engine + ".".join(version.split(".")[:2])


def require_orderable(engine: str, version: str, instance_class: str, region: str) -> None:
    """Raise RDSClientError unless the class exists, and exists for the engine's version in the region."""
    if instance_class not in _every_class():
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
    def describe_orderable_db_instance_options(self: Any) -> ActionResult:
        """Answer with one option for each version, class and storage type; with none for what does not exist."""
        engine, version, wanted = (self.params.get(name) for name in ("Engine", "EngineVersion", "DBInstanceClass"))
        backend = ec2_backends[self.current_account][self.region]
        zones = sorted(zone.name for zone in backend.describe_availability_zones())
        options = [
            _option(engine, exact, name, storage_type, zones)
            for exact in versions(engine)
            if version in (None, exact)
            for name in sorted(classes(engine, exact, self.region))
            if wanted in (None, name)
            for storage_type in STORAGE_TYPES
        ]
        if self.params.get("LicenseModel") not in (None, LICENSE) or self.params.get("Vpc") is False:
            options = []
        return PaginatedResult({"OrderableDBInstanceOptions": options})

    def describe_db_engine_versions(self: Any) -> ActionResult:
        """Answer with the versions that instances can be created in, of the prefix that is asked for."""
        engine, version, wanted = (self.params.get(name) for name in ("Engine", "EngineVersion", "DBParameterGroupFamily"))
        found = [exact for exact in versions(engine) if version in (None, exact) or exact.startswith(f"{version}.")]
        if self.params.get("DefaultOnly"):
            found = found[-1:]
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
            for exact in found
            if wanted in (None, family(engine, exact))
        ]
        return PaginatedResult({"DBEngineVersions": described})
