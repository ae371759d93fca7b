"""The rules of an app's spec. Each function returns what is wrong with an app, in words that name the part and the value."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from infra import naming

if TYPE_CHECKING:
    from infra.spec import App

NAME: Final = re.compile(r"[a-z]([a-z0-9-]{0,18}[a-z0-9])?")
VARIABLE: Final = re.compile(r"[A-Z][A-Z0-9_]*")
# GiB of a gp3 volume. Source: https://docs.aws.amazon.com/ebs/latest/userguide/general-purpose.html
VOLUME_GIB: Final = range(1, 16_385)
PORTS: Final = range(1, 65_536)
# Characters that are no wildcards for the load balancer, and the longest pattern; the longer pattern of a route ends in /*.
# Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html#path-conditions
ROUTE: Final = re.compile(r"[A-Za-z0-9/_.$~@:+-]*")
LONGEST_ROUTE: Final = 128 - len("/*")


def problems(app: App) -> list[str]:
    """Return all that is wrong with an app's spec."""
    return [
        *_bad_names(app),
        *_bad_ports(app),
        *_bad_variables(app),
        *_bad_stores(app),
        *_bad_uses(app),
        *_bad_routes(app),
        *_bad_files(app),
    ]


def _bad_names(app: App) -> list[str]:
    names = [app.name, *(store.name for store in app.stores), *(service.name for service in app.services)]
    hosts = [service.host for service in app.services if service.host is not None]
    problems = [
        f"name {name!r} must match {NAME.pattern} (at most 20 characters)"
        for name in (*names, *hosts)
        if not NAME.fullmatch(name)
    ]
    if reason := naming.app_problem(app.name):
        problems.append(f"name {app.name!r} {reason}. Fix: give the app and its folder another name")
    return problems + [f"name {name!r} is used twice" for name in sorted(set(names[1:])) if names[1:].count(name) > 1]


def _bad_ports(app: App) -> list[str]:
    return [
        f"port of service {service.name!r} must be {PORTS[0]} to {PORTS[-1]}, got {service.port}"
        for service in app.services
        if service.port not in PORTS
    ]


def _bad_variables(app: App) -> list[str]:
    problems = []
    for service in app.services:
        for key in (*service.secrets, *service.settings):
            if not VARIABLE.fullmatch(key):
                problems.append(f"variable {key!r} of service {service.name!r} must match {VARIABLE.pattern}")
        reserved = {"PORT", *(f"{naming.variable(used.name)}_URL" for used in service.services)}
        reserved |= {
            f"{store.prefix}_{key}" for store in service.stores for key in ("HOST", "PORT", "NAME", "USER", "PASSWORD", "CA")
        }
        problems += [
            f"variable {key!r} of service {service.name!r} is given by the platform"
            for key in (*service.secrets, *service.settings)
            if key in reserved
        ]
        problems += [
            f"variable {key!r} of service {service.name!r} is both a setting and a secret"
            for key in service.secrets
            if key in service.settings
        ]
    return problems


def _bad_stores(app: App) -> list[str]:
    problems = [
        f"volume_gib of store {store.name!r} must be {VOLUME_GIB[0]} to {VOLUME_GIB[-1]}, got {store.volume_gib}"
        for store in app.stores
        if store.volume_gib not in VOLUME_GIB
    ]
    on_rds = [store.name for store in app.stores if not store.in_pod]
    if len(on_rds) > 1:
        problems.append(f"stores {', '.join(map(repr, on_rds))} are all on RDS, where an app has one schema")
    return problems


def _bad_uses(app: App) -> list[str]:
    known = (*app.stores, *app.services)
    return [
        f"service {service.name!r} uses {used.name!r}, which is not among the app's stores and services"
        for service in app.services
        for used in service.uses
        if used not in known
    ]


def _bad_routes(app: App) -> list[str]:
    routes = [(app.host(service), route) for service in app.services for route in service.routes]
    problems = [
        f"route {route!r} must start with / and must not end with /, except for / itself"
        for _, route in routes
        if not route.startswith("/") or (route != "/" and route.endswith("/"))
    ]
    problems += [
        f"route {route!r} may contain only letters, digits, / and _.$~@:+-; * and ? would be wildcards"
        for _, route in routes
        if not ROUTE.fullmatch(route)
    ]
    problems += [
        f"route {route!r} must have at most {LONGEST_ROUTE} characters, got {len(route)}"
        for _, route in routes
        if len(route) > LONGEST_ROUTE
    ]
    problems += [
        f"route {route!r} is given twice for host {host!r}"
        for host, route in sorted(set(routes))
        if routes.count((host, route)) > 1
    ]
    return problems + [
        f"service {service.name!r} has a host or is sticky, but has no routes"
        for service in app.services
        if (service.host or service.sticky) and not service.routes
    ]


def _bad_files(app: App) -> list[str]:
    return [
        f"files of service {service.name!r} must be mounted at an absolute path, got {files.mount_path!r}"
        for service in app.services
        for files in service.files
        if not files.mount_path.startswith("/")
    ]
