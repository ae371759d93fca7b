"""Refuse Kubernetes versions and version updates that EKS does not support."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from moto.eks.exceptions import InvalidParameterException

# https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html : twelve months after standard support
EXTENDED_SUPPORT: Final = timedelta(days=365)
# The same page and, for 1.35 and 1.36, https://endoflife.date/amazon-eks
STANDARD_SUPPORT: Final = {
    "1.33": date(2026, 7, 29),
    "1.34": date(2026, 12, 2),
    "1.35": date(2027, 3, 27),
    "1.36": date(2027, 8, 2),
}


def require_supported(version: str, support_type: str, today: date) -> None:
    """Refuse a version that EKS does not support, or not with this upgrade policy.

    Raises:
        InvalidParameterException: The version is unknown or its support has ended.
    """
    end = STANDARD_SUPPORT.get(version)
    if end is None or today > end + EXTENDED_SUPPORT:
        raise InvalidParameterException(message=f"unsupported Kubernetes version {version}")
    if today > end and support_type == "STANDARD":
        raise InvalidParameterException(
            message=f"Kubernetes version {version} is in extended support, which upgrade policy STANDARD excludes"
        )


def require_next_minor(current: str, requested: str) -> None:
    """Refuse an update that is not to the next minor version.

    Source: https://docs.aws.amazon.com/eks/latest/userguide/update-cluster.html

    Raises:
        InvalidParameterException: The requested version is not the next one.
    """
    if int(requested.split(".")[1]) != int(current.split(".")[1]) + 1:
        raise InvalidParameterException(message=f"Unsupported Kubernetes minor version update from {current} to {requested}")
