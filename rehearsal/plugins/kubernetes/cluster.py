"""The objects of a cluster, as its API server serves them."""

import threading
from dataclasses import dataclass
from typing import Final

from rehearsal.plugins.kubernetes.connection import NOT_FOUND, Connection, RefusedError, UnknownKindError
from rehearsal.plugins.kubernetes.values import Object

SERVER_SIDE_APPLY: Final = "application/apply-patch+yaml"
JSON_PATCH: Final = "application/json-patch+json"
# Pulumi's provider leaves a misspelt field to the server, which drops it with a warning that nobody sees.
STRICT: Final = ("fieldValidation", "Strict")
DRY_RUN: Final = ("dryRun", "All")

Address = tuple[str, str, str, str | None]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """Where the API server serves a kind's objects."""

    prefix: str
    plural: str
    namespaced: bool

    def path(self, name: str | None, namespace: str | None) -> str:
        place = f"/namespaces/{namespace}" if self.namespaced and namespace else ""
        return f"{self.prefix}{place}/{self.plural}" + (f"/{name}" if name else "")


@dataclass(frozen=True, kw_only=True)
class Manager:
    """Who applies fields. `force`: fields of others are taken over; `dry_run`: nothing is kept."""

    name: str
    force: bool = False
    dry_run: bool = False


class Cluster:
    """Safe to use from several threads."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._lock = threading.Lock()
        self._kinds: dict[tuple[str, str], Kind] = {}

    def kind(self, api_version: str, kind: str) -> Kind:
        """Return where the kind is served. Raise UnknownKindError if it is not."""
        if (known := self._kinds.get((api_version, kind))) is None:
            self._discover(api_version)
            known = self._kinds.get((api_version, kind))
        if known is None:
            raise UnknownKindError(f'no matches for kind "{kind}" in version "{api_version}"')
        return known

    def is_namespaced(self, api_version: str, kind: str) -> bool:
        """Return whether the kind's objects lie in namespaces; a kind that is not served yet is taken to."""
        try:
            return self.kind(api_version, kind).namespaced
        except UnknownKindError:
            return True

    def serves(self, api_version: str, kind: str) -> bool:
        try:
            self.kind(api_version, kind)
        except UnknownKindError:
            return False
        return True

    def _discover(self, api_version: str) -> None:
        prefix = f"/apis/{api_version}" if "/" in api_version else f"/api/{api_version}"
        try:
            served = self.connection.request("GET", prefix)["resources"]
        except RefusedError as error:
            if error.status != NOT_FOUND:
                raise
            served = []
        with self._lock:
            for each in served:
                if "/" not in each["name"]:
                    found = Kind(prefix=prefix, plural=each["name"], namespaced=each["namespaced"])
                    self._kinds[(api_version, each["kind"])] = found

    def get(self, api_version: str, kind: str, name: str, namespace: str | None) -> Object | None:
        try:
            return self.connection.request("GET", self.kind(api_version, kind).path(name, namespace))
        except RefusedError as error:
            if error.status == NOT_FOUND:
                return None
            raise

    def create(self, body: Object, manager: str, *, dry_run: bool = False) -> Object:
        """Make the object. Raise RefusedError if there is one of its name."""
        query = [("fieldManager", manager), STRICT] + ([DRY_RUN] if dry_run else [])
        path = self.kind(body["apiVersion"], body["kind"]).path(None, body["metadata"].get("namespace"))
        return self.connection.request("POST", path, query, body)

    def apply(self, body: Object, manager: Manager) -> Object:
        """Apply the fields on the server's side, which makes an object that is not there; return it as it is then."""
        query = [("fieldManager", manager.name), ("force", str(manager.force).lower())] + ([DRY_RUN] if manager.dry_run else [])
        return self.connection.request("PATCH", self._path(address(body)), query, body, SERVER_SIDE_APPLY)

    def set_managers(self, live: Object, entries: list[Object]) -> Object:
        """Write down who manages which fields of a live object."""
        patch = [{"op": "replace", "path": "/metadata/managedFields", "value": entries}]
        return self.connection.request("PATCH", self._path(address(live)), (), patch, JSON_PATCH)

    def relinquish(self, place: Address, manager: str) -> None:
        """Take away what the manager has set and nobody else has.

        As Pulumi's provider, without a look: of an object that is gone, this makes an empty one.
        """
        api_version, kind, name, namespace = place
        meta = {"name": name} | ({"namespace": namespace} if namespace else {})
        self.apply({"apiVersion": api_version, "kind": kind, "metadata": meta}, Manager(name=manager))

    def delete(self, place: Address, propagation: str) -> None:
        """Ask for the deletion of an object; it may be gone already."""
        try:
            self.connection.request("DELETE", self._path(place), body={"propagationPolicy": propagation})
        except RefusedError as error:
            if error.status != NOT_FOUND:
                raise

    def select(self, api_version: str, kind: str, namespace: str | None, **query: str) -> list[Object]:
        path = self.kind(api_version, kind).path(None, namespace)
        found: list[Object] = self.connection.request("GET", path, list(query.items()))["items"]
        return found

    def _path(self, place: Address) -> str:
        api_version, kind, name, namespace = place
        return self.kind(api_version, kind).path(name, namespace)


def address(body: Object) -> Address:
    return body["apiVersion"], body["kind"], body["metadata"]["name"], body["metadata"].get("namespace")
