"""Database instances: moto keeps the record, a mariadbd keeps the data."""

from __future__ import annotations

import json
import logging
import shutil
import uuid
from pathlib import Path
from typing import Any

from moto.rds.exceptions import RDSClientError
from moto.rds.models import DBInstance, RDSBackend

from rehearsal import paths
from rehearsal.aws import addresses
from rehearsal.aws.overlay import replaces
from rehearsal.node.supervisor import Supervisor

from . import constraints, names
from .parameters import ServerParameters, translate
from .server import HOME, PROGRAM_PREFIX, DatabaseServer

log = logging.getLogger(__name__)

SNAPSHOTS = paths.STATE / "rds-snapshots"
ENGINES = ("mysql", "mariadb")
# RDS chooses the minor version of a prefix; the newest one is not known here
MINOR_OF_PREFIX = {"8.4": "8.4.6", "8.0": "8.0.43"}
# Arguments that moto drops, with what RDS answers without them
KEPT = {
    "performance_insights_retention_period": None,
    "engine_lifecycle_support": "open-source-rds-extended-support",
    "network_type": "IPV4",
}
hosts = names.HostsFile(paths.HOSTS)
servers: dict[str, DatabaseServer] = {}


def parameters_of(database: Any) -> ServerParameters:
    group = database.backend.db_parameter_groups.get(database.db_parameter_group_name or "")
    parameters = translate(group.parameters if group else {})
    if parameters.ignored:
        log.info("%s: MariaDB has no equal of %s", database.db_instance_identifier, ", ".join(parameters.ignored))
    return parameters


def require_valid(request: dict[str, Any]) -> None:
    for constraint in constraints.broken(request):
        raise RDSClientError(constraint.code, constraint.message)


def dump_of(snapshot: str) -> Path:
    return SNAPSHOTS / f"{snapshot}.sql"


def remove_leftovers() -> None:
    """What a former emulator's instances left: this one is a new account."""
    supervisor = Supervisor()
    for home in HOME.glob("*") if HOME.exists() else ():
        supervisor.remove(PROGRAM_PREFIX + home.name)
    shutil.rmtree(HOME, ignore_errors=True)
    shutil.rmtree(SNAPSHOTS, ignore_errors=True)
    hosts.write()


def _subnet_cidr(database: Any) -> str:
    """The subnet of the instance's zone; without a subnet group, the default VPC's."""
    group = getattr(database, "db_subnet_group", None)
    if group is None:
        return "172.31.0.0/20"
    subnets = sorted(group._subnets, key=lambda subnet: (subnet.availability_zone != database.availability_zone, subnet.id))
    return str(subnets[0].cidr_block)


def _password(database: Any) -> str:
    if database.manage_master_user_password:
        return str(json.loads(database.master_user_secret.secret.secret_string)["password"])
    return str(database._master_user_password)


def _remember(database: Any, request: dict[str, Any]) -> None:
    for name, default in KEPT.items():
        if name in request or not hasattr(database, name):
            setattr(database, name, request.get(name, default))
    if "enable_performance_insights" in request or not hasattr(database, "performance_insights_enabled"):
        database.performance_insights_enabled = bool(request.get("enable_performance_insights"))
    insights = database.performance_insights_enabled
    database.performance_insights_retention_period = (database.performance_insights_retention_period or 7) if insights else None
    if "performance_insights_kms_key_id" in request or not hasattr(database, "performance_insights_kms_key_id"):
        database.performance_insights_kms_key_id = request.get("performance_insights_kms_key_id")


@replaces(RDSBackend)
def create_db_instance(stock: Any, self: Any, db_kwargs: dict[str, Any]) -> Any:
    if db_kwargs.get("engine") not in ENGINES:
        return stock(self, db_kwargs)
    require_valid(db_kwargs)
    version = db_kwargs.get("engine_version") or "8.4"
    db_kwargs["engine_version"] = MINOR_OF_PREFIX.get(version, version)
    database = stock(self, db_kwargs)
    database.dbi_resource_id = "db-" + uuid.uuid4().hex[:26].upper()
    _remember(database, db_kwargs)
    try:
        _start_server(database)
    except Exception:
        self.databases.pop(database.db_instance_identifier)
        raise
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
def modify_db_instance(stock: Any, self: Any, db_instance_identifier: str, db_kwargs: dict[str, Any]) -> Any:
    before = self.describe_db_instances(db_instance_identifier)[0]
    server = servers.get(before.db_instance_identifier)
    if server is None:
        return stock(self, db_instance_identifier, db_kwargs)
    held = {name: getattr(before, name, None) for name in ("storage_type", "allocated_storage", "db_instance_class")}
    require_valid({**held, "enable_performance_insights": before.performance_insights_enabled, **db_kwargs})
    if int(db_kwargs.get("allocated_storage") or before.allocated_storage) < int(before.allocated_storage):
        raise RDSClientError("InvalidParameterValue", "Requested allocated storage cannot be less than the current one")
    old_name, old_version, password = before.address, before.engine_version, db_kwargs.get("master_user_password")
    database = stock(self, db_instance_identifier, db_kwargs)
    database.engine_version = MINOR_OF_PREFIX.get(database.engine_version, database.engine_version)
    if MINOR_OF_PREFIX.get(db_kwargs.get("engine_version", "")) and old_version.startswith(db_kwargs["engine_version"]):
        database.engine_version = old_version
    _remember(database, db_kwargs)
    if password:
        server.set_password(database.master_username, password)
    if db_kwargs.get("db_parameter_group_name"):
        apply_parameters(database)
    if database.address != old_name:
        servers[database.db_instance_identifier] = servers.pop(before.resource_id, server)
        hosts.remove(old_name)
        hosts.set(database.address, server.address)
    return database


def apply_parameters(database: Any) -> None:
    """Dynamic parameters at once, static ones with the next start."""
    server, parameters = servers[database.db_instance_identifier], parameters_of(database)
    server.configure(parameters)
    if database.status == "available" and parameters.dynamic:
        server.set_variables(parameters.dynamic)


@replaces(RDSBackend)
def delete_db_instance(stock: Any, self: Any, db_instance_identifier: str, *args: Any, **kwargs: Any) -> Any:
    arguments = dict(zip(("final_db_snapshot_identifier", "skip_final_snapshot"), args, strict=False)) | kwargs
    if not arguments.get("skip_final_snapshot") and not arguments.get("final_db_snapshot_identifier"):
        raise RDSClientError(
            constraints.INVALID_COMBINATION,
            "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.",
        )
    database = stock(self, db_instance_identifier, *args, **kwargs)
    if server := servers.pop(database.db_instance_identifier, None):
        server.remove()
        hosts.remove(database.address)
        addresses.release(server.address)
    return database


@replaces(RDSBackend)
def create_db_snapshot(
    stock: Any, self: Any, db_instance_identifier: str, db_snapshot_identifier: str, *args: Any, **kwargs: Any
) -> Any:
    """Also how the final snapshot of a deletion comes about: moto makes it before it forgets the instance."""
    snapshot = stock(self, db_instance_identifier, db_snapshot_identifier, *args, **kwargs)
    manual = kwargs.get("snapshot_type", "manual") == "manual"
    if manual and (server := servers.get(db_instance_identifier)) and snapshot.database.status == "available":
        try:
            server.dump(dump_of(db_snapshot_identifier))
        except Exception:
            self.database_snapshots.pop(db_snapshot_identifier)
            raise
    return snapshot


@replaces(RDSBackend)
def delete_db_snapshot(stock: Any, self: Any, db_snapshot_identifier: str) -> Any:
    snapshot = stock(self, db_snapshot_identifier)
    dump_of(db_snapshot_identifier).unlink(missing_ok=True)
    return snapshot


@replaces(RDSBackend)
def restore_db_instance_from_db_snapshot(stock: Any, self: Any, from_snapshot_id: str, overrides: dict[str, Any]) -> Any:
    database = stock(self, from_snapshot_id, overrides)
    dump = dump_of(from_snapshot_id.rsplit(":", 1)[-1])
    if dump.exists() and (server := servers.get(database.db_instance_identifier)):
        server.load(dump)
    return database


@replaces(RDSBackend)
def stop_db_instance(stock: Any, self: Any, db_instance_identifier: str, *args: Any, **kwargs: Any) -> Any:
    database = stock(self, db_instance_identifier, *args, **kwargs)
    if server := servers.get(database.db_instance_identifier):
        server.stop()
    return database


@replaces(RDSBackend)
def start_db_instance(stock: Any, self: Any, db_instance_identifier: str) -> Any:
    database = stock(self, db_instance_identifier)
    if server := servers.get(database.db_instance_identifier):
        server.start()
    return database


@replaces(RDSBackend)
def reboot_db_instance(stock: Any, self: Any, db_instance_identifier: str) -> Any:
    database = stock(self, db_instance_identifier)
    if server := servers.get(database.db_instance_identifier):
        server.configure(parameters_of(database))
        server.restart()
    return database


def _address(self: Any) -> str:
    return names.endpoint(self.db_instance_identifier, self.account_id, self.region)


DBInstance.address = property(_address)  # type: ignore[assignment,method-assign]
