"""The Kubernetes API as the administrator."""

import time
from collections.abc import Iterator
from typing import Any

from kubernetes import client, config, dynamic
from kubernetes.client.exceptions import ApiException

Object = dict[str, Any]
FIELD_MANAGER = "eks-auto-mode"


class Api:
    """Plain dicts in and out."""

    def __init__(self, kubeconfig: str) -> None:
        self.client: client.ApiClient = config.new_client_from_config(kubeconfig)
        self._dynamic = dynamic.DynamicClient(self.client)

    def kind(self, api_version: str, kind: str) -> Any:
        return self._dynamic.resources.get(api_version=api_version, kind=kind)

    def items(self, api_version: str, kind: str) -> list[Object]:
        """Of all namespaces."""
        found: list[Object] = self.kind(api_version, kind).get().to_dict()["items"]
        return found

    def get(self, api_version: str, kind: str, name: str, namespace: str | None = None) -> Object | None:
        try:
            found: Object = self.kind(api_version, kind).get(name=name, namespace=namespace).to_dict()
        except ApiException as error:
            if error.status == 404:
                return None
            raise
        return found

    def apply(self, body: Object) -> None:
        meta = body["metadata"]
        self.kind(body["apiVersion"], body["kind"]).server_side_apply(
            body=body, name=meta["name"], namespace=meta.get("namespace"), field_manager=FIELD_MANAGER, force_conflicts=True
        )

    def patch(self, live: Object, change: Object) -> None:
        """A JSON merge patch; an object that has gone meanwhile needs none."""
        meta = live["metadata"]
        try:
            self.kind(live["apiVersion"], live["kind"]).patch(
                body=change, name=meta["name"], namespace=meta.get("namespace"), content_type="application/merge-patch+json"
            )
        except ApiException as error:
            if error.status != 404:
                raise

    def patch_pod_condition(self, pod: Object, condition: Object) -> None:
        meta = pod["metadata"]
        try:
            client.CoreV1Api(self.client).patch_namespaced_pod_status(
                meta["name"], meta["namespace"], {"status": {"conditions": [condition]}}
            )
        except ApiException as error:
            if error.status != 404:
                raise

    def delete(self, api_version: str, kind: str, name: str) -> None:
        self.kind(api_version, kind).delete(name=name)

    def changes(self, api_version: str, kind: str, seconds: int) -> Iterator[None]:
        """Yields at every change of a kind, for so many seconds."""
        end = time.monotonic() + seconds
        for _ in self._dynamic.watch(self.kind(api_version, kind), timeout=seconds):
            yield
            if time.monotonic() > end:
                return
