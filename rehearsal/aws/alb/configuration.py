"""Render HAProxy's configuration from the model of the load balancers."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rehearsal.aws.alb.model import Balancers, Group, Listener, Registry
from rehearsal.aws.alb.rules import action_lines, pick_line

# `retries 0`: no error is hidden. Idle connections are kept as long as ALB keeps them, and any request may use one: an
# application that closes them earlier causes 502 responses, as behind an ALB.
HEAD: Final = """global
  description {version}
  stats socket {socket} mode 600 level admin expose-fd listeners
  hard-stop-after {hard_stop}s
  maxconn 4000
  ssl-default-bind-options ssl-min-ver TLSv1.2
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  timeout tunnel 1h
  http-reuse always
  default-server pool-purge-delay 60s
  retries 0
"""
FRONT: Final = """frontend ecr
  bind 127.0.0.1:{port} ssl crt {certificate}
  http-request set-header X-Forwarded-Proto https
  acl write method POST PUT PATCH DELETE
  acl known req.hdr(authorization) -m str -f {tokens}
  http-request return status 401 hdr WWW-Authenticate 'Basic realm="ECR"' hdr Docker-Distribution-Api-Version \
registry/2.0 if write !known
  use_backend ecr-hook if {{ method PUT }} {{ path_sub /manifests/ }}
  default_backend ecr-store
backend ecr-hook
  timeout server 300s
  server hook {hook}
backend ecr-store
  timeout server 300s
  server store {store}
"""
OPEN_SUFFIX: Final = ".open"
COOKIE_KEY: Final = "rehearsal"


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """The parts that depend on the load balancers; `bodies` are the texts of fixed responses by file name."""

    body: str
    bodies: Mapping[str, str]
    hard_stop: int
    registry: Registry

    @property
    def version(self) -> str:
        """Return a hash of the configuration."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:16]


def build(balancers: Balancers, registry: Registry) -> Configuration:
    """Return the configuration of the load balancers and the registry's front."""
    bodies: dict[str, str] = {}
    lines = [line for listener in balancers.listeners for line in frontend(listener, bodies)]
    lines += [line for group in balancers.groups for line in backends(group)]
    delays = [group.deregistration_delay for group in balancers.groups]
    return Configuration(
        body="".join(line + "\n" for line in lines), bodies=bodies, hard_stop=max([5, *delays]), registry=registry
    )


def render(configuration: Configuration, *, socket: Path, bodies: Path, servers: Mapping[str, Collection[str]]) -> str:
    """Return the configuration file. `servers` are the lines of the servers that stay over a reload, by backend."""
    registry, text = configuration.registry, []
    head = HEAD.format(version=configuration.version, socket=socket, hard_stop=configuration.hard_stop)
    front = FRONT.format(
        port=registry.port,
        certificate=registry.certificate,
        tokens=registry.tokens,
        hook=registry.hook,
        store=registry.store,
    )
    for line in configuration.body.replace("{bodies}", str(bodies)).splitlines():
        text.append(line)
        if line.startswith("backend "):
            text += [f"  server {server}" for server in servers.get(line.split()[1], ())]
    return head + front + "".join(line + "\n" for line in text)


def frontend(listener: Listener, bodies: dict[str, str]) -> list[str]:
    """Return the lines of a listener's frontend; add the texts of its fixed responses to `bodies`."""
    scheme = listener.protocol.lower()
    lines = [
        f"bind {listener.address}:{listener.port}{_tls(listener)}",
        f"timeout client {listener.idle_timeout}s",
        "option forwardfor",
        f"http-request set-header X-Forwarded-Proto {scheme}",
        f"http-request set-header X-Forwarded-Port {listener.port}",
    ]
    if listener.drop_invalid_headers:
        lines.append("http-request del-header [^-A-Za-z0-9] -m reg")
    lines += [pick_line(number, rule) for number, rule in enumerate(listener.rules)]
    for number, rule in enumerate(listener.rules):
        lines += action_lines(number, rule, listener, bodies)
    lines.append("use_backend %[var(txn.group)] if { var(txn.group) -m found }")
    return [f"frontend {listener.name}", *("  " + line for line in lines)]


def _tls(listener: Listener) -> str:
    if listener.protocol != "HTTPS":
        return ""
    certificates = "".join(f" crt {path}" for path in listener.certificates)
    protocols = "h2,http/1.1" if listener.http2 else "http/1.1"
    minimum = " ssl-min-ver TLSv1.3" if "TLS13-1-3" in (listener.ssl_policy or "") else ""
    return f" ssl{certificates} alpn {protocols}{minimum}"


def backends(group: Group) -> list[str]:
    """Return the lines of a target group's backends: one with health checks, and a fail-open one for no healthy target."""
    common = [
        f"balance {'leastconn' if group.least_outstanding else 'roundrobin'}",
        f"timeout server {group.idle_timeout}s",
    ]
    if group.sticky:
        common += [
            f"dynamic-cookie-key {COOKIE_KEY}",
            f"cookie AWSALB insert indirect nocache httponly maxlife {group.sticky_seconds}s dynamic",
        ]
    return [
        f"backend {group.name}",
        *("  " + line for line in [*common, *check_lines(group)]),
        f"backend {group.name}{OPEN_SUFFIX}",
        *("  " + line for line in common),
    ]


def check_lines(group: Group) -> list[str]:
    """Return the lines of a target group's HTTP health check."""
    check = group.health_check
    if not check.enabled or check.protocol not in ("HTTP", "HTTPS"):
        return []
    # `linger`: otherwise HAProxy closes the connection with RST, which fills an application's log with errors
    return [
        "option httpchk",
        "http-check connect linger" + (" ssl" if check.protocol == "HTTPS" else ""),
        f"http-check send meth GET uri {check.path} ver HTTP/1.1 hdr Host %[srv_name] "
        "hdr User-Agent ELB-HealthChecker/2.0 hdr Connection close",
        f"http-check expect status {check.matcher}",
        f"timeout check {check.timeout}s",
    ]


def cookies(backend: str, group: Group) -> list[str]:
    """Return the commands that give an added server its cookie: HAProxy sets it only with the backend's key."""
    return [f"set dynamic-cookie-key backend {backend} {COOKIE_KEY}"] if group.sticky else []


def server_options(group: Group, *, checked: bool) -> str:
    """Return the options of a target's server, with or without its health check."""
    options = []
    if group.protocol == "HTTPS":
        options.append("ssl verify none")
    if group.source:
        options.append(f"source {group.source}")
    check = group.health_check
    if checked and check.enabled:
        # `rise 1` and 1 s: ALB routes requests to a new target after one passed check
        options.append(f"check inter {check.interval}s downinter 1s rise 1 fall {check.unhealthy_threshold}")
        if check.port != "traffic-port":
            options.append(f"port {check.port}")
    return " ".join(options)
