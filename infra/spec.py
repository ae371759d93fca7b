"""What an app may ask of the platform. `apps/<name>/app.py` builds one `App` from these and imports nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from typing import ClassVar, Final, Literal

from infra import naming

NAME: Final = re.compile(r"[a-z]([a-z0-9-]{0,18}[a-z0-9])?")
VARIABLE: Final = re.compile(r"[A-Z][A-Z0-9_]*")
# GiB of a gp3 volume. Source: https://docs.aws.amazon.com/ebs/latest/userguide/general-purpose.html
VOLUME_GIB: Final = range(1, 16_385)
PORTS: Final = range(1, 65_536)
# Characters that the load balancer takes as they are, and the longest pattern; a route's longer one ends in /*.
# Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html#path-conditions
ROUTE: Final = re.compile(r"[A-Za-z0-9/_.$~@:+-]*")
LONGEST_ROUTE: Final = 128 - len("/*")

RDS: Final = "rds"
POD: Final = "pod"


class SpecError(ValueError):
    """An `app.py` that asks for something the platform cannot give."""


@dataclass(frozen=True, kw_only=True)
class Resources:
    """What one pod requests and may use at most; CPU in millicores, memory in MiB."""

    cpu_request: int = 50
    cpu_limit: int = 500
    memory_request: int = 64
    memory_limit: int = 256


@dataclass(frozen=True)
class Store:
    """Data of one app, which it reaches as a user of its own.

    A service that uses the store `database` finds `DATABASE_HOST`, `_PORT`, `_USER`, `_PASSWORD` and, of an SQL database,
    `_NAME` in its environment. The password is the secret `<app>:<store>_password` of the stack.
    A store in a pod has a volume of `volume_gib` GiB, which can only grow.
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
        """What its variables begin with."""
        return variable(self.name)


@dataclass(frozen=True)
class MySql(Store):
    """A MySQL schema: on the stack's Multi-AZ RDS instance (`<STORE>_CA` is then a PEM file of its authorities), or in a pod."""

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
    """A PostgreSQL database in a pod."""

    kind = "postgres"
    port = 5432


@dataclass(frozen=True)
class Redis(Store):
    """A Redis in a pod that has written each change to its volume before it answers.

    No dump is made of it: it is for queues and caches, and a queue of yesterday would do yesterday's work again.
    """

    kind = "redis"
    port = 6379
    is_database = False


@dataclass(frozen=True)
class ConfigFiles:
    """The files of `apps/<app>/<folder>/` as a ConfigMap, mounted at `at`. A change rolls the pods and builds no image."""

    folder: str
    at: str


@dataclass(frozen=True)
class Service:
    """A long-running workload whose image is built from `apps/<app>/<name>/`.

    `routes` are path prefixes that the load balancer sends here (`/` takes what no other route does); without one the
    service cannot be reached from outside. `host` is the first label of the name that they are under; the app's name, if not
    given. `sticky`: a browser's requests go to the same pod. `uses` names the stores and services it may talk to: everything
    else is unreachable, and what is used starts first. `migrate` is a command that runs in a Job, with this image and
    environment, before every roll-out. `settings` are environment variables as they stand; `secrets` are such that come
    from stack config as `<app>:<lower-case name>`.
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


def variable(name: str) -> str:
    """A name as an environment variable is written."""
    return name.upper().replace("-", "_")


@dataclass(frozen=True, kw_only=True)
class App:
    """One system: its stores and services, in a namespace of its own."""

    name: str
    services: tuple[Service, ...]
    stores: tuple[Store, ...] = ()

    def __post_init__(self) -> None:
        problems = [
            *self._bad_names(),
            *self._bad_ports(),
            *self._bad_variables(),
            *self._bad_stores(),
            *self._bad_uses(),
            *self._bad_routes(),
            *self._bad_files(),
        ]
        if problems:
            raise SpecError("\n".join(f"apps/{self.name}/app.py: {problem}" for problem in problems))

    def host(self, service: Service) -> str:
        """The first label of the name that a routed service is served under."""
        return service.host or self.name

    @property
    def hosts(self) -> tuple[str, ...]:
        return tuple(sorted({self.host(service) for service in self.services if service.routes}))

    @property
    def secret_keys(self) -> tuple[str, ...]:
        """What stack config must hold for the app, as `<app>:<key>`."""
        keys = [store.password_key for store in self.stores] + [key.lower() for s in self.services for key in s.secrets]
        return tuple(dict.fromkeys(keys))

    @property
    def in_order_of_start(self) -> tuple[Service, ...]:
        """The services, each after those that it uses."""
        return tuple(TopologicalSorter({service: service.services for service in self.services}).static_order())

    def users_of(self, target: Store | Service) -> tuple[Service, ...]:
        """The services whose `uses` name the target."""
        return tuple(service for service in self.services if target in service.uses)

    def _bad_names(self) -> list[str]:
        names = [self.name, *(store.name for store in self.stores), *(service.name for service in self.services)]
        hosts = [service.host for service in self.services if service.host is not None]
        problems = [
            f"name {n!r} must match {NAME.pattern} (at most 20 characters)" for n in (*names, *hosts) if not NAME.fullmatch(n)
        ]
        if reason := naming.app_problem(self.name):
            problems.append(f"name {self.name!r} {reason}. Fix: give the app and its folder another name")
        return problems + [f"name {n!r} is used twice" for n in sorted(set(names[1:])) if names[1:].count(n) > 1]

    def _bad_ports(self) -> list[str]:
        return [
            f"port of service {service.name!r} must be {PORTS[0]} to {PORTS[-1]}, got {service.port}"
            for service in self.services
            if service.port not in PORTS
        ]

    def _bad_variables(self) -> list[str]:
        problems = []
        for service in self.services:
            for key in (*service.secrets, *service.settings):
                if not VARIABLE.fullmatch(key):
                    problems.append(f"variable {key!r} of service {service.name!r} must match {VARIABLE.pattern}")
            given = {"PORT", *(f"{variable(used.name)}_URL" for used in service.services)}
            given |= {
                f"{store.prefix}_{key}" for store in service.stores for key in ("HOST", "PORT", "NAME", "USER", "PASSWORD", "CA")
            }
            problems += [
                f"variable {key!r} of service {service.name!r} is given by the platform"
                for key in (*service.secrets, *service.settings)
                if key in given
            ]
            problems += [
                f"variable {key!r} of service {service.name!r} is both a setting and a secret"
                for key in service.secrets
                if key in service.settings
            ]
        return problems

    def _bad_stores(self) -> list[str]:
        problems = [
            f"volume_gib of store {store.name!r} must be {VOLUME_GIB[0]} to {VOLUME_GIB[-1]}, got {store.volume_gib}"
            for store in self.stores
            if store.volume_gib not in VOLUME_GIB
        ]
        on_rds = [store.name for store in self.stores if not store.in_pod]
        if len(on_rds) > 1:
            problems.append(f"stores {', '.join(map(repr, on_rds))} are all on RDS, where an app has one schema")
        return problems

    def _bad_uses(self) -> list[str]:
        known = (*self.stores, *self.services)
        return [
            f"service {service.name!r} uses {used.name!r}, which is not among the app's stores and services"
            for service in self.services
            for used in service.uses
            if used not in known
        ]

    def _bad_routes(self) -> list[str]:
        routes = [(self.host(service), route) for service in self.services for route in service.routes]
        problems = [
            f"route {r!r} must start with / and, but for / itself, not end with one"
            for _, r in routes
            if not r.startswith("/") or (r != "/" and r.endswith("/"))
        ]
        problems += [
            f"route {r!r} may hold letters, digits, / and _.$~@:+- alone; * and ? would stand for others"
            for _, r in routes
            if not ROUTE.fullmatch(r)
        ]
        problems += [
            f"route {r!r} must have at most {LONGEST_ROUTE} characters, got {len(r)}" for _, r in routes if len(r) > LONGEST_ROUTE
        ]
        problems += [
            f"route {r!r} is given twice for host {host!r}" for host, r in sorted(set(routes)) if routes.count((host, r)) > 1
        ]
        return problems + [
            f"service {service.name!r} has a host or is sticky, but has no routes"
            for service in self.services
            if (service.host or service.sticky) and not service.routes
        ]

    def _bad_files(self) -> list[str]:
        return [
            f"files of service {service.name!r} must be mounted at an absolute path, got {files.at!r}"
            for service in self.services
            for files in service.files
            if not files.at.startswith("/")
        ]
