"""Serve the kinds of Auto Mode only after a delay from the creation of the first cluster, as EKS does.

The rehearsal's Kubernetes has the kinds from its start. The creation of the account's first cluster removes them for a while, so
that a program sees an API server without them.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

import requests
from moto.eks.models import eks_backends

from rehearsal import paths
from rehearsal.auto_mode_kinds import DEFINITIONS

SERVED_AFTER: Final = timedelta(seconds=20)
PATH: Final = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"

log: Final = logging.getLogger(__name__)


class Requests(Protocol):
    """A client of the Kubernetes API."""

    def request(self, method: str, path: str, body: Any = None) -> Any: ...


class Kinds:
    """The state of the kinds, which follows the account's clusters."""

    def __init__(self, kube: Requests) -> None:
        self._kube = kube
        self._has_cluster = False
        self._due: datetime | None = None

    def sync(self, now: datetime) -> None:
        """Remove the kinds when the first cluster is created, and install them again after SERVED_AFTER."""
        clusters: dict[str, Any] = eks_backends[paths.ACCOUNT][paths.REGION].clusters
        try:
            if clusters and not self._has_cluster:
                for definition in DEFINITIONS:
                    self._kube.request("DELETE", f"{PATH}/{definition['metadata']['name']}")
                self._due = now + SERVED_AFTER
            if self._due and now >= self._due:
                for definition in DEFINITIONS:
                    self._kube.request("APPLY", f"{PATH}/{definition['metadata']['name']}", definition)
                self._due = None
            self._has_cluster = bool(clusters)
        except requests.ConnectionError:
            log.warning("no API server at %s: its kinds are not updated yet", paths.API_SERVER)
