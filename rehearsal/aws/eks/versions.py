"""Kubernetes versions: which ones a cluster can have, and get next."""

from __future__ import annotations

from datetime import date, timedelta

from moto.eks.exceptions import InvalidParameterException

from infra import constraints

# https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html : twelve months after standard support
EXTENDED_SUPPORT = timedelta(days=365)
STANDARD_SUPPORT = {"1.33": date(2026, 7, 29), **constraints.KUBERNETES_SUPPORT}


def require_supported(version: str, support_type: str, today: date) -> None:
    """Raise InvalidParameterException for a version that EKS has not, or not with this upgrade policy."""
    end = STANDARD_SUPPORT.get(version)
    if end is None or today > end + EXTENDED_SUPPORT:
        raise InvalidParameterException(message=f"unsupported Kubernetes version {version}")
    if today > end and support_type == "STANDARD":
        raise InvalidParameterException(
            message=f"Kubernetes version {version} is in extended support, which upgrade policy STANDARD excludes"
        )


def require_next_minor(now: str, wanted: str) -> None:
    """https://docs.aws.amazon.com/eks/latest/userguide/update-cluster.html : one minor version at a time, never back"""
    if int(wanted.split(".")[1]) != int(now.split(".")[1]) + 1:
        raise InvalidParameterException(message=f"Unsupported Kubernetes minor version update from {now} to {wanted}")
