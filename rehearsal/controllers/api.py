"""A client of the Kubernetes API for the controllers."""

import time
from collections.abc import Iterator
from typing import Any

from kubernetes import client, config, dynamic
from kubernetes.client.exceptions import ApiException

Object = dict[str, Any]
FIELD_MANAGER = "eks-auto-mode"


class Api:
    """A client that takes and returns plain dicts."""

    def __init__(self, kubeconfig: str) -> None:
        """Connect with the credentials of a kubeconfig file."""
        self.client: client.ApiClient = config.new_client_from_config(kubeconfig)  # type: ignore[no-untyped-call]
        self._dynamic = dynamic.DynamicClient(self.client)  # type: ignore[no-untyped-call]

    def kind(self, api_version: str, kind: str) -> Any:
        """Return the dynamic client's resource of a kind."""
        return self._dynamic.resources.get(api_version=api_version, kind=kind)

    def items(self, api_version: str, kind: str) -> list[Object]:
        """Return the objects of a kind in all namespaces."""
        objects: list[Object] = self.kind(api_version, kind).get().to_dict()["items"]
        return objects

    def get(self, api_version: str, kind: str, name: str, namespace: str | None = None) -> Object | None:
        """Return an object, or None if it does not exist."""
        try:
            live: Object = self.kind(api_version, kind).get(name=name, namespace=namespace).to_dict()
        except ApiException as error:
            if error.status == 404:
                return None
            raise
        return live

    def apply(self, body: Object) -> None:
        """Create or change an object by server-side apply; overwrite the fields of other managers."""
        meta = body["metadata"]
        self.kind(body["apiVersion"], body["kind"]).server_side_apply(
            body=body, name=meta["name"], namespace=meta.get("namespace"), field_manager=FIELD_MANAGER, force_conflicts=True
        )

    def patch(self, live: Object, change: Object) -> None:
        """Apply a JSON merge patch. Do nothing if the object no longer exists."""
        meta = live["metadata"]
        try:
            self.kind(live["apiVersion"], live["kind"]).patch(
                body=change, name=meta["name"], namespace=meta.get("namespace"), content_type="application/merge-patch+json"
            )
        except ApiException as error:
            if error.status != 404:
                raise

    def patch_pod_condition(self, pod: Object, condition: Object) -> None:
        """Set a condition of a pod. Do nothing if the pod no longer exists."""
        meta = pod["metadata"]
        try:
            client.CoreV1Api(self.client).patch_namespaced_pod_status(
                meta["name"], meta["namespace"], {"status": {"conditions": [condition]}}
            )
        except ApiException as error:
            if error.status != 404:
                raise

    def delete(self, api_version: str, kind: str, name: str) -> None:
        """Delete an object that has no namespace."""
        self.kind(api_version, kind).delete(name=name)

    def changes(self, api_version: str, kind: str, seconds: int) -> Iterator[None]:
        """Yield at every change of an object of the kind, until `seconds` have passed."""
        end = time.monotonic() + seconds
        # "0": start with the objects in the server's cache. Without a version, the server waits until its cache is as new as
        # etcd, which Debian's etcd reports only after a write of the kind: the watch ends with 504 after 3 seconds.
        events = self._dynamic.watch(  # type: ignore[no-untyped-call]
            self.kind(api_version, kind), resource_version="0", timeout=seconds
        )
        for _ in events:
            yield
            if time.monotonic() > end:
                return
