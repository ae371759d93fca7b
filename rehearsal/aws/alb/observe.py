"""Read moto's load balancers into the model."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final

from moto.acm.models import acm_backends
from moto.elbv2.models import elbv2_backends

from rehearsal import paths
from rehearsal.aws import pki
from rehearsal.aws.alb.model import Balancers, Group, HealthCheck, Listener, Rule, Target, group_name
from rehearsal.aws.alb.rules import values_of
from rehearsal.files import write_atomically

CERTIFICATES: Final = paths.STATE / "haproxy" / "certificates"
DEFAULT_IDLE_TIMEOUT: Final = 60


def balancers() -> Iterator[Any]:
    """Yield moto's load balancers of all regions."""
    for backend in list(elbv2_backends[paths.ACCOUNT].values()):
        yield from list(backend.load_balancers.values())


def groups() -> Iterator[Any]:
    """Yield moto's target groups of all regions."""
    for backend in list(elbv2_backends[paths.ACCOUNT].values()):
        yield from list(backend.target_groups.values())


def observe() -> Balancers:
    """Return the model of the account's load balancers."""
    listeners, sources, timeouts = [], {}, {}
    for balancer in balancers():
        for listener in list(balancer.listeners.values()):
            listeners.append(_listener(balancer, listener))
            for arn in group_arns(listener):
                sources[arn] = balancer.source_address
                timeouts[arn] = idle_timeout(balancer)
    return Balancers(
        listeners=tuple(listeners),
        groups=tuple(_group(group, sources.get(group.arn), timeouts.get(group.arn)) for group in groups()),
    )


def group_arns(listener: Any) -> set[str]:
    """Return the ARNs of the target groups to which a listener's rules forward."""
    arns: set[str] = set()
    for action in (action for rule in listener.rules.values() for action in rule.actions):
        if action.type == "forward":
            configured = (action.data.get("ForwardConfig") or {}).get("TargetGroups") or [action.data]
            arns |= {group["TargetGroupArn"] for group in configured}
    return arns


def idle_timeout(balancer: Any) -> int:
    """Return a load balancer's idle timeout in seconds."""
    return int(balancer.attrs.get("idle_timeout.timeout_seconds", DEFAULT_IDLE_TIMEOUT))


def _listener(balancer: Any, listener: Any) -> Listener:
    ordered = sorted(listener.rules.values(), key=lambda rule: (rule.is_default, 0 if rule.is_default else int(rule.priority)))
    rules = tuple(Rule(conditions=tuple(rule.conditions), action=_final_action(rule.actions)) for rule in ordered)
    protocol, attributes = listener.protocol.upper(), balancer.attrs
    return Listener(
        name=f"{balancer.name}-{listener.port}",
        address=balancer.listen_address,
        port=int(listener.port),
        protocol=protocol,
        rules=rules,
        certificates=_certificates(balancer, listener, rules) if protocol == "HTTPS" else (),
        ssl_policy=listener.ssl_policy,
        http2=attributes.get("routing.http2.enabled", "true") == "true",
        drop_invalid_headers=attributes.get("routing.http.drop_invalid_header_fields.enabled") == "true",
        idle_timeout=idle_timeout(balancer),
    )


def _final_action(actions: Iterable[Any]) -> dict[str, Any]:
    return dict(sorted((action.data for action in actions), key=lambda data: int(data.get("Order") or 0))[-1])


def _certificates(balancer: Any, listener: Any, rules: tuple[Rule, ...]) -> tuple[Path, ...]:
    issued = acm_backends[paths.ACCOUNT][balancer.arn.split(":")[3]]._certificates
    hosts = [host for rule in rules for c in rule.conditions if c["Field"] == "host-header" for host in values_of(c)]
    return tuple(
        certificate_file(certificate_names([issued[arn].common_name, *issued[arn].sans], hosts))
        for arn in listener.certificates
        if arn in issued
    )


def certificate_names(names: Iterable[str], hosts: Iterable[str]) -> list[str]:
    """Return a certificate's names with the hosts that its wildcards cover: clients refuse `*.localhost` and the like."""
    own_names = sorted({name.lower() for name in names})
    wildcards = [name for name in own_names if name.startswith("*.")]
    covered_hosts = {
        host.lower()
        for host in hosts
        if "*" not in host and any(fnmatchcase(host.lower(), w) and host.count(".") == w.count(".") for w in wildcards)
    }
    return sorted({*own_names, *covered_hosts})


def certificate_file(names: list[str], sign: Callable[[list[str]], tuple[bytes, bytes]] = pki.sign) -> Path:
    """Return the file with the certificate and key for DNS names; create it if it does not exist."""
    path = CERTIFICATES / f"{hashlib.sha256(' '.join(names).encode()).hexdigest()[:16]}.pem"
    if not path.exists():
        write_atomically(path, b"".join(sign(names)), mode=0o600)
    return path


def _group(group: Any, source: str | None, timeout: int | None) -> Group:
    attributes = group.attributes
    ip_targets = list(group.targets.values()) if group.target_type == "ip" else []
    return Group(
        name=group_name(group.arn),
        arn=group.arn,
        protocol=group.protocol,
        targets=tuple(Target(address=target["Id"], port=int(target["Port"])) for target in ip_targets),
        health_check=HealthCheck(
            enabled=bool(group.health_check_enabled),
            protocol=group.health_check_protocol,
            path=group.health_check_path or "/",
            port=str(group.health_check_port or "traffic-port"),
            matcher=(group.matcher or {}).get("HttpCode") or "200",
            interval=int(group.health_check_interval_seconds),
            timeout=int(group.health_check_timeout_seconds),
            unhealthy_threshold=int(group.unhealthy_threshold_count),
        ),
        least_outstanding=attributes.get("load_balancing.algorithm.type") == "least_outstanding_requests",
        sticky=attributes.get("stickiness.enabled") == "true",
        sticky_seconds=int(attributes.get("stickiness.lb_cookie.duration_seconds") or 86400),
        deregistration_delay=int(attributes["deregistration_delay.timeout_seconds"]),
        idle_timeout=timeout or DEFAULT_IDLE_TIMEOUT,
        source=source,
    )
