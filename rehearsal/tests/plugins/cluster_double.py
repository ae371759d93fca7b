"""A cluster in memory."""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from rehearsal.plugins.kubernetes.cluster import Address, Kind, Manager
from rehearsal.plugins.kubernetes.connection import RefusedError, UnknownKindError
from rehearsal.plugins.kubernetes.schema import Schema
from rehearsal.plugins.kubernetes.values import Object

NAMESPACED = Kind(prefix="/api/v1", plural="configmaps", namespaced=True)


@dataclass
class ClusterDouble:
    """A cluster client in memory.

    Attributes:
        objects: The objects, keyed by name.
        refusals: The errors of the next requests, keyed by verb.
        unserved: How many more creates fail because the kind is not served yet.
        calls: The requests so far.
        connection: A connection without a schema.
    """

    objects: dict[str, Object] = field(default_factory=dict)
    refusals: dict[str, list[RefusedError]] = field(default_factory=dict)
    unserved: int = 0
    calls: list[str] = field(default_factory=list)
    connection: Any = field(default_factory=lambda: SimpleNamespace(schema=Schema({}), unreachable=None))

    def _record(self, verb: str) -> None:
        self.calls.append(verb)
        if errors := self.refusals.get(verb):
            raise errors.pop(0)

    def kind(self, api_version: str, kind: str) -> Kind:
        return NAMESPACED

    def serves(self, api_version: str, kind: str) -> bool:
        return self.unserved == 0

    def is_namespaced(self, api_version: str, kind: str) -> bool:
        return True

    def get(self, api_version: str, kind: str, name: str, namespace: str | None) -> Object | None:
        return self.objects.get(name)

    def create(self, body: Object, manager: str, *, dry_run: bool = False) -> Object:
        if self.unserved:
            self.unserved -= 1
            raise UnknownKindError("no matches for kind")
        self._record("create")
        name = body["metadata"]["name"]
        if name in self.objects:
            raise RefusedError(409, f'configmaps "{name}" already exists', "AlreadyExists")
        return body if dry_run else self.objects.setdefault(name, body)

    def apply(self, body: Object, manager: Manager) -> Object:
        self._record(f"apply force={manager.force} dry_run={manager.dry_run}")
        return body if manager.dry_run else self.objects.setdefault(body["metadata"]["name"], body) | body

    def set_managers(self, live: Object, entries: list[Object]) -> Object:
        self._record("managers")
        return live

    def relinquish(self, place: Address, manager: str) -> None:
        self._record(f"relinquish {manager}")

    def delete(self, place: Address, propagation: str) -> None:
        self._record(f"delete {propagation}")
        self.objects.pop(place[2], None)

    def select(self, api_version: str, kind: str, namespace: str | None, **query: str) -> list[Object]:
        return []
