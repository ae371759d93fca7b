"""Wires one app's spec to components: namespace, environment, grants, migrations, services."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pulumi

from infra import naming
from infra.catalog import APPS
from infra.kubernetes import pod
from infra.kubernetes.environment import Environment, EnvironmentArgs
from infra.kubernetes.job import Job, JobArgs
from infra.kubernetes.namespace import Namespace, NamespaceArgs
from infra.kubernetes.service import Service, ServiceArgs
from infra.spec import App, MySql, Resources
from infra.spec import Service as ServiceSpec

GRANT_IMAGE: Final = Path(__file__).parent / "kubernetes" / "grant_image"
GRANT_KEY: Final = "platform-grant"
GRANTS: Final = "slipway-grants"


@dataclass(frozen=True, kw_only=True)
class Server:
    """The database server that the apps' schemas are on."""

    address: pulumi.Input[str]
    port: int
    master_user: str
    master_password: pulumi.Output[str]
    cidrs: tuple[str, ...]
    authorities: str
    """PEM"""


@dataclass(frozen=True, kw_only=True)
class Platform:
    """What the apps of a stack run on. `ready`: what must be there before the first pod."""

    images: dict[str, pulumi.Output[str]]
    image_platform: str
    replicas: int
    server: Server
    balancer_cidrs: tuple[str, ...]
    target_group_arns: dict[tuple[str, str], pulumi.Output[str]]
    ready: Sequence[pulumi.Resource]
    opts: pulumi.ResourceOptions


def image_contexts(apps: Sequence[App]) -> dict[str, Path]:
    """`{image: folder that it is built from}` of the platform's and the apps' images."""
    return {GRANT_KEY: GRANT_IMAGE} | {f"{a.name}-{s.name}": APPS / a.name / s.name for a in apps for s in a.services}


def deploy(apps: Sequence[App], secrets: dict[str, dict[str, pulumi.Output[str]]], platform: Platform) -> None:
    """Declares everything that the apps have inside the cluster."""
    grants = Namespace(
        GRANTS,
        NamespaceArgs(namespace=GRANTS, database_ca=platform.server.authorities),
        platform.opts,
    )
    for app in apps:
        hidden = secrets.get(app.name, {})
        granted = {store: _grant(app, store, hidden[store.password_key], grants, platform) for store in app.stores}
        namespace = Namespace(app.name, NamespaceArgs(namespace=app.name, database_ca=platform.server.authorities), platform.opts)
        for service in app.services:
            _service(service, Home(app=app, namespace=namespace, secrets=hidden, granted=granted), platform)


@dataclass(frozen=True, kw_only=True)
class Home:
    """What an app's services share. `granted`: the Job that makes a store's schema and user."""

    app: App
    namespace: Namespace
    secrets: dict[str, pulumi.Output[str]]
    granted: dict[MySql, pulumi.Resource]


def _database_values(app: App, store: MySql, server: Server) -> dict[str, pulumi.Input[str]]:
    prefix = store.name.upper().replace("-", "_")
    return {
        f"{prefix}_HOST": server.address,
        f"{prefix}_PORT": str(server.port),
        f"{prefix}_NAME": naming.schema(app.name),
        f"{prefix}_USER": naming.schema(app.name),
        f"{prefix}_CA": pod.DATABASE_CA_FILE,
    }


def _grant(app: App, store: MySql, password: pulumi.Output[str], grants: Namespace, platform: Platform) -> pulumi.Resource:
    """The Job that makes the app's schema and user; it alone knows the master password."""
    name = f"{GRANTS}-{app.name}"
    server = platform.server
    values = {key.replace(store.name.upper(), "DATABASE"): value for key, value in _database_values(app, store, server).items()}
    environment = Environment(
        name,
        EnvironmentArgs(
            namespace=grants.name,
            values=values | {"MASTER_USER": server.master_user},
            secrets={"MASTER_PASSWORD": server.master_password, "DATABASE_PASSWORD": password},
        ),
        platform.opts,
    )
    job = Job(
        name,
        JobArgs(
            namespace=grants.name,
            app="slipway",
            component=f"grant-{app.name}",
            image=platform.images[GRANT_KEY],
            command=(),
            config_map=environment.config_map,
            secret=environment.secret,
            database_ca=grants.database_ca_config_map,
            egress_cidrs=server.cidrs,
            egress_port=server.port,
            image_platform=platform.image_platform,
            resources=Resources(),
            before_pods=[*platform.ready, *grants.ready],
        ),
        platform.opts,
    )
    return job.done


def _service(service: ServiceSpec, home: Home, platform: Platform) -> None:
    app, namespace, secrets = home.app, home.namespace, home.secrets
    name = f"{app.name}-{service.name}"
    server = platform.server
    values: dict[str, pulumi.Input[str]] = {"PORT": str(service.port)}
    hidden = {key: secrets[key.lower()] for key in service.secrets}
    for store in service.stores:
        values |= _database_values(app, store, server)
        hidden[f"{store.name.upper().replace('-', '_')}_PASSWORD"] = secrets[store.password_key]
    for used in service.services:
        values[f"{used.name.upper().replace('-', '_')}_URL"] = f"http://{used.name}:{used.port}"
    environment = Environment(name, EnvironmentArgs(namespace=namespace.name, values=values, secrets=hidden), platform.opts)
    before_pods = [*platform.ready, *namespace.ready, *(home.granted[store] for store in service.stores)]
    if service.migrate:
        migration = Job(
            f"{name}-migrate",
            JobArgs(
                namespace=namespace.name,
                app=app.name,
                component=f"{service.name}-migrate",
                image=platform.images[name],
                command=service.migrate,
                config_map=environment.config_map,
                secret=environment.secret,
                database_ca=namespace.database_ca_config_map,
                egress_cidrs=server.cidrs,
                egress_port=server.port,
                image_platform=platform.image_platform,
                resources=service.resources,
                before_pods=before_pods,
            ),
            platform.opts,
        )
        before_pods = [*before_pods, migration.done]
    Service(
        name,
        ServiceArgs(
            app=app,
            service=service,
            namespace=namespace.name,
            image=platform.images[name],
            config_map=environment.config_map,
            secret=environment.secret,
            database_ca=namespace.database_ca_config_map,
            database_cidrs=server.cidrs,
            database_port=server.port,
            balancer_cidrs=platform.balancer_cidrs,
            target_group_arn=platform.target_group_arns.get((app.name, service.name)),
            replicas=platform.replicas,
            image_platform=platform.image_platform,
            before_pods=before_pods,
        ),
        platform.opts,
    )
