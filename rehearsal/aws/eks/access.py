"""Access entries of clusters and their access policies."""

from __future__ import annotations

import uuid
from typing import Any, Final
from urllib.parse import unquote

from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow
from moto.eks.exceptions import InvalidParameterException, ResourceInUseException, ResourceNotFoundException
from moto.eks.responses import EKSResponse
from moto.iam.models import iam_backends

from rehearsal.aws.eks.records import arn, cluster_of, present_parameters
from rehearsal.aws.patching import extends

POLICY_PREFIX: Final = "arn:aws:eks::aws:cluster-access-policy/"
# https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html
ROLE_OF_POLICY: Final = {
    "AmazonEKSClusterAdminPolicy": "cluster-admin",
    "AmazonEKSAdminPolicy": "admin",
    "AmazonEKSEditPolicy": "edit",
    "AmazonEKSViewPolicy": "view",
}
# Policies of nodes and of EKS itself: they can be associated, but grant nothing in the rehearsal
OTHER_POLICIES: Final = {"AmazonEKSAutoNodePolicy", "AmazonEKSAdminViewPolicy", "AmazonEKSBlockStoragePolicy"}


def new_entry(response: EKSResponse, principal: str, kind: str, **fields: Any) -> Any:
    cluster, name, now = cluster_of(response), principal.rsplit("/", 1)[-1], utcnow()
    account = response.current_account
    if kind != "STANDARD":
        username = "system:node:{{EC2PrivateDNSName}}"
    elif ":role/" in principal:
        username = f"arn:{response.partition}:sts::{account}:assumed-role/{name}/{{{{SessionName}}}}"
    else:
        username = principal
    cluster.access_entries[principal] = {
        "clusterName": cluster.name,
        "principalArn": principal,
        "type": kind,
        "kubernetesGroups": [],
        "tags": {},
        "accessEntryArn": arn(response, "access-entry", cluster.name, "role", account, name, str(uuid.uuid4())),
        "username": username,
        "createdAt": now,
        "modifiedAt": now,
        "policies": {},
        **fields,
    }
    return cluster.access_entries[principal]


def associate(entry: dict[str, Any], policy: str, scope: dict[str, Any]) -> Any:
    now = utcnow()
    entry["policies"][policy] = {"policyArn": policy, "accessScope": scope, "associatedAt": now, "modifiedAt": now}
    return entry["policies"][policy]


def _checked_cluster(response: EKSResponse) -> Any:
    cluster = cluster_of(response)
    if cluster.access_config["authenticationMode"] == "CONFIG_MAP":
        raise InvalidParameterException(
            message="The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation."
        )
    return cluster


def _entry(response: EKSResponse) -> tuple[Any, dict[str, Any]]:
    cluster, principal = _checked_cluster(response), unquote(response._get_param("principalArn"))
    if principal not in cluster.access_entries:
        raise ResourceNotFoundException(
            message=f"The specified principalArn could not be found: {principal}.", clusterName=cluster.name
        )
    return cluster, cluster.access_entries[principal]


def _require_principal(response: EKSResponse, principal: str) -> None:
    """Refuse a principal that is not an IAM role or user, such as a session.

    Source: https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html
    """
    iam = iam_backends[response.current_account][response.partition]
    arns = {role.arn for role in iam.roles.values()} | {user.arn for user in iam.users.values()}
    if principal not in arns and not principal.endswith(":root"):
        raise InvalidParameterException(message=f"The specified principalArn is invalid: invalid principal. ({principal})")


@extends(EKSResponse)
class AccessEntries:
    """The operations on access entries."""

    def create_access_entry(self: Any) -> ActionResult:
        cluster, principal = _checked_cluster(self), self._get_param("principalArn")
        if principal in cluster.access_entries:
            raise ResourceInUseException(message="The specified access entry resource is already in use on this cluster.")
        _require_principal(self, principal)
        fields = present_parameters(self, "kubernetesGroups", "username", "tags")
        if any(group.startswith(("system:", "eks:")) for group in fields.get("kubernetesGroups", [])):
            raise InvalidParameterException(message="The kubernetes group name is invalid: reserved prefix")
        return ActionResult({"accessEntry": new_entry(self, principal, self._get_param("type") or "STANDARD", **fields)})

    def describe_access_entry(self: Any) -> ActionResult:
        return ActionResult({"accessEntry": _entry(self)[1]})

    def list_access_entries(self: Any) -> ActionResult:
        return ActionResult({"accessEntries": sorted(cluster_of(self).access_entries)})

    def update_access_entry(self: Any) -> ActionResult:
        entry = _entry(self)[1]
        entry.update(present_parameters(self, "kubernetesGroups", "username"), modifiedAt=utcnow())
        return ActionResult({"accessEntry": entry})

    def delete_access_entry(self: Any) -> EmptyResult:
        cluster, entry = _entry(self)
        del cluster.access_entries[entry["principalArn"]]
        return EmptyResult()

    def associate_access_policy(self: Any) -> ActionResult:
        cluster, entry = _entry(self)
        policy, scope = self._get_param("policyArn"), self._get_param("accessScope")
        if policy.removeprefix(POLICY_PREFIX) not in {*ROLE_OF_POLICY, *OTHER_POLICIES}:
            raise InvalidParameterException(message=f"The specified policyArn is invalid: {policy}")
        return ActionResult(
            {
                "clusterName": cluster.name,
                "principalArn": entry["principalArn"],
                "associatedAccessPolicy": associate(entry, policy, scope),
            }
        )

    def list_associated_access_policies(self: Any) -> ActionResult:
        cluster, entry = _entry(self)
        return ActionResult(
            {
                "clusterName": cluster.name,
                "principalArn": entry["principalArn"],
                "associatedAccessPolicies": list(entry["policies"].values()),
            }
        )

    def disassociate_access_policy(self: Any) -> EmptyResult:
        policy = unquote(self._get_param("policyArn"))
        if not _entry(self)[1]["policies"].pop(policy, None):
            raise ResourceNotFoundException(message=f"{policy} is not associated with this access entry.")
        return EmptyResult()
