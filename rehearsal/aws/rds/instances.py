"""Database instances: moto keeps the records, a MariaDB server keeps the data."""

from __future__ import annotations

import json
import logging
import shutil
import uuid
from pathlib import Path
from typing import Any, Final

from moto.rds.exceptions import RDSClientError
from moto.rds.models import DBInstance, RDSBackend

from rehearsal import paths
from rehearsal.aws import addresses, kms, log_groups
from rehearsal.aws.patching import replaces, replaces_property
from rehearsal.aws.rds import constraints, names, orderable
from rehearsal.aws.rds.parameters import ServerParameters, translate
from rehearsal.aws.rds.server import HOME, PROGRAM_PREFIX, DatabaseServer
from rehearsal.node.supervisor import Supervisor

log = logging.getLogger(__name__)

SNAPSHOTS: Final = paths.STATE / "rds-snapshots"
DEFAULT_VERSIONS: Final = {"mysql": "8.4", "mariadb": "11.4"}
# Arguments that moto ignores: {name: RDS's default}
KEPT_ARGUMENTS: Final = {
    "performance_insights_retention_period": None,
    "engine_lifecycle_support": "open-source-rds-extended-support",
    "network_type": "IPV4",
}
hosts = names.HostsFile(paths.HOSTS)
servers: dict[str, DatabaseServer] = {}


def parameters_of(database: Any) -> ServerParameters:
    """Return the server's parameters from an instance's parameter group."""
    group = database.backend.db_parameter_groups.get(database.db_parameter_group_name or "")
    parameters = translate(group.parameters if group else {})
    if parameters.ignored:
        log.info("%s: MariaDB has no equivalent of %s", database.db_instance_identifier, ", ".join(parameters.ignored))
    return parameters


def require_valid(request: dict[str, Any]) -> None:
    """Refuse arguments that break a constraint.

    Raises:
        RDSClientError: The first broken constraint.
    """
    for constraint in constraints.broken(request):
        raise RDSClientError(constraint.code, constraint.message)


def require_family(backend: Any, group_name: str | None, family: str) -> None:
    """Refuse a parameter group of another family than the instance's version.

    Raises:
        RDSClientError: The families differ.
    """
    group = backend.db_parameter_groups.get(group_name or "")
    if group is not None and group.family != family:
        raise RDSClientError(
            constraints.INVALID_COMBINATION,
            f"The parameter group {group_name} with DBParameterGroupFamily {group.family} can't be used for this instance. "
            f"Use a parameter group with DBParameterGroupFamily {family}.",
        )


def dump_of(snapshot: str) -> Path:
    """Return the file with the data of a snapshot."""
    return SNAPSHOTS / f"{snapshot}.sql"


def remove_leftovers() -> None:
    """Remove the servers, data and endpoints of a previous emulator's instances."""
    supervisor = Supervisor()
    for home in HOME.glob("*") if HOME.exists() else ():
        supervisor.remove(PROGRAM_PREFIX + home.name)
    shutil.rmtree(HOME, ignore_errors=True)
    shutil.rmtree(SNAPSHOTS, ignore_errors=True)
    hosts.write()


def _subnet_cidr(database: Any) -> str:
    """Return the block of the subnet in the instance's zone; without a subnet group, that of the default VPC's."""
    group = getattr(database, "db_subnet_group", None)
    if group is None:
        return "172.31.0.0/20"
    subnets = sorted(group._subnets, key=lambda subnet: (subnet.availability_zone != database.availability_zone, subnet.id))
    return str(subnets[0].cidr_block)


def _password(database: Any) -> str:
    if database.manage_master_user_password:
        return str(json.loads(database.master_user_secret.secret.secret_string)["password"])
    return str(database._master_user_password)


def keep_arguments(database: Any, request: dict[str, Any]) -> None:
    """Keep the arguments of a request that moto ignores."""
    for name, default in KEPT_ARGUMENTS.items():
        if name in request or not hasattr(database, name):
            setattr(database, name, request.get(name, default))
    if "enable_performance_insights" in request or not hasattr(database, "performance_insights_enabled"):
        database.performance_insights_enabled = bool(request.get("enable_performance_insights"))
    is_enabled = database.performance_insights_enabled
    database.performance_insights_retention_period = (database.performance_insights_retention_period or 7) if is_enabled else None
    if "performance_insights_kms_key_id" in request or not hasattr(database, "performance_insights_kms_key_id"):
        database.performance_insights_kms_key_id = request.get("performance_insights_kms_key_id")


def write_logs(database: Any) -> None:
    """Let the instance write the logs that it exports, and no others."""
    for kind in constraints.LOG_TYPES:
        log_group = database.account_id, database.region, f"/aws/rds/instance/{database.db_instance_identifier}/{kind}"
        if kind in database.enabled_cloudwatch_logs_exports and database.status != "deleting":
            log_groups.write_to(*log_group)
        else:
            log_groups.stop_writing_to(*log_group)


@replaces(RDSBackend)
def create_db_instance(original: Any, self: Any, db_kwargs: dict[str, Any]) -> Any:
    if db_kwargs.get("engine") not in DEFAULT_VERSIONS:
        return original(self, db_kwargs)
    require_valid(db_kwargs)
    engine = db_kwargs["engine"]
    version = orderable.exact_version(engine, db_kwargs.get("engine_version") or DEFAULT_VERSIONS[engine])
    orderable.require_orderable(engine, version, db_kwargs["db_instance_class"], self.region_name)
    require_family(self, db_kwargs.get("db_parameter_group_name"), orderable.family(engine, version))
    if not kms.is_usable(self.account_id, self.region_name, key := db_kwargs.get("kms_key_id")):
        raise RDSClientError(
            "KMSKeyNotAccessibleFault", f"The KMS key {key} does not exist, is not enabled or is not accessible."
        )
    db_kwargs["engine_version"] = version
    database = original(self, db_kwargs)
    database.pending, database.parameter_apply_status = {}, "in-sync"
    database.dbi_resource_id = "db-" + uuid.uuid4().hex[:26].upper()
    keep_arguments(database, db_kwargs)
    try:
        _start_server(database)
    except Exception:
        self.databases.pop(database.db_instance_identifier)
        raise
    write_logs(database)
    return database


def _start_server(database: Any) -> None:
    identifier = database.db_instance_identifier
    server = DatabaseServer(name=identifier, address=addresses.allocate(_subnet_cidr(database)), port=int(database.port))
    servers[identifier] = server
    server.install(database.address, parameters_of(database))
    server.start()
    server.create_master(database.master_username, _password(database), database.db_name)
    hosts.set(database.address, server.address)
    log.info("rds %s: %s:%s", database.address, server.address, server.port)


@replaces(RDSBackend)
def delete_db_instance(original: Any, self: Any, db_instance_identifier: str, *args: Any, **kwargs: Any) -> Any:
    arguments = dict(zip(("final_db_snapshot_identifier", "skip_final_snapshot"), args, strict=False)) | kwargs
    if not arguments.get("skip_final_snapshot") and not arguments.get("final_db_snapshot_identifier"):
        raise RDSClientError(
            constraints.INVALID_COMBINATION,
            "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.",
        )
    database = original(self, db_instance_identifier, *args, **kwargs)
    if server := servers.pop(database.db_instance_identifier, None):
        server.remove()
        hosts.remove(database.address)
        addresses.release(server.address)
        write_logs(database)
    return database


@replaces(RDSBackend)
def create_db_snapshot(
    original: Any, self: Any, db_instance_identifier: str, db_snapshot_identifier: str, *args: Any, **kwargs: Any
) -> Any:
    """Dump the data of a manual snapshot; moto calls this method for the final snapshot of a deletion, too."""
    snapshot = original(self, db_instance_identifier, db_snapshot_identifier, *args, **kwargs)
    manual = kwargs.get("snapshot_type", "manual") == "manual"
    if manual and (server := servers.get(db_instance_identifier)) and snapshot.database.status == "available":
        try:
            server.dump(dump_of(db_snapshot_identifier))
        except Exception:
            self.database_snapshots.pop(db_snapshot_identifier)
            raise
    return snapshot


@replaces(RDSBackend)
def delete_db_snapshot(original: Any, self: Any, db_snapshot_identifier: str) -> Any:
    snapshot = original(self, db_snapshot_identifier)
    dump_of(db_snapshot_identifier).unlink(missing_ok=True)
    return snapshot


@replaces(RDSBackend)
def restore_db_instance_from_db_snapshot(original: Any, self: Any, from_snapshot_id: str, overrides: dict[str, Any]) -> Any:
    database = original(self, from_snapshot_id, overrides)
    dump = dump_of(from_snapshot_id.rsplit(":", 1)[-1])
    if dump.exists() and (server := servers.get(database.db_instance_identifier)):
        server.load(dump)
    return database


@replaces_property(DBInstance)
def address(self: Any) -> str:
    return names.endpoint(self.db_instance_identifier, self.account_id, self.region)
