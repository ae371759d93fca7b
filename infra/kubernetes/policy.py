"""Specs of NetworkPolicies. All traffic is denied except for what these allow. Pure functions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Peer:
    """An allowed destination on one port: pods selected by label, or CIDR blocks for targets that are not pods, such as RDS."""

    name: str
    port: int
    labels: Mapping[str, str] = field(default_factory=dict)
    cidrs: tuple[str, ...] = ()


def egress(pod_labels: Mapping[str, str], peer: Peer) -> Any:
    """Return the spec of a NetworkPolicy that allows connections to the peer."""
    return {
        "podSelector": {"matchLabels": pod_labels},
        "policyTypes": ["Egress"],
        "egress": _rules("to", peer.port, _blocks(peer.cidrs) + _pods([peer.labels] if peer.labels else [])),
    }


def ingress(pod_labels: Mapping[str, str], port: int, cidrs: Sequence[str], clients: Sequence[Mapping[str, str]]) -> Any:
    """Return the spec of a NetworkPolicy that allows connections to one port from CIDR blocks and from pods of the namespace."""
    return {
        "podSelector": {"matchLabels": pod_labels},
        "policyTypes": ["Ingress"],
        "ingress": _rules("from", port, _blocks(cidrs) + _pods(clients)),
    }


def _rules(side: str, port: int, peers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rule that opens the port to the peers, or no rule without peers: an empty list of peers would mean everyone.

    Source: https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/#NetworkPolicySpec
    """
    return [{"ports": [{"protocol": "TCP", "port": port}], side: peers}] if peers else []


def _blocks(cidrs: Sequence[str]) -> list[dict[str, Any]]:
    return [{"ipBlock": {"cidr": cidr}} for cidr in cidrs]


def _pods(labels: Sequence[Mapping[str, str]]) -> list[dict[str, Any]]:
    return [{"podSelector": {"matchLabels": pod_labels}} for pod_labels in labels]
