"""Update HAProxy from moto's load balancers: listeners and groups by a reload, targets through the runtime API.

A new target gets requests after its first passed check. A deregistered target finishes the requests in progress, within its
group's deregistration delay. Both begin LAG_SECONDS after the API call, because AWS has a delay too.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, field
from typing import Final

from rehearsal.aws.alb import haproxy
from rehearsal.aws.alb.configuration import OPEN_SUFFIX, Configuration, build, cookies, server_options
from rehearsal.aws.alb.model import Group, Registry
from rehearsal.aws.alb.observe import observe

log = logging.getLogger(__name__)
Key = tuple[str, str]  # (group, target)
LAG_SECONDS: Final = 2.0


def is_up(row: dict[str, str]) -> bool:
    """Return whether HAProxy sends requests to the server of a row of its statistics."""
    return row["status"].startswith(("UP", "no check"))


@dataclass
class Follower:
    """The state of HAProxy, by target. Only `sync` changes it, one thread at a time; times are of the monotonic clock."""

    registry: Registry
    current: Configuration | None = None
    states: haproxy.Servers = field(default_factory=dict)
    changed_at: dict[Key, float] = field(default_factory=dict)
    """When a registration or deregistration was first seen."""
    added_at: dict[Key, float] = field(default_factory=dict)
    drain_deadlines: dict[Key, float] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def sync(self) -> None:
        """Compare moto's load balancers with HAProxy, and update HAProxy."""
        with self.lock:
            groups = self._sync_structure()
            registered = {(group.name, target.name): group for group in groups for target in group.targets}
            live = {key: row for key, row in self.states.items() if not key[0].endswith(OPEN_SUFFIX)}
            for key in registered.keys() - live.keys():
                if self._is_due(key):
                    self._add(key, registered[key])
            by_name = {group.name: group for group in groups}
            for key in live.keys() - registered.keys():
                if self._is_due(key):
                    self._drain_or_remove(key, by_name.get(key[0]))
            for key in registered.keys() & self.drain_deadlines.keys():  # registered again
                self._set_state(key, "ready")
                del self.drain_deadlines[key]
            self._add_to_open_backends(registered)
            self.states = haproxy.servers()
            self._forget(registered.keys())

    def _sync_structure(self) -> tuple[Group, ...]:
        balancers = observe()
        configuration = build(balancers, self.registry)
        self.states = haproxy.servers()
        if configuration != self.current or not haproxy.runtime("show info"):
            haproxy.apply(configuration, self._servers_to_keep(balancers.groups))
            self.current, self.states = configuration, haproxy.servers()
        return balancers.groups

    def _servers_to_keep(self, groups: tuple[Group, ...]) -> dict[str, list[str]]:
        """Return the lines of the servers in use, by backend: a reload keeps them, the runtime API adds the others again."""
        lines: dict[str, list[str]] = {}
        for group in groups:
            for target in group.targets:
                for backend, checked in ((group.name, True), (group.name + OPEN_SUFFIX, False)):
                    row = self.states.get((backend, target.name))
                    if row and is_up(row):
                        line = f"{target.name} {target.name} {server_options(group, checked=checked)}".rstrip()
                        lines.setdefault(backend, []).append(line)
        return lines

    def _is_due(self, key: Key) -> bool:
        return time.monotonic() - self.changed_at.setdefault(key, time.monotonic()) >= LAG_SECONDS

    def _add(self, key: Key, group: Group) -> None:
        name = "/".join(key)
        answer = haproxy.runtime(
            f"add server {name} {key[1]} {server_options(group, checked=True)}",
            f"enable health {name}",
            f"enable server {name}",
            *([f"set server {name} health down"] if group.health_check.enabled else []),
            *cookies(key[0], group),
        )
        log.info("target %s added %s", name, " ".join(answer.split()))
        self.added_at[key] = time.monotonic()

    def _add_to_open_backends(self, registered: dict[Key, Group]) -> None:
        """Add each target to its fail-open backend, which serves when no target is healthy, after its first checks."""
        for key, group in registered.items():
            twin = (key[0] + OPEN_SUFFIX, key[1])
            if twin in self.states or key not in self.states or self.is_initial(key, group):
                continue
            name = "/".join(twin)
            haproxy.runtime(
                f"add server {name} {key[1]} {server_options(group, checked=False)}",
                f"enable server {name}",
                *cookies(twin[0], group),
            )

    def is_initial(self, key: Key, group: Group) -> bool:
        """Return whether a new target has not passed a check yet, and has had no time to fail them."""
        if key not in self.added_at or (key in self.states and is_up(self.states[key])):
            return False
        check = group.health_check
        return time.monotonic() - self.added_at[key] < check.interval * check.unhealthy_threshold

    def _drain_or_remove(self, key: Key, group: Group | None) -> None:
        if key not in self.drain_deadlines:
            log.info("target %s/%s drains", *key)
            self.drain_deadlines[key] = time.monotonic() + (group.deregistration_delay if group else 0)
            self._set_state(key, "drain")
            return
        twins = [twin for twin in (key, (key[0] + OPEN_SUFFIX, key[1])) if twin in self.states]
        is_idle = all(int(self.states[twin]["scur"] or 0) == 0 for twin in twins)
        if is_idle or time.monotonic() > self.drain_deadlines[key]:
            for twin in twins:
                name = "/".join(twin)
                commands = (f"set server {name} state maint", f"shutdown sessions server {name}", f"del server {name}")
                answer = haproxy.runtime(*commands)
                log.info("target %s removed %s", name, " ".join(answer.split()))

    def _set_state(self, key: Key, state: str) -> None:
        for backend in (key[0], key[0] + OPEN_SUFFIX):
            if (backend, key[1]) in self.states:
                haproxy.runtime(f"set server {backend}/{key[1]} state {state}")

    def _forget(self, registered: object) -> None:
        keys = set(registered)  # type: ignore[call-overload]
        live = {key for key in self.states if not key[0].endswith(OPEN_SUFFIX)}
        for times, current in ((self.drain_deadlines, live), (self.added_at, keys), (self.changed_at, keys ^ live)):
            for key in times.keys() - current:
                del times[key]
