"""NetworkPolicies: nothing may talk to anything, but for what these open. Pure functions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Peer:
    """What a workload may talk to, on one port: pods of its namespace by their labels, or by address what is no pod."""

    name: str
    port: int
    labels: Mapping[str, str] = field(default_factory=dict)
    cidrs: tuple[str, ...] = ()


def egress(pod_labels: Mapping[str, str], peer: Peer) -> Any:
    """A NetworkPolicy's spec: out to the peer. RDS is no pod, so only its subnets' blocks can match it."""
    return {
        "podSelector": {"matchLabels": pod_labels},
        "policyTypes": ["Egress"],
        "egress": _rules("to", peer.port, _blocks(peer.cidrs) + _pods([peer.labels] if peer.labels else [])),
    }


def ingress(pod_labels: Mapping[str, str], port: int, cidrs: Sequence[str], clients: Sequence[Mapping[str, str]]) -> Any:
    """A NetworkPolicy's spec: in on one port, from address blocks (the load balancer's) and from pods of the namespace."""
    return {
        "podSelector": {"matchLabels": pod_labels},
        "policyTypes": ["Ingress"],
        "ingress": _rules("from", port, _blocks(cidrs) + _pods(clients)),
    }


def _rules(side: str, port: int, peers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rule that opens the port to the peers; none where there are no peers, because an empty list means everyone.

    Source: https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/#NetworkPolicySpec
    """
    return [{"ports": [{"protocol": "TCP", "port": port}], side: peers}] if peers else []


def _blocks(cidrs: Sequence[str]) -> list[dict[str, Any]]:
    return [{"ipBlock": {"cidr": cidr}} for cidr in cidrs]


def _pods(labels: Sequence[Mapping[str, str]]) -> list[dict[str, Any]]:
    return [{"podSelector": {"matchLabels": one}} for one in labels]
