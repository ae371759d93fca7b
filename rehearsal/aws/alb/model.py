"""The model of the load balancers: plain values, independent of moto and HAProxy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Target:
    """A registered target of type `ip`."""

    address: str
    port: int

    @property
    def name(self) -> str:
        """Return the name of its HAProxy server."""
        return f"{self.address}:{self.port}"


@dataclass(frozen=True, kw_only=True)
class HealthCheck:
    """The health check of a target group; times are in seconds."""

    enabled: bool
    protocol: str
    path: str
    port: str
    matcher: str
    interval: int
    timeout: int
    unhealthy_threshold: int


@dataclass(frozen=True, kw_only=True)
class Group:
    """A target group. `source` is the address from which its load balancer connects; None while it has no load balancer."""

    name: str
    arn: str
    protocol: str
    targets: tuple[Target, ...]
    health_check: HealthCheck
    least_outstanding: bool
    sticky: bool
    sticky_seconds: int
    deregistration_delay: int
    idle_timeout: int
    source: str | None


@dataclass(frozen=True, kw_only=True)
class Rule:
    """The conditions and the final action of a rule, in the ELB API's format. The default rule has no conditions."""

    conditions: tuple[Mapping[str, Any], ...]
    action: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Listener:
    """A listener of a load balancer with its rules by priority; `idle_timeout` is in seconds."""

    name: str
    address: str
    port: int
    protocol: str
    rules: tuple[Rule, ...]
    certificates: tuple[Path, ...] = ()
    ssl_policy: str | None = None
    http2: bool = True
    drop_invalid_headers: bool = False
    idle_timeout: int = 60


@dataclass(frozen=True, kw_only=True)
class Registry:
    """The front of the image registry: it ends TLS, requires a token for writes, and sends manifests to the hook server."""

    port: int
    certificate: Path
    tokens: Path
    hook: str
    store: str


@dataclass(frozen=True, kw_only=True)
class Balancers:
    """All listeners and target groups of the account."""

    listeners: tuple[Listener, ...] = ()
    groups: tuple[Group, ...] = ()


def group_name(arn: str) -> str:
    """Return the name of a target group's HAProxy backend."""
    return arn.split(":targetgroup/")[1].replace("/", "-")
