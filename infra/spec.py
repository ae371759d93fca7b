"""The vocabulary of an app's spec. `apps/<name>/app.py` builds one `App` from it and imports nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from typing import ClassVar, Final, Literal

from infra import naming, spec_rules

RDS: Final = "rds"
POD: Final = "pod"


class SpecError(ValueError):
    """An `app.py` describes an app that the platform cannot run."""


@dataclass(frozen=True, kw_only=True)
class Resources:
    """CPU and memory of one pod: what it requests, and the most that it may use.

    Attributes:
        cpu_request: CPU in millicores that a node reserves for the pod.
        cpu_limit: CPU in millicores above which the pod is throttled.
        memory_request: Memory in MiB that a node reserves for the pod.
        memory_limit: Memory in MiB above which the pod is killed.
    """

    cpu_request: int = 50
    cpu_limit: int = 500
    memory_request: int = 64
    memory_limit: int = 256


@dataclass(frozen=True)
class Store:
    """A store of one app, which the app's services reach as a user of their own.

    A service that uses the store `database` finds `DATABASE_HOST`, `DATABASE_PORT`, `DATABASE_USER`, `DATABASE_PASSWORD` and,
    for an SQL database, `DATABASE_NAME` in its environment. The password is the secret `<app>:<store>_password` of the stack.

    Attributes:
        name: Name of the store: at most 20 lower-case letters, digits and dashes.
        volume_gib: Size in GiB of the volume of a store in a pod. It can only grow.
        resources: CPU and memory of a store in a pod.
    """

    kind: ClassVar[str]
    port: ClassVar[int]
    is_database: ClassVar[bool] = True
    """Whether it speaks SQL: it then has a name, and is dumped each night."""

    name: str
    volume_gib: int = field(default=8, kw_only=True)
    resources: Resources = field(
        default=Resources(cpu_request=100, cpu_limit=1000, memory_request=128, memory_limit=512), kw_only=True
    )

    @property
    def in_pod(self) -> bool:
        return True

    @property
    def password_key(self) -> str:
        return f"{self.name.replace('-', '_')}_password"

    @property
    def prefix(self) -> str:
        """Return the prefix of the store's environment variables."""
        return naming.variable(self.name)


@dataclass(frozen=True)
class MySql(Store):
    """A MySQL schema on the stack's RDS instance, or a MySQL server in a pod.

    On RDS, `<STORE>_CA` names a PEM file with the authorities that sign the server's certificate. An app has at most one schema
    on RDS.

    Attributes:
        on: `RDS` or `POD`.
        resources: CPU and memory of a server in a pod.
    """

    kind = "mysql"
    port = 3306
    on: Literal["rds", "pod"] = field(default=RDS, kw_only=True)
    resources: Resources = field(
        default=Resources(cpu_request=100, cpu_limit=1000, memory_request=512, memory_limit=1024), kw_only=True
    )

    @property
    def in_pod(self) -> bool:
        return self.on == POD


@dataclass(frozen=True)
class Postgres(Store):
    """A PostgreSQL server in a pod."""

    kind = "postgres"
    port = 5432


@dataclass(frozen=True)
class Redis(Store):
    """A Redis server in a pod, which writes each change to its volume before it answers.

    It is not dumped: it is for queues and caches, and a restored queue would repeat work that is already done.
    """

    kind = "redis"
    port = 6379
    is_database = False


@dataclass(frozen=True)
class ConfigFiles:
    """The files of a folder as a mounted ConfigMap. A change rolls the pods and builds no image.

    Attributes:
        folder: Folder in `apps/<app>/`; its files hold less than 1 MiB together.
        mount_path: Absolute path where the folder appears in the container.
    """

    folder: str
    mount_path: str


@dataclass(frozen=True)
class Service:
    """A long-running workload whose image is built from `apps/<app>/<name>/`.

    Attributes:
        name: Name of the service and of its folder: at most 20 lower-case letters, digits and dashes.
        port: Port on which the service listens; the variable `PORT` in its environment.
        uses: Stores and services that it may reach. Everything else is unreachable. What it uses starts first.
        routes: Path prefixes of the app's host that the load balancer sends to it; `/` gets what no other route matches. A
            service without routes cannot be reached from outside the cluster.
        host: First label of the host of the routes. Default: the app's name.
        sticky: Whether all requests of a browser go to the same pod.
        migrate: Command that a Job runs before every roll-out, with the service's image and environment.
        settings: Environment variables and their values.
        secrets: Environment variables whose values are the secrets `<app>:<lower-case name>` of the stack.
        files: Folders of the app to mount as ConfigMaps.
        resources: CPU and memory of each pod.
    """

    name: str
    port: int = 8080
    uses: tuple[Store | Service, ...] = field(default=(), kw_only=True)
    routes: tuple[str, ...] = field(default=(), kw_only=True)
    host: str | None = field(default=None, kw_only=True)
    sticky: bool = field(default=False, kw_only=True)
    migrate: tuple[str, ...] = field(default=(), kw_only=True)
    settings: Mapping[str, str] = field(default_factory=dict, kw_only=True, hash=False)
    secrets: tuple[str, ...] = field(default=(), kw_only=True)
    files: tuple[ConfigFiles, ...] = field(default=(), kw_only=True)
    resources: Resources = field(default=Resources(), kw_only=True)

    @property
    def stores(self) -> tuple[Store, ...]:
        return tuple(used for used in self.uses if isinstance(used, Store))

    @property
    def services(self) -> tuple[Service, ...]:
        return tuple(used for used in self.uses if isinstance(used, Service))


@dataclass(frozen=True, kw_only=True)
class App:
    """One app: its stores and services, in a namespace of its own.

    Attributes:
        name: Name of the app, its folder, its namespace and its default host: at most 20 lower-case letters, digits and dashes.
        services: All services of the app.
        stores: All stores of the app.
    """

    name: str
    services: tuple[Service, ...]
    stores: tuple[Store, ...] = ()

    def __post_init__(self) -> None:
        if problems := spec_rules.problems(self):
            raise SpecError("\n".join(f"apps/{self.name}/app.py: {problem}" for problem in problems))

    def qualified(self, part: str) -> str:
        """Return the name of a part of the app (a service, a store, a Job) that is unique in the stack: `<app>-<part>`."""
        return f"{self.name}-{part}"

    def host(self, service: Service) -> str:
        """Return the first label of the host name of a routed service."""
        return service.host or self.name

    @property
    def hosts(self) -> tuple[str, ...]:
        return tuple(sorted({self.host(service) for service in self.services if service.routes}))

    @property
    def secret_keys(self) -> tuple[str, ...]:
        """Return the keys of the app's secrets in stack config, `<app>:<key>`."""
        keys = [store.password_key for store in self.stores] + [
            key.lower() for service in self.services for key in service.secrets
        ]
        return tuple(dict.fromkeys(keys))

    @property
    def in_order_of_start(self) -> tuple[Service, ...]:
        """Return the services, each after those that it uses."""
        return tuple(TopologicalSorter({service: service.services for service in self.services}).static_order())

    def users_of(self, target: Store | Service) -> tuple[Service, ...]:
        """Return the services whose `uses` name the target."""
        return tuple(service for service in self.services if target in service.uses)
