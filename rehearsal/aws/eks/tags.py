"""Tags of all EKS resources; moto supports those of clusters only."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.eks.exceptions import ResourceNotFoundException
from moto.eks.responses import EKSResponse

from rehearsal.aws.patching import extends


def _tags(response: Any) -> Any:
    arn = response._extract_arn_from_path()
    for cluster in response.eks_backend.clusters.values():
        if cluster.arn == arn:
            return cluster.tags
        for group in cluster.nodegroups.values():
            if group.arn == arn:
                return group.tags
        for entry in cluster.access_entries.values():
            if entry["accessEntryArn"] == arn:
                return entry["tags"]
        for association in cluster.associations.values():
            if association["associationArn"] == arn:
                return association["tags"]
    raise ResourceNotFoundException(message=f"Resource was not found: {arn}")


@extends(EKSResponse)
class Tags:
    """The operations on tags."""

    def tag_resource(self: Any) -> EmptyResult:
        _tags(self).update(self._get_param("tags"))
        return EmptyResult()

    def untag_resource(self: Any) -> EmptyResult:
        keys = self._get_param("tagKeys")
        for key in [keys] if isinstance(keys, str) else keys:
            _tags(self).pop(key, None)
        return EmptyResult()

    def list_tags_for_resource(self: Any) -> ActionResult:
        return ActionResult({"tags": _tags(self)})
