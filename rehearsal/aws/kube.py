"""A client of the Kubernetes API with the administrator's certificate."""

from __future__ import annotations

import json
from typing import Any, Final

import requests

from rehearsal import paths

RBAC: Final = "/apis/rbac.authorization.k8s.io/v1"
# Namespaces of a new EKS cluster; its users created all others
SYSTEM_NAMESPACES: Final = frozenset({"default", "kube-system", "kube-public", "kube-node-lease"})
CONTENT_TYPES: Final = {"PATCH": "application/merge-patch+json", "APPLY": "application/apply-patch+yaml"}


class Kube:
    """A session with the API server; not to be shared between threads."""

    def __init__(self) -> None:
        self.session = requests.Session()
        self.session.trust_env = False  # REQUESTS_CA_BUNDLE would win over verify
        self.session.cert = (str(paths.PKI / "admin.crt"), str(paths.PKI / "admin.key"))
        self.session.verify = str(paths.PKI / "ca.crt")

    def request(self, method: str, path: str, body: Any = None, **params: str) -> Any:
        """Send a request and return the decoded answer; None for an object that does not exist.

        Raises:
            requests.HTTPError: The API server refuses the request.
        """
        headers = {"Content-Type": CONTENT_TYPES.get(method, "application/json")}
        if method == "APPLY":
            method, params = "PATCH", {"fieldManager": "eks", "force": "true", **params}
        data = json.dumps(body) if body is not None else None
        answer = self.session.request(method, paths.API_SERVER + path, data=data, headers=headers, params=params, timeout=30)
        if answer.status_code == 404:
            return None
        answer.raise_for_status()
        return answer.json()

    def names(self, path: str) -> list[str]:
        """Return the names of the objects of a collection."""
        answer = self.request("GET", path) or {"items": []}
        return [item["metadata"]["name"] for item in answer["items"]]


def remove_users_objects(kube: Kube) -> None:
    """Delete the objects of a deleted cluster: the namespaces of its users and the bindings of its access policies."""
    for name in kube.names("/api/v1/namespaces"):
        if name not in SYSTEM_NAMESPACES:
            kube.request("DELETE", f"/api/v1/namespaces/{name}")
    for name in kube.names(f"{RBAC}/clusterrolebindings"):
        if name.startswith("eks:"):
            kube.request("DELETE", f"{RBAC}/clusterrolebindings/{name}")
