"""What an app may ask of the platform. `apps/<name>/app.py` builds one `App` from these and imports nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final, Literal

NAME: Final = re.compile(r"[a-z]([a-z0-9-]{0,18}[a-z0-9])?")
SECRET: Final = re.compile(r"[A-Z][A-Z0-9_]*")

RDS: Final = "rds"


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
class MySql:
    """A schema and a user of its own on the stack's Multi-AZ RDS instance.

    A service that uses the store `database` finds `DATABASE_HOST`, `_PORT`, `_NAME`, `_USER`, `_PASSWORD` and
    `DATABASE_CA` (a PEM file) in its environment. The password is the secret `<app>:<store>_password` of the stack.
    """

    name: str
    on: Literal["rds"] = RDS

    @property
    def password_key(self) -> str:
        return f"{self.name.replace('-', '_')}_password"


@dataclass(frozen=True)
class Service:
    """A long-running workload whose image is built from `apps/<app>/<name>/`.

    `routes` are path prefixes that the load balancer sends here (`/` takes what no other route does); without one the
    service cannot be reached from outside. `uses` names the stores and services it may talk to: everything else is
    unreachable. `migrate` is a command that runs in a Job, with this image and environment, before every roll-out.
    `secrets` are environment variables that come from stack config as `<app>:<lower-case name>`.
    """

    name: str
    port: int = 8080
    uses: tuple[MySql | Service, ...] = field(default=(), kw_only=True)
    routes: tuple[str, ...] = field(default=(), kw_only=True)
    migrate: tuple[str, ...] = field(default=(), kw_only=True)
    secrets: tuple[str, ...] = field(default=(), kw_only=True)
    resources: Resources = field(default=Resources(), kw_only=True)

    @property
    def stores(self) -> tuple[MySql, ...]:
        return tuple(used for used in self.uses if isinstance(used, MySql))

    @property
    def services(self) -> tuple[Service, ...]:
        return tuple(used for used in self.uses if isinstance(used, Service))


@dataclass(frozen=True, kw_only=True)
class App:
    """One system: its stores and services, in a namespace and under a host name of its own."""

    name: str
    services: tuple[Service, ...]
    stores: tuple[MySql, ...] = ()

    def __post_init__(self) -> None:
        problems = [*self._bad_names(), *self._bad_uses(), *self._bad_routes()]
        if problems:
            raise SpecError("\n".join(f"apps/{self.name}/app.py: {problem}" for problem in problems))

    def _bad_names(self) -> list[str]:
        names = [self.name, *(store.name for store in self.stores), *(service.name for service in self.services)]
        problems = [f"name {n!r} must match {NAME.pattern} (at most 20 characters)" for n in names if not NAME.fullmatch(n)]
        problems += [f"name {n!r} is used twice" for n in sorted(set(names[1:])) if names[1:].count(n) > 1]
        problems += [
            f"secret {key!r} of service {service.name!r} must match {SECRET.pattern}"
            for service in self.services
            for key in service.secrets
            if not SECRET.fullmatch(key)
        ]
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
        routes = [route for service in self.services for route in service.routes]
        problems = [
            f"route {r!r} must start with / and, but for / itself, not end with one"
            for r in routes
            if not r.startswith("/") or (r != "/" and r.endswith("/"))
        ]
        return problems + [f"route {r!r} is given twice" for r in sorted(set(routes)) if routes.count(r) > 1]

    def users_of(self, target: MySql | Service) -> tuple[Service, ...]:
        """The services whose `uses` name the target."""
        return tuple(service for service in self.services if target in service.uses)
