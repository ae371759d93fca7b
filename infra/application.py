"""Wires one app's spec to components: namespace, stores, grants, environment, migrations, services."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import pulumi

from infra import grants, naming
from infra.app_context import AppContext, Connection, Platform
from infra.catalog import APPS, texts
from infra.grants import Grant, Grants, GrantsArgs
from infra.kubernetes import pod
from infra.kubernetes.dumps import Dumps, DumpsArgs
from infra.kubernetes.environment import Environment, EnvironmentArgs
from infra.kubernetes.job import Job, JobArgs
from infra.kubernetes.namespace import Namespace, NamespaceArgs
from infra.kubernetes.policy import Peer
from infra.kubernetes.service import Files, Service, ServiceArgs
from infra.kubernetes.store import Store, StoreArgs
from infra.kubernetes.workload import WorkloadArgs
from infra.spec import App, Resources
from infra.spec import Service as ServiceSpec
from infra.spec import Store as StoreSpec

STORES: Final = Path(__file__).parent / "kubernetes" / "stores"


def image_contexts(apps: Sequence[App]) -> dict[str, Path]:
    """Return the folder that each image of the platform and of the apps is built from, by the image's key."""
    stores = [store for app in apps for store in app.stores]
    kinds = sorted({store.kind for store in stores if store.in_pod})
    services = {app.qualified(service.name): APPS / app.name / service.name for app in apps for service in app.services}
    return {grants.IMAGE_KEY: grants.IMAGE} | {_store_image(kind): STORES / kind for kind in kinds} | services


def deploy(apps: Sequence[App], secrets: dict[str, dict[str, pulumi.Output[str]]], platform: Platform) -> None:
    """Declare everything that the apps have inside the cluster."""
    args = GrantsArgs(
        server=platform.server,
        image=platform.images[grants.IMAGE_KEY],
        image_platform=platform.image_platform,
        before_pods=platform.ready,
    )
    granting = Grants(args, platform.opts)
    on_rds = [app for app in apps if any(not store.in_pod for store in app.stores)]
    for app in apps:
        ca = platform.server.authorities if app in on_rds else None
        namespace = Namespace(app.name, NamespaceArgs(namespace=app.name, database_ca=ca), platform.opts)
        context = AppContext(app=app, namespace=namespace, secrets=secrets.get(app.name, {}), connections={}, platform=platform)
        granted = _connect(context, granting)
        started: dict[ServiceSpec, pulumi.Resource] = {}
        for service in app.in_order_of_start:
            started[service] = _service(service, context, [started[used] for used in service.services])
        for grant in granted:
            granting.discard(grant, list(started.values()))
    granting.lock([app.name for app in on_rds])


def _connect(context: AppContext, granting: Grants) -> list[Grant]:
    """Declare the app's stores and connect it to them. Return the grants of the stores that are on the database server."""
    granted = []
    for store in context.app.stores:
        if store.in_pod:
            context.connections[store] = _store(store, context)
        else:
            password = context.secrets[store.password_key]
            grant = granting.grant(context.app.name, store.name, password)
            context.connections[store] = Connection(values=grant.values, password=password, peer=grant.peer, ready=grant.ready)
            granted.append(grant)
    return granted


def _store_image(kind: str) -> str:
    return f"platform-{kind}"


def _prefixed(prefix: str, values: dict[str, pulumi.Input[str]]) -> dict[str, pulumi.Input[str]]:
    return {f"{prefix}_{key}": value for key, value in values.items()}


def _store(store: StoreSpec, context: AppContext) -> Connection:
    """Declare a store in a pod and, if it is a database, its dumps."""
    app, namespace, platform = context.app, context.namespace, context.platform
    name, schema, password = app.qualified(store.name), naming.schema(app.name), context.secrets[store.password_key]
    values: dict[str, pulumi.Input[str]] = {"HOST": store.name, "PORT": str(store.port), "NAME": schema, "USER": schema}
    environment = Environment(
        name,
        EnvironmentArgs(namespace=namespace.name, values=_prefixed("DATABASE", values), secrets={"DATABASE_PASSWORD": password}),
        platform.opts,
    )
    workload = context.workload(environment, store.name, _store_image(store.kind), store.resources)
    declared = Store(
        name,
        StoreArgs(
            workload=workload,
            kind=store.kind,
            port=store.port,
            volume_gib=store.volume_gib,
            storage_class=platform.storage_class,
            clients=[pod.labels(app.name, client) for client in _clients(store, app)],
            protect_data=platform.protect_data,
        ),
        platform.opts,
    )
    if store.is_database:
        _dumps(store, context, replace(workload, resources=Resources(), before_pods=(declared.ready,)))
    else:
        del values["NAME"]
    return Connection(values=values, password=password, peer=_peer(store, app), ready=declared.ready)


def _dumps(store: StoreSpec, context: AppContext, workload: WorkloadArgs) -> None:
    name, platform = context.app.qualified(store.name), context.platform
    Dumps(
        naming.dumps(name),
        DumpsArgs(
            workload=workload,
            store_name=name,
            peer=_peer(store, context.app),
            volume_gib=store.volume_gib,
            storage_class=platform.storage_class,
            protect_data=platform.protect_data,
        ),
        platform.opts,
    )


def _peer(part: StoreSpec | ServiceSpec, app: App) -> Peer:
    """Return a store in a pod, or a service, as something that pods of the same app may talk to."""
    return Peer(name=part.name, port=part.port, labels=pod.labels(app.name, part.name))


def _clients(store: StoreSpec, app: App) -> Iterator[str]:
    """Yield the components that talk to a store: the services that use it, their migrations, and the store's dumps."""
    for service in app.users_of(store):
        yield service.name
        if service.migrate:
            yield naming.migration(service.name)
    if store.is_database:
        yield naming.dump(store.name)
        yield naming.restore(store.name)


def _environment(service: ServiceSpec, context: AppContext) -> Environment:
    values: dict[str, pulumi.Input[str]] = {"PORT": str(service.port), **service.settings}
    secrets = {key: context.secrets[key.lower()] for key in service.secrets}
    for store in service.stores:
        values |= _prefixed(store.prefix, context.connections[store].values)
        secrets[f"{store.prefix}_PASSWORD"] = context.connections[store].password
    values |= {f"{naming.variable(used.name)}_URL": f"http://{used.name}:{used.port}" for used in service.services}
    return Environment(
        context.app.qualified(service.name),
        EnvironmentArgs(namespace=context.namespace.name, values=values, secrets=secrets),
        context.platform.opts,
    )


def _service(service: ServiceSpec, context: AppContext, used: Sequence[pulumi.Resource]) -> pulumi.Resource:
    """Declare a service, and before it its migration. Return its Deployment."""
    app, platform = context.app, context.platform
    name = app.qualified(service.name)
    connections = [context.connections[store] for store in service.stores]
    stores = tuple(connection.peer for connection in connections)
    workload = context.workload(_environment(service, context), service.name, name, service.resources)
    workload = replace(
        workload,
        volumes=_authorities(service, context.namespace),
        before_pods=(*workload.before_pods, *(connection.ready for connection in connections), *used),
    )
    if service.migrate:
        job = replace(workload, component=naming.migration(service.name))
        args = JobArgs(workload=job, command=service.migrate, peers=stores)
        migration = Job(naming.migration(name), args, platform.opts)
        workload = replace(workload, before_pods=(*workload.before_pods, migration.done))
    services = tuple(_peer(used, app) for used in service.services)
    declared = Service(
        name,
        ServiceArgs(
            workload=workload,
            port=service.port,
            files=_files(service, app),
            peers=(*stores, *services),
            clients=[pod.labels(app.name, client.name) for client in app.users_of(service)],
            balancer_cidrs=platform.balancer_cidrs if service.routes else (),
            target_group_arn=platform.target_group_arns.get(name),
            replicas=platform.replicas,
        ),
        platform.opts,
    )
    deployment: pulumi.Resource = declared.deployment
    return deployment


def _authorities(service: ServiceSpec, namespace: Namespace) -> tuple[pod.Volume, ...]:
    """Return the volume with the authorities of the database on RDS, for a service that uses it."""
    config_map = namespace.database_ca_config_map
    if config_map is None or all(store.in_pod for store in service.stores):
        return ()
    return (pod.database_ca_volume(config_map),)


def _files(service: ServiceSpec, app: App) -> tuple[Files, ...]:
    return tuple(
        Files(name=files.folder, mount_path=files.mount_path, texts=texts(app.name, files.folder)) for files in service.files
    )
