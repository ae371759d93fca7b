"""What the parts of the EKS API share. Their state lives in moto's cluster object and goes with it."""

from __future__ import annotations

import uuid
from typing import Any

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.eks.exceptions import ResourceNotFoundException
from moto.eks.responses import EKSResponse


def cluster_of(response: EKSResponse) -> Any:
    name = response._get_param("clusterName") or response._get_param("name")
    cluster = response.eks_backend.clusters.get(name)
    if cluster is None:
        raise ResourceNotFoundException(message=f"No cluster found for name: {name}.", clusterName=name)
    return cluster


def given(response: EKSResponse, *names: str) -> dict[str, Any]:
    """The named parameters that the request has."""
    return {name: value for name in names if (value := response._get_param(name)) is not None}


def arn(response: EKSResponse, kind: str, *parts: str) -> str:
    path = "/".join([kind, *parts])
    return f"arn:{response.partition}:eks:{response.region}:{response.current_account}:{path}"


def update(cluster: Any, kind: str, changed: dict[str, Any]) -> ActionResult:
    """The record of a change, which is done when the call returns."""
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
