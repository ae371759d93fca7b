"""Wires one app's spec to components: namespace, stores, grants, environment, migrations, services."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pulumi

from infra import grants, naming
from infra.catalog import APPS, texts
from infra.grants import Grant, Grants, GrantsArgs, Server
from infra.kubernetes import dumps, pod
from infra.kubernetes.dumps import Dumps, DumpsArgs
from infra.kubernetes.environment import Environment, EnvironmentArgs
from infra.kubernetes.job import Job, JobArgs
from infra.kubernetes.namespace import Namespace, NamespaceArgs
from infra.kubernetes.policy import Peer
from infra.kubernetes.service import Files, Service, ServiceArgs
from infra.kubernetes.store import Store, StoreArgs
from infra.spec import App, variable
from infra.spec import Service as ServiceSpec
from infra.spec import Store as StoreSpec

STORES: Final = Path(__file__).parent / "kubernetes" / "stores"


@dataclass(frozen=True, kw_only=True)
class Platform:
    """What the apps of a stack run on. `ready`: what must be there before the first pod."""

    images: dict[str, pulumi.Output[str]]
    image_platform: str
    replicas: int
    server: Server
    storage_class: pulumi.Output[str]
    protect_data: bool
    balancer_cidrs: tuple[str, ...]
    target_group_arns: dict[str, pulumi.Output[str]]
    ready: Sequence[pulumi.Resource]
    opts: pulumi.ResourceOptions


@dataclass(frozen=True, kw_only=True)
class Connection:
    """How the users of a store reach it; `values` without the store's prefix. `ready`: what must be there before they do."""

    values: dict[str, pulumi.Input[str]]
    password: pulumi.Output[str]
    peer: Peer
    ready: pulumi.Resource


@dataclass(frozen=True, kw_only=True)
class AppContext:
    """The namespace, secrets and store connections that an app's services share."""

    app: App
    namespace: Namespace
    secrets: dict[str, pulumi.Output[str]]
    connections: dict[StoreSpec, Connection]


def image_contexts(apps: Sequence[App]) -> dict[str, Path]:
    """`{image: folder that it is built from}` of the platform's and the apps' images."""
    stores = [store for app in apps for store in app.stores]
    kinds = sorted({store.kind for store in stores if store.in_pod})
    services = {app.qualified(service.name): APPS / app.name / service.name for app in apps for service in app.services}
    return {grants.IMAGE_KEY: grants.IMAGE} | {_store_image(kind): STORES / kind for kind in kinds} | services


def deploy(apps: Sequence[App], secrets: dict[str, dict[str, pulumi.Output[str]]], platform: Platform) -> None:
    """Declares everything that the apps have inside the cluster."""
    server = GrantsArgs(
        server=platform.server, image=platform.images[grants.IMAGE_KEY], image_platform=platform.image_platform,
        before_pods=platform.ready,
    )  # fmt: skip
    granting = Grants(server, platform.opts)
    on_rds = [app for app in apps if any(not store.in_pod for store in app.stores)]
    for app in apps:
        ca = platform.server.authorities if app in on_rds else None
        namespace = Namespace(app.name, NamespaceArgs(namespace=app.name, database_ca=ca), platform.opts)
        context = AppContext(app=app, namespace=namespace, secrets=secrets.get(app.name, {}), connections={})
        granted = _connect(context, granting, platform)
        started: dict[ServiceSpec, pulumi.Resource] = {}
        for service in app.in_order_of_start:
            started[service] = _service(service, context, [started[used] for used in service.services], platform)
        for grant in granted:
            granting.discard(grant, list(started.values()))
    granting.lock([app.name for app in on_rds])


def _connect(context: AppContext, granting: Grants, platform: Platform) -> list[Grant]:
    """Make the app's stores, and return the grants of those that are on the database server."""
    granted = []
    for store in context.app.stores:
        if store.in_pod:
            context.connections[store] = _store(store, context, platform)
        else:
            password = context.secrets[store.password_key]
            grant = granting.grant(context.app.name, store.name, password)
            context.connections[store] = Connection(values=grant.values, password=password, peer=grant.peer, ready=grant.ready)
            granted.append(grant)
    return granted


def _store_image(kind: str) -> str:
    return f"platform-{kind}"


def _named(prefix: str, values: dict[str, pulumi.Input[str]]) -> dict[str, pulumi.Input[str]]:
    return {f"{prefix}_{key}": value for key, value in values.items()}


def _store(store: StoreSpec, context: AppContext, platform: Platform) -> Connection:
    """A store in a pod, and its dumps."""
    app, namespace, schema = context.app, context.namespace, naming.schema(context.app.name)
    name, password = app.qualified(store.name), context.secrets[store.password_key]
    values: dict[str, pulumi.Input[str]] = {"HOST": store.name, "PORT": str(store.port), "NAME": schema, "USER": schema}
    environment = Environment(
        name,
        EnvironmentArgs(
            namespace=namespace.name, values=_named("DATABASE", values), secrets={"DATABASE_PASSWORD": password}
        ),
        platform.opts,
    )  # fmt: skip
    clients = [
        name for user in app.users_of(store) for name in (user.name, *([naming.migration(user.name)] if user.migrate else []))
    ]
    clients += dumps.components(store.name) if store.is_database else ()
    made = Store(
        name,
        StoreArgs(
            app=app.name, store=store, namespace=namespace.name, image=platform.images[_store_image(store.kind)],
            config_map=environment.config_map, secret=environment.secret, storage_class=platform.storage_class,
            clients=[pod.labels(app.name, client) for client in clients], image_platform=platform.image_platform,
            protect_data=platform.protect_data, before_pods=[*platform.ready, *namespace.ready],
        ),
        platform.opts,
    )  # fmt: skip
    if store.is_database:
        Dumps(
            naming.dumps(name),
            DumpsArgs(
                app=app.name, store=store, namespace=namespace.name, image=platform.images[_store_image(store.kind)],
                config_map=environment.config_map, secret=environment.secret, storage_class=platform.storage_class,
                image_platform=platform.image_platform, protect_data=platform.protect_data, before_pods=[made.ready],
            ),
            platform.opts,
        )  # fmt: skip
    else:
        del values["NAME"]
    peer = Peer(name=store.name, port=store.port, labels=pod.labels(app.name, store.name))
    return Connection(values=values, password=password, peer=peer, ready=made.ready)


def _authorities(namespace: Namespace) -> tuple[pod.Volume, ...]:
    config_map = namespace.database_ca_config_map
    return (pod.database_ca_volume(config_map),) if config_map is not None else ()


def _environment(service: ServiceSpec, context: AppContext, platform: Platform) -> Environment:
    values: dict[str, pulumi.Input[str]] = {"PORT": str(service.port), **service.settings}
    hidden = {key: context.secrets[key.lower()] for key in service.secrets}
    for store in service.stores:
        values |= _named(store.prefix, context.connections[store].values)
        hidden[f"{store.prefix}_PASSWORD"] = context.connections[store].password
    values |= {f"{variable(used.name)}_URL": f"http://{used.name}:{used.port}" for used in service.services}
    return Environment(
        context.app.qualified(service.name),
        EnvironmentArgs(namespace=context.namespace.name, values=values, secrets=hidden),
        platform.opts,
    )


def _service(service: ServiceSpec, context: AppContext, used: Sequence[pulumi.Resource], platform: Platform) -> pulumi.Resource:
    """The service's Deployment, after its migration."""
    app, namespace = context.app, context.namespace
    name = app.qualified(service.name)
    environment = _environment(service, context, platform)
    connections = [context.connections[store] for store in service.stores]
    stores = tuple(connection.peer for connection in connections)
    volumes = _authorities(namespace) if any(not store.in_pod for store in service.stores) else ()
    before_pods = [*platform.ready, *namespace.ready, *(connection.ready for connection in connections), *used]
    if service.migrate:
        migration = Job(
            naming.migration(name),
            JobArgs(
                namespace=namespace.name, app=app.name, component=naming.migration(service.name), image=platform.images[name],
                command=service.migrate, config_map=environment.config_map, secret=environment.secret, volumes=volumes,
                peers=stores, image_platform=platform.image_platform, resources=service.resources, before_pods=before_pods,
            ),
            platform.opts,
        )  # fmt: skip
        before_pods = [*before_pods, migration.done]
    services = tuple(Peer(name=u.name, port=u.port, labels=pod.labels(app.name, u.name)) for u in service.services)
    made = Service(
        name,
        ServiceArgs(
            app=app.name, service=service, namespace=namespace.name, image=platform.images[name],
            config_map=environment.config_map, secret=environment.secret,
            files=tuple(
                Files(name=files.folder, mount_path=files.mount_path, texts=texts(app.name, files.folder))
                for files in service.files
            ),
            volumes=volumes, peers=(*stores, *services), clients=[pod.labels(app.name, c.name) for c in app.users_of(service)],
            balancer_cidrs=platform.balancer_cidrs if service.routes else (),
            target_group_arn=platform.target_group_arns.get(name), replicas=platform.replicas,
            image_platform=platform.image_platform, before_pods=before_pods,
        ),
        platform.opts,
    )  # fmt: skip
    return made.deployment
