"""What the configuration is made from: plain values, without moto or HAProxy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Target:
    address: str
    port: int

    @property
    def name(self) -> str:
        return f"{self.address}:{self.port}"


@dataclass(frozen=True, kw_only=True)
class HealthCheck:
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
    """A target group. `source` is the address that its load balancer connects from; None while it has none."""

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
    """Conditions and the deciding action, as the ELB API has them. The default rule has no conditions."""

    conditions: tuple[Mapping[str, Any], ...]
    action: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Listener:
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
    """The registry's front: TLS outside, tokens for what writes, manifests through the hook."""

    port: int
    certificate: Path
    tokens: Path
    hook: str
    store: str


@dataclass(frozen=True, kw_only=True)
class Balancers:
    listeners: tuple[Listener, ...] = ()
    groups: tuple[Group, ...] = ()


def group_name(arn: str) -> str:
    return arn.split(":targetgroup/")[1].replace("/", "-")
