"""Requests to the API server behind a kubeconfig."""

import json
import threading
from collections.abc import Sequence
from typing import Final

import urllib3
import yaml
from kubernetes import client, config

from rehearsal.plugins.kubernetes.schema import Schema
from rehearsal.plugins.kubernetes.values import Object, dig

NOT_FOUND: Final = 404
FORBIDDEN: Final = 403
CONFLICT: Final = 409
JSON: Final = "application/json"
# The engine requests as many resources in parallel as it has workers.
CONNECTIONS: Final = 32
TIMEOUT_SECONDS: Final = (5, 60)


class ClusterError(RuntimeError):
    """A request to the API server failed."""


class UnreachableError(ClusterError):
    """The API server was unreachable when the provider started; the provider does not try again."""


class UnknownKindError(ClusterError):
    """The API server does not serve the kind."""


class RefusedError(ClusterError):
    """The API server refused a request; the text is its message."""

    def __init__(self, status: int, message: str, reason: str = "") -> None:
        """Keep the HTTP status and the reason of the server's Status object."""
        super().__init__(message)
        self.status = status
        self.reason = reason


class Connection:
    """A connection to one API server. It is safe to use from several threads."""

    def __init__(self, kubeconfig: str | None) -> None:
        """Use a kubeconfig's text, or the machine's own kubeconfig if None. Do not connect yet."""
        self._kubeconfig = kubeconfig
        self._lock = threading.Lock()
        self._api: client.ApiClient | None = None
        self.schema = Schema({})
        self.unreachable: str | None = None

    def check_reachable(self) -> None:
        """Load the server's schema, as Pulumi's provider does at its start. Mark the server as unreachable if that fails."""
        try:
            self.schema = Schema(self.request("GET", "/openapi/v2"))
        except ClusterError as error:
            self.unreachable = f"unable to load schema information from the API server: {error}"

    def request(
        self,
        method: str,
        path: str,
        query: Sequence[tuple[str, str]] = (),
        body: object = None,
        content_type: str = JSON,
    ) -> Object:
        """Return the server's answer. Raise RefusedError if the server refuses, ClusterError if it does not answer."""
        if self.unreachable:
            raise UnreachableError(f"configured Kubernetes cluster is unreachable: {self.unreachable}")
        api = self._connection()
        headers = {"Accept": JSON, "Content-Type": content_type}
        serialized = api.param_serialize(
            method, path, query_params=list(query), header_params=headers, body=body, auth_settings=["BearerToken"]
        )
        try:
            response = api.call_api(*serialized, _request_timeout=TIMEOUT_SECONDS)
            text: bytes = response.read()  # type: ignore[no-untyped-call]
        except (urllib3.exceptions.HTTPError, client.ApiException) as error:
            raise ClusterError(f"the Kubernetes API at {api.configuration.host} cannot be reached: {error}") from error
        if not 200 <= response.status < 300:
            raise _refusal(response.status, text)
        try:
            answer: Object = json.loads(text)
        except ValueError as error:
            raise ClusterError(
                f"the Kubernetes API at {api.configuration.host} did not answer with JSON: {text[:200]!r}"
            ) from error
        return answer

    def _connection(self) -> client.ApiClient:
        with self._lock:
            if self._api is None:
                self._api = connect(self._kubeconfig)
            return self._api


def connect(kubeconfig: str | None) -> client.ApiClient:
    """Return a client for a kubeconfig's text, or for the machine's own kubeconfig if None.

    The client runs the kubeconfig's command again when its token has expired.
    """
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
        raise ClusterError(f"the kubeconfig's command `{commands[0]}` returned no credentials. Run it by hand to see the reason")
    return client.ApiClient(settings)


def context_namespace(kubeconfig: str | None) -> str:
    """Return the namespace of the kubeconfig's current context, or `default` if it names none."""
    try:
        parsed = yaml.safe_load(kubeconfig or "") or {}
    except yaml.YAMLError:
        return "default"
    contexts = {context["name"]: context.get("context") or {} for context in parsed.get("contexts") or []}
    return str(dig(contexts.get(parsed.get("current-context")), "namespace") or "default")


def _refusal(status: int, text: bytes) -> RefusedError:
    """Return the API server's Status object as an error, or the answer of a proxy in front of it."""
    try:
        answer = json.loads(text)
        return RefusedError(status, str(answer["message"]), str(answer.get("reason", "")))
    except (ValueError, KeyError, TypeError, AttributeError):
        return RefusedError(status, text.decode(errors="replace").strip()[:500] or f"HTTP {status}")
