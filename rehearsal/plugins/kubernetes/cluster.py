"""The objects of a cluster, through its API server."""

import threading
from dataclasses import dataclass
from typing import Final

from rehearsal.plugins.kubernetes.connection import NOT_FOUND, Connection, RefusedError, UnknownKindError
from rehearsal.plugins.kubernetes.values import Object

SERVER_SIDE_APPLY: Final = "application/apply-patch+yaml"
JSON_PATCH: Final = "application/json-patch+json"
# Stricter than Pulumi's provider: with that, the server drops a misspelt field with a warning that is not shown.
STRICT: Final = ("fieldValidation", "Strict")
DRY_RUN: Final = ("dryRun", "All")

Address = tuple[str, str, str, str | None]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """The paths under which the API server serves a kind's objects."""

    prefix: str
    plural: str
    namespaced: bool

    def path(self, name: str | None, namespace: str | None) -> str:
        """Return the path of an object, or of the list of objects if `name` is None."""
        parent = f"/namespaces/{namespace}" if self.namespaced and namespace else ""
        return f"{self.prefix}{parent}/{self.plural}" + (f"/{name}" if name else "")


@dataclass(frozen=True, kw_only=True)
class Manager:
    """A field manager and how it applies fields.

    Attributes:
        name: The manager's name.
        force: Whether it takes over fields of other managers.
        dry_run: Whether the server discards the result.
    """

    name: str
    force: bool = False
    dry_run: bool = False


class Cluster:
    """A client of the cluster's objects. It is safe to use from several threads."""

    def __init__(self, connection: Connection) -> None:
        """Use a connection."""
        self.connection = connection
        self._lock = threading.Lock()
        self._kinds: dict[tuple[str, str], Kind] = {}

    def kind(self, api_version: str, kind: str) -> Kind:
        """Return the paths of a kind. Raise UnknownKindError if the API server does not serve it."""
        if (served := self._kinds.get((api_version, kind))) is None:
            self._discover(api_version)
            served = self._kinds.get((api_version, kind))
        if served is None:
            raise UnknownKindError(f'no matches for kind "{kind}" in version "{api_version}"')
        return served

    def is_namespaced(self, api_version: str, kind: str) -> bool:
        """Return whether the kind's objects have a namespace. Return True for a kind that is not served yet."""
        try:
            return self.kind(api_version, kind).namespaced
        except UnknownKindError:
            return True

    def serves(self, api_version: str, kind: str) -> bool:
        """Return whether the API server serves the kind."""
        try:
            self.kind(api_version, kind)
        except UnknownKindError:
            return False
        return True

    def _discover(self, api_version: str) -> None:
        prefix = f"/apis/{api_version}" if "/" in api_version else f"/api/{api_version}"
        try:
            resources = self.connection.request("GET", prefix)["resources"]
        except RefusedError as error:
            if error.status != NOT_FOUND:
                raise
            resources = []
        with self._lock:
            for resource in resources:
                if "/" not in resource["name"]:
                    kind = Kind(prefix=prefix, plural=resource["name"], namespaced=resource["namespaced"])
                    self._kinds[(api_version, resource["kind"])] = kind

    def get(self, api_version: str, kind: str, name: str, namespace: str | None) -> Object | None:
        """Return an object, or None if it does not exist."""
        try:
            return self.connection.request("GET", self.kind(api_version, kind).path(name, namespace))
        except RefusedError as error:
            if error.status == NOT_FOUND:
                return None
            raise

    def create(self, body: Object, manager: str, *, dry_run: bool = False) -> Object:
        """Create an object. Raise RefusedError if an object of the same name exists."""
        query = [("fieldManager", manager), STRICT] + ([DRY_RUN] if dry_run else [])
        path = self.kind(body["apiVersion"], body["kind"]).path(None, body["metadata"].get("namespace"))
        return self.connection.request("POST", path, query, body)

    def apply(self, body: Object, manager: Manager) -> Object:
        """Send a server-side apply, which creates the object if it does not exist. Return the resulting object."""
        query = [("fieldManager", manager.name), ("force", str(manager.force).lower())] + ([DRY_RUN] if manager.dry_run else [])
        return self.connection.request("PATCH", self._path(address(body)), query, body, SERVER_SIDE_APPLY)

    def set_managers(self, live: Object, entries: list[Object]) -> Object:
        """Replace the `managedFields` of a live object. Return the resulting object."""
        patch = [{"op": "replace", "path": "/metadata/managedFields", "value": entries}]
        return self.connection.request("PATCH", self._path(address(live)), (), patch, JSON_PATCH)

    def relinquish(self, object_address: Address, manager: str) -> None:
        """Remove the fields that only this manager has set.

        As in Pulumi's provider, this creates an empty object if the object does not exist.
        """
        api_version, kind, name, namespace = object_address
        meta = {"name": name} | ({"namespace": namespace} if namespace else {})
        self.apply({"apiVersion": api_version, "kind": kind, "metadata": meta}, Manager(name=manager))

    def delete(self, object_address: Address, propagation: str) -> None:
        """Request the deletion of an object. Do nothing if it does not exist."""
        try:
            self.connection.request("DELETE", self._path(object_address), body={"propagationPolicy": propagation})
        except RefusedError as error:
            if error.status != NOT_FOUND:
                raise

    def select(self, api_version: str, kind: str, namespace: str | None, **query: str) -> list[Object]:
        """Return the objects of a kind that match the query, such as `labelSelector="app=web"`."""
        path = self.kind(api_version, kind).path(None, namespace)
        objects: list[Object] = self.connection.request("GET", path, list(query.items()))["items"]
        return objects

    def _path(self, object_address: Address) -> str:
        api_version, kind, name, namespace = object_address
        return self.kind(api_version, kind).path(name, namespace)


def address(body: Object) -> Address:
    """Return the address of an object: API version, kind, name and namespace."""
    return body["apiVersion"], body["kind"], body["metadata"]["name"], body["metadata"].get("namespace")
