"""The cluster behind a kubeconfig: get, apply, delete, and wait."""

import threading
from typing import Any, Final

import yaml
from kubernetes import client, config, dynamic
from kubernetes.client.exceptions import ApiException
from kubernetes.dynamic.exceptions import ResourceNotFoundError
from tenacity import retry, retry_if_exception, stop_after_delay, wait_fixed

from rehearsal.plugins.kubernetes.values import Object

NOT_FOUND, UNAUTHORIZED, FORBIDDEN = 404, 401, 403
# Access entries take seconds to work: https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html
PATIENCE_SECONDS: Final = 30


def _not_yet(error: BaseException) -> bool:
    """An access entry that has not come through, or a kind whose definition has just been made."""
    return isinstance(error, ResourceNotFoundError) or (
        isinstance(error, ApiException) and error.status in (UNAUTHORIZED, FORBIDDEN)
    )


class Cluster:
    """Safe to use from several threads."""

    def __init__(self, kubeconfig: str | None) -> None:
        self._kubeconfig = kubeconfig
        self._lock = threading.Lock()
        self._connected: dynamic.DynamicClient | None = None

    @retry(retry=retry_if_exception(_not_yet), stop=stop_after_delay(PATIENCE_SECONDS), wait=wait_fixed(1), reraise=True)
    def _client(self) -> Any:
        with self._lock:
            if self._connected is None:
                api: client.ApiClient = (
                    config.new_client_from_config_dict(yaml.safe_load(self._kubeconfig))
                    if self._kubeconfig
                    else config.new_client_from_config()
                )
                self._connected = dynamic.DynamicClient(api)
            return self._connected

    @retry(retry=retry_if_exception(_not_yet), stop=stop_after_delay(PATIENCE_SECONDS), wait=wait_fixed(1), reraise=True)
    def kind(self, api_version: str, kind: str) -> Any:
        resources = self._client().resources
        with self._lock:
            try:
                return resources.get(api_version=api_version, kind=kind)
            except ResourceNotFoundError:
                resources.invalidate_cache()
                raise

    def get(self, api_version: str, kind: str, name: str, namespace: str | None) -> Object | None:
        try:
            found: Object = self.kind(api_version, kind).get(name=name, namespace=namespace).to_dict()
        except ApiException as error:
            if error.status == NOT_FOUND:
                return None
            raise
        return found

    def apply(self, body: Object, field_manager: str, *, force: bool) -> Object:
        meta = body["metadata"]
        applied: Object = (
            self.kind(body["apiVersion"], body["kind"])
            .server_side_apply(
                body=body, name=meta["name"], namespace=meta.get("namespace"), field_manager=field_manager, force_conflicts=force
            )
            .to_dict()
        )
        return applied

    def delete(self, api_version: str, kind: str, name: str, namespace: str | None) -> None:
        """With what it owns; one that is gone already is fine."""
        try:
            self.kind(api_version, kind).delete(name=name, namespace=namespace, body={"propagationPolicy": "Foreground"})
        except ApiException as error:
            if error.status != NOT_FOUND:
                raise

    def pods(self, namespace: str | None, labels: Object) -> list[Object]:
        selector = ",".join(f"{key}={value}" for key, value in labels.items())
        found: list[Object] = self.kind("v1", "Pod").get(namespace=namespace, label_selector=selector).to_dict()["items"]
        return found
