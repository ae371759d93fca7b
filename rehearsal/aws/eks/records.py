"""Helpers of the EKS operations. Their state is kept in moto's cluster object and deleted with it."""

from __future__ import annotations

import uuid
from typing import Any

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.eks.exceptions import ResourceNotFoundException
from moto.eks.responses import EKSResponse


def cluster_of(response: EKSResponse) -> Any:
    """Return the cluster that a request names.

    Raises:
        ResourceNotFoundException: The cluster does not exist.
    """
    name = response._get_param("clusterName") or response._get_param("name")
    cluster = response.eks_backend.clusters.get(name)
    if cluster is None:
        raise ResourceNotFoundException(message=f"No cluster found for name: {name}.", clusterName=name)
    return cluster


def present_parameters(response: EKSResponse, *names: str) -> dict[str, Any]:
    """Return those of the named parameters that a request has."""
    return {name: value for name in names if (value := response._get_param(name)) is not None}


def arn(response: EKSResponse, kind: str, *parts: str) -> str:
    """Return the ARN of an EKS resource in the request's account and region."""
    path = "/".join([kind, *parts])
    return f"arn:{response.partition}:eks:{response.region}:{response.current_account}:{path}"


def update(cluster: Any, kind: str, changed: dict[str, Any]) -> ActionResult:
    """Record a change of a cluster and return it; the change is complete when the call returns."""
    record = {
        "id": str(uuid.uuid4()),
        "status": "Successful",
        "type": kind,
        "createdAt": utcnow(),
        "errors": [],
        "params": [{"type": "Version", "value": str(value)} for value in changed.values()],
    }
    cluster.updates[record["id"]] = record
    return ActionResult({"update": record})
