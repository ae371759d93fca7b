"""Pod identity associations."""

from __future__ import annotations

import uuid
from typing import Any

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.eks.exceptions import ResourceInUseException, ResourceNotFoundException
from moto.eks.responses import EKSResponse

from rehearsal.aws.eks.records import arn, cluster_of, present_parameters
from rehearsal.aws.patching import extends


def _association(response: EKSResponse) -> tuple[Any, dict[str, Any]]:
    cluster, identifier = cluster_of(response), response._get_param("associationId")
    if identifier not in cluster.associations:
        raise ResourceNotFoundException(message=f"The association {identifier} was not found", clusterName=cluster.name)
    return cluster, cluster.associations[identifier]


@extends(EKSResponse)
class PodIdentityAssociations:
    """The operations on pod identity associations."""

    def create_pod_identity_association(self: Any) -> ActionResult:
        cluster, identifier, now = cluster_of(self), "a-" + uuid.uuid4().hex[:17], utcnow()
        fields = present_parameters(self, "namespace", "serviceAccount", "roleArn", "tags", "disableSessionTags", "targetRoleArn")
        for association in cluster.associations.values():
            if all(association[key] == fields[key] for key in ("namespace", "serviceAccount")):
                raise ResourceInUseException(message=f"Association already exists: {association['associationId']}")
        cluster.associations[identifier] = {
            "clusterName": cluster.name,
            "associationId": identifier,
            "associationArn": arn(self, "podidentityassociation", cluster.name, identifier),
            "createdAt": now,
            "modifiedAt": now,
            "tags": {},
            "disableSessionTags": False,
            **fields,
        }
        return ActionResult({"association": cluster.associations[identifier]})

    def describe_pod_identity_association(self: Any) -> ActionResult:
        return ActionResult({"association": _association(self)[1]})

    def list_pod_identity_associations(self: Any) -> ActionResult:
        filters = present_parameters(self, "namespace", "serviceAccount")
        associations = cluster_of(self).associations.values()
        return ActionResult({"associations": [a for a in associations if all(a[k] == v for k, v in filters.items())]})

    def update_pod_identity_association(self: Any) -> ActionResult:
        association = _association(self)[1]
        association.update(present_parameters(self, "roleArn", "disableSessionTags", "targetRoleArn"), modifiedAt=utcnow())
        return ActionResult({"association": association})

    def delete_pod_identity_association(self: Any) -> ActionResult:
        cluster, association = _association(self)
        return ActionResult({"association": cluster.associations.pop(association["associationId"])})
