"""Translate access entries to Kubernetes users: their policies become groups that RBAC binds to roles."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from rehearsal.aws.eks.access import POLICY_PREFIX, ROLE_OF_POLICY
from rehearsal.aws.kube import RBAC, Kube

# https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html : "may take several seconds".
SETTLING: Final = timedelta(seconds=3)


class NoAccessEntryError(Exception):
    """The cluster has no access entry for the caller."""


def entry_of(entries: Mapping[str, Any], arn: str) -> tuple[dict[str, Any], str]:
    """Return the access entry and the session name for a caller's ARN.

    A session uses the entry of its role. The session's ARN lacks the role's path, so that only the names are compared.

    Raises:
        NoAccessEntryError: There is no entry for the caller.
    """
    if ":assumed-role/" not in arn:
        if arn in entries:
            return entries[arn], ""
        raise NoAccessEntryError(arn)
    role, session = arn.rsplit("/", 2)[-2:]
    for principal, entry in entries.items():
        if ":role/" in principal and principal.rsplit("/", 1)[1] == role:
            return entry, session
    raise NoAccessEntryError(arn)


def settled(entries: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Return the entries and policies that are old enough to have an effect; `now` is in UTC without a zone, as in moto."""

    def is_settled(since: datetime) -> bool:
        return now - since >= SETTLING

    return {
        principal: entry | {"policies": {arn: p for arn, p in entry["policies"].items() if is_settled(p["associatedAt"])}}
        for principal, entry in entries.items()
        if is_settled(entry["createdAt"])
    }


def policy_groups(entry: Mapping[str, Any]) -> list[tuple[str, str, str | None]]:
    """Return group, cluster role and namespace for every policy of the entry; the namespace is None for the whole cluster."""
    groups: list[tuple[str, str, str | None]] = []
    for policy in entry["policies"].values():
        role, scope = ROLE_OF_POLICY.get(policy["policyArn"].removeprefix(POLICY_PREFIX)), policy["accessScope"]
        if role is None:
            continue
        if scope["type"] == "cluster":
            groups.append((f"eks:{role}", role, None))
        else:
            groups += [(f"eks:{role}:{namespace}", role, namespace) for namespace in scope["namespaces"]]
    return groups


def user_info(entry: Mapping[str, Any], arn: str, session: str) -> dict[str, Any]:
    """Return the `user` of a TokenReview's status."""
    groups = [group for group, _, _ in policy_groups(entry)]
    return {
        "username": entry["username"].replace("{{SessionName}}", session),
        "uid": f"aws-iam-authenticator:{arn}",
        "groups": ["system:authenticated", *groups, *entry["kubernetesGroups"]],
        "extra": {"arn": [arn], "principalId": [entry["principalArn"]]},
    }


def bind(kube: Kube, group: str, role: str, namespace: str | None) -> None:
    """Bind a group to a cluster role, at each review: a namespace may have been deleted and created since the last one."""
    kind = "RoleBinding" if namespace else "ClusterRoleBinding"
    collection = f"{RBAC}/namespaces/{namespace}/rolebindings" if namespace else f"{RBAC}/clusterrolebindings"
    api = "rbac.authorization.k8s.io"
    body = {
        "apiVersion": f"{api}/v1",
        "kind": kind,
        "metadata": {"name": group},
        "roleRef": {"apiGroup": api, "kind": "ClusterRole", "name": role},
        "subjects": [{"apiGroup": api, "kind": "Group", "name": group}],
    }
    kube.request("APPLY", f"{collection}/{group}", body)
