"""Keeps HAProxy in step with moto: structure by reload, targets through the runtime API.

A new target gets traffic after its first passed check; a removed one finishes what it has, at most for its group's
deregistration delay. Both happen LAG_SECONDS after the API was told, as AWS's take their time too.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, field

from . import haproxy
from .configuration import OPEN_SUFFIX, Configuration, build, cookies, server_options
from .model import Group, Registry
from .observe import observe

log = logging.getLogger(__name__)
Key = tuple[str, str]  # (group, target)
LAG_SECONDS = 2.0


def is_up(row: dict[str, str]) -> bool:
    return row["status"].startswith(("UP", "no check"))


@dataclass
class Follower:
    registry: Registry
    current: Configuration | None = None
    states: haproxy.Servers = field(default_factory=dict)
    noticed: dict[Key, float] = field(default_factory=dict)
    added: dict[Key, float] = field(default_factory=dict)
    draining: dict[Key, float] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def sync(self) -> None:
        with self.lock:
            groups = self._sync_structure()
            wanted = {(group.name, target.name): group for group in groups for target in group.targets}
            live = {key: row for key, row in self.states.items() if not key[0].endswith(OPEN_SUFFIX)}
            for key in wanted.keys() - live.keys():
                if self._is_due(key):
                    self._add(key, wanted[key])
            by_name = {group.name: group for group in groups}
            for key in live.keys() - wanted.keys():
                if self._is_due(key):
                    self._drain_or_remove(key, by_name.get(key[0]))
            for key in wanted.keys() & self.draining.keys():  # registered again
                self._set_state(key, "ready")
                del self.draining[key]
            self._open_late(wanted)
            self.states = haproxy.servers()
            self._forget(wanted.keys())

    def _sync_structure(self) -> tuple[Group, ...]:
        balancers = observe()
        configuration = build(balancers, self.registry)
        self.states = haproxy.servers()
        if configuration != self.current or not haproxy.runtime("show info"):
            haproxy.apply(configuration, self._kept(balancers.groups))
            self.current, self.states = configuration, haproxy.servers()
        return balancers.groups

    def _kept(self, groups: tuple[Group, ...]) -> dict[str, list[str]]:
        """Servers that take traffic stay over a reload; all others come back through the runtime API, as new ones."""
        kept: dict[str, list[str]] = {}
        for group in groups:
            for target in group.targets:
                for backend, checked in ((group.name, True), (group.name + OPEN_SUFFIX, False)):
                    row = self.states.get((backend, target.name))
                    if row and is_up(row):
                        line = f"{target.name} {target.name} {server_options(group, checked=checked)}".rstrip()
                        kept.setdefault(backend, []).append(line)
        return kept

    def _is_due(self, key: Key) -> bool:
        return time.monotonic() - self.noticed.setdefault(key, time.monotonic()) >= LAG_SECONDS

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
        self.added[key] = time.monotonic()

    def _open_late(self, wanted: dict[Key, Group]) -> None:
        """A target whose first checks are over serves the open twin, which takes all when none is healthy."""
        for key, group in wanted.items():
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
        if key not in self.added or (key in self.states and is_up(self.states[key])):
            return False
        check = group.health_check
        return time.monotonic() - self.added[key] < check.interval * check.unhealthy_threshold

    def _drain_or_remove(self, key: Key, group: Group | None) -> None:
        if key not in self.draining:
            log.info("target %s/%s drains", *key)
            self.draining[key] = time.monotonic() + (group.deregistration_delay if group else 0)
            self._set_state(key, "drain")
            return
        twins = [twin for twin in (key, (key[0] + OPEN_SUFFIX, key[1])) if twin in self.states]
        idle = all(int(self.states[twin]["scur"] or 0) == 0 for twin in twins)
        if idle or time.monotonic() > self.draining[key]:
            for twin in twins:
                name = "/".join(twin)
                commands = (f"set server {name} state maint", f"shutdown sessions server {name}", f"del server {name}")
                answer = haproxy.runtime(*commands)
                log.info("target %s removed %s", name, " ".join(answer.split()))

    def _set_state(self, key: Key, state: str) -> None:
        for backend in (key[0], key[0] + OPEN_SUFFIX):
            if (backend, key[1]) in self.states:
                haproxy.runtime(f"set server {backend}/{key[1]} state {state}")

    def _forget(self, wanted: object) -> None:
        keys = set(wanted)  # type: ignore[call-overload]
        live = {key for key in self.states if not key[0].endswith(OPEN_SUFFIX)}
        for known, keep in ((self.draining, live), (self.added, keys), (self.noticed, keys ^ live)):
            for key in known.keys() - keep:
                del known[key]
