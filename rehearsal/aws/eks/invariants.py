"""Refuse settings of a cluster that contradict each other or the cluster's current ones."""

from __future__ import annotations

from typing import Any

from moto.eks.exceptions import InvalidParameterException


def require_switches_together(compute: Any, network: Any, storage: Any) -> None:
    """Refuse to enable only some of Auto Mode's three settings.

    Source: https://docs.aws.amazon.com/eks/latest/userguide/auto-disable.html
    """
    switches = {
        bool((compute or {}).get("enabled")),
        bool(((network or {}).get("elasticLoadBalancing") or {}).get("enabled")),
        bool(((storage or {}).get("blockStorage") or {}).get("enabled")),
    }
    if len(switches) > 1:
        raise InvalidParameterException(
            message="For EKS Auto Mode, please ensure that all required configs, including computeConfig, "
            "kubernetesNetworkConfig, and blockStorage are all either fully enabled or fully disabled."
        )


def require_all_switches(compute: Any, network: Any, storage: Any) -> None:
    """Refuse an update that names only some of Auto Mode's three settings.

    Source: https://docs.aws.amazon.com/eks/latest/userguide/auto-disable.html
    """
    switches = (compute, (network or {}).get("elasticLoadBalancing"), (storage or {}).get("blockStorage"))
    if any(switch is None for switch in switches) and any(switch is not None for switch in switches):
        raise InvalidParameterException(
            message="For EKS Auto Mode, please ensure that all required configs, including computeConfig, "
            "kubernetesNetworkConfig, and blockStorage are specified together."
        )


def require_same_zones(current: set[str], requested: set[str]) -> None:
    """Refuse to change the set of zones of a cluster's subnets.

    Source: https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html
    """
    if current != requested:
        raise InvalidParameterException(
            message="Provided subnets belong to the AZs "
            f"'{','.join(sorted(requested))}'. But they should belong to the exact set of AZs "
            f"'{','.join(sorted(current))}' in which subnets were provided during cluster creation."
        )
