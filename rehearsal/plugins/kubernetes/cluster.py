"""The cluster behind a kubeconfig, as its API server shows it."""

import json
import threading
from dataclasses import dataclass
from typing import Final

import urllib3
import yaml
from kubernetes import client, config
from tenacity import (
    Retrying,
    retry_if_exception_type,
    sleep_using_event,
    stop_after_delay,
    stop_any,
    stop_when_event_set,
    wait_fixed,
)

from rehearsal.plugins.kubernetes.values import Object

NOT_FOUND: Final = 404
FORBIDDEN: Final = 403
INVALID: Final = 422
SERVER_SIDE_APPLY: Final = "application/apply-patch+yaml"
# Kinds that have just been defined take seconds to work.
PATIENCE_SECONDS: Final = 30
# The engine asks for as many resources at once as it has workers.
CONNECTIONS: Final = 32
TIMEOUT_SECONDS: Final = (5, 60)


class ClusterError(RuntimeError):
    """The API server cannot be asked."""


class UnknownKindError(ClusterError):
    """The API server serves no such kind."""


class RefusedError(ClusterError):
    """The API server's refusal, in its own words."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status

    @property
    def is_lack_of_permission(self) -> bool:
        """Admission's refusals are forbidden, too, but they say nothing of the user."""
        return self.status == FORBIDDEN and 'User "' in str(self)


@dataclass(frozen=True, kw_only=True)
class Kind:
    """Where the API server serves a kind's objects."""

    prefix: str
    plural: str
    namespaced: bool

    def path(self, name: str | None, namespace: str | None) -> str:
        place = f"/namespaces/{namespace}" if self.namespaced and namespace else ""
        return f"{self.prefix}{place}/{self.plural}" + (f"/{name}" if name else "")


class Cluster:
    """Safe to use from several threads. `cancelled` ends what it waits for."""

    def __init__(self, kubeconfig: str | None, cancelled: threading.Event) -> None:
        self._kubeconfig = kubeconfig
        self._cancelled = cancelled
        self._lock = threading.Lock()
        self._api: client.ApiClient | None = None
        self._kinds: dict[tuple[str, str], Kind] = {}
        self._unreachable: ClusterError | None = None

    def greet(self) -> None:
        """As Pulumi's provider when it starts: what does not answer then is unreachable to the end of the process."""
        try:
            self._request("GET", "/api")
        except ClusterError as error:
            self._unreachable = ClusterError(f"configured Kubernetes cluster is unreachable: {error}")

    def kind(self, api_version: str, kind: str) -> Kind:
        """UnknownKindError if the API server does not serve it."""
        if (known := self._kinds.get((api_version, kind))) is None:
            self._discover(api_version)
            known = self._kinds.get((api_version, kind))
        if known is None:
            raise UnknownKindError(f"the API server serves no {kind} of {api_version}: is its definition there?")
        return known

    def _discover(self, api_version: str) -> None:
        prefix = f"/apis/{api_version}" if "/" in api_version else f"/api/{api_version}"
        try:
            served = self._request("GET", prefix)["resources"]
        except RefusedError as error:
            if error.status != NOT_FOUND:
                raise
            served = []
        for each in served:
            if "/" not in each["name"]:
                found = Kind(prefix=prefix, plural=each["name"], namespaced=each["namespaced"])
                self._kinds[(api_version, each["kind"])] = found

    def get(self, api_version: str, kind: str, name: str, namespace: str | None) -> Object | None:
        try:
            return self._request("GET", self.kind(api_version, kind).path(name, namespace))
        except RefusedError as error:
            if error.status == NOT_FOUND:
                return None
            raise

    def apply(self, body: Object, manager: str, *, force: bool = False, dry_run: bool = False) -> Object:
        """Server-side apply: the object as it is then."""
        meta = body["metadata"]
        query = [("fieldManager", manager), ("force", str(force).lower())] + ([("dryRun", "All")] if dry_run else [])
        path = self.kind(body["apiVersion"], body["kind"]).path(meta["name"], meta.get("namespace"))
        return self._request("PATCH", path, query, body)

    def relinquish(self, live: Object, manager: str) -> None:
        """Takes away what the manager has set and nobody else has."""
        meta = {key: live["metadata"][key] for key in ("name", "namespace", "uid") if key in live["metadata"]}
        self.apply({"apiVersion": live["apiVersion"], "kind": live["kind"], "metadata": meta}, manager, force=True)

    def delete(self, api_version: str, kind: str, name: str, namespace: str | None, propagation: str) -> None:
        """One that is gone already is fine."""
        try:
            path = self.kind(api_version, kind).path(name, namespace)
            self._request("DELETE", path, body={"propagationPolicy": propagation})
        except RefusedError as error:
            if error.status != NOT_FOUND:
                raise

    def select(self, kind: str, namespace: str | None, **query: str) -> list[Object]:
        found: list[Object] = self._request("GET", self.kind("v1", kind).path(None, namespace), list(query.items()))["items"]
        return found

    def awaited_kind(self, api_version: str, kind: str) -> Kind:
        """As `kind`, but patient with one that has just been defined."""
        found: Kind = Retrying(
            retry=retry_if_exception_type(UnknownKindError),
            stop=stop_any(stop_after_delay(PATIENCE_SECONDS), stop_when_event_set(self._cancelled)),
            wait=wait_fixed(1),
            sleep=sleep_using_event(self._cancelled),
            reraise=True,
        )(self.kind, api_version, kind)
        return found

    def _request(self, method: str, path: str, query: list[tuple[str, str]] | None = None, body: Object | None = None) -> Object:
        if self._unreachable:
            raise self._unreachable
        api = self._connection()
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        if method == "PATCH":
            headers["Content-Type"] = SERVER_SIDE_APPLY
        serialized = api.param_serialize(
            method, path, query_params=query or [], header_params=headers, body=body, auth_settings=["BearerToken"]
        )
        try:
            response = api.call_api(*serialized, _request_timeout=TIMEOUT_SECONDS)
            text: bytes = response.read()  # type: ignore[no-untyped-call]
        except (urllib3.exceptions.HTTPError, client.ApiException) as error:
            raise ClusterError(f"the Kubernetes API at {api.configuration.host} cannot be reached: {error}") from error
        if not 200 <= response.status < 300:
            raise RefusedError(response.status, _message(text) or f"HTTP {response.status}")
        found: Object = json.loads(text)
        return found

    def _connection(self) -> client.ApiClient:
        with self._lock:
            if self._api is None:
                self._api = connect(self._kubeconfig)
            return self._api


def connect(kubeconfig: str | None) -> client.ApiClient:
    """By the kubeconfig's text, else by the machine's own. The credentials of its command serve until they expire."""
    settings = client.Configuration(connection_pool_maxsize=CONNECTIONS)
    try:
        if kubeconfig is None:
            config.load_kube_config(client_configuration=settings)  # type: ignore[no-untyped-call]
            return client.ApiClient(settings)
        parsed = yaml.safe_load(kubeconfig)
        config.load_kube_config_from_dict(  # type: ignore[no-untyped-call]
            parsed, persist_config=False, client_configuration=settings
        )
    except (config.ConfigException, yaml.YAMLError) as error:
        raise ClusterError(f"the provider's kubeconfig cannot be used: {error}") from error
    commands = [user["user"]["exec"]["command"] for user in parsed.get("users", []) if "exec" in (user.get("user") or {})]
    if commands and not (settings.api_key or settings.cert_file):
        raise ClusterError(f"the kubeconfig's command `{commands[0]}` gave no credentials: run it by hand to see why")
    return client.ApiClient(settings)


def _message(text: bytes) -> str:
    """Of the API server's Status object, or what a proxy before it says."""
    try:
        return str(json.loads(text)["message"])
    except (ValueError, KeyError, TypeError):
        return text.decode(errors="replace").strip()[:500]
