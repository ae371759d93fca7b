"""What a NetworkPolicy admits, as nftables rules: one chain for each isolated pod and direction."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any, Final, Self

Object = dict[str, Any]
FINISHED: Final = ("Succeeded", "Failed")
ADMIT: Final = "return"
REST: Final = "drop"


@dataclass(frozen=True)
class Pod:
    address: str
    namespace: str
    labels: dict[str, str]
    ports: dict[tuple[str, str], int]
    """`{(name, protocol): number}` of the containers' named ports."""
    owned: bool

    @classmethod
    def of(cls, pod: Object) -> Self:
        meta, spec = pod["metadata"], pod["spec"]
        declared = [port for one in _containers(spec) for port in one.get("ports") or []]
        return cls(
            address=pod["status"]["podIP"],
            namespace=meta["namespace"],
            labels=meta.get("labels") or {},
            ports={(p["name"], p.get("protocol", "TCP")): p["containerPort"] for p in declared if p.get("name")},
            owned=bool(meta.get("ownerReferences")),
        )


@dataclass(frozen=True)
class Cluster:
    pods: list[Pod]
    namespaces: dict[str, dict[str, str]]
    """`{name: labels}`"""

    @classmethod
    def of(cls, pods: list[Object], namespaces: list[Object]) -> Self:
        # The address of a pod that is on its way out may already be another's.
        leaving_first = sorted(filter(_on_the_pod_network, pods), key=lambda pod: "deletionTimestamp" not in pod["metadata"])
        by_address = {found.address: found for found in map(Pod.of, leaving_first)}
        return cls(
            [by_address[address] for address in sorted(by_address)],
            {one["metadata"]["name"]: one["metadata"].get("labels") or {} for one in namespaces},
        )

    def selected(self, peer: Object, namespace: str) -> list[Pod]:
        """The pods that a peer's selectors find, from a policy of this namespace."""
        outer, inner = peer.get("namespaceSelector"), peer.get("podSelector")
        return [
            pod
            for pod in self.pods
            if (pod.namespace == namespace if outer is None else matches(outer, self.namespaces.get(pod.namespace, {})))
            and (inner is None or matches(inner, pod.labels))
        ]


def _containers(spec: Object) -> list[Object]:
    return [*(spec.get("containers") or []), *(spec.get("initContainers") or [])]


def _on_the_pod_network(pod: Object) -> bool:
    status = pod.get("status") or {}
    return bool(status.get("podIP")) and not pod["spec"].get("hostNetwork") and status.get("phase") not in FINISHED


def matches(selector: Object, labels: dict[str, str]) -> bool:
    """Whether a Kubernetes label selector finds an object with these labels; an empty one finds all."""
    exact = selector.get("matchLabels") or {}
    return all(labels.get(key) == value for key, value in exact.items()) and all(
        _holds(expression, labels) for expression in selector.get("matchExpressions") or []
    )


def _holds(expression: Object, labels: dict[str, str]) -> bool:
    key, values = expression["key"], expression.get("values") or []
    match expression["operator"]:
        case "In":
            return key in labels and labels[key] in values
        case "NotIn":
            return labels.get(key) not in values
        case "Exists":
            return key in labels
        case "DoesNotExist":
            return key not in labels
        case other:
            raise ValueError(f"operator {other!r} of a label selector is not In, NotIn, Exists or DoesNotExist")


def chains(policies: list[Object], cluster: Cluster) -> dict[str, dict[str, list[str]]]:
    """`{direction: {pod's address: rules}}` of the pods that are isolated in that direction."""
    found: dict[str, dict[str, list[str]]] = {"egress": {}, "ingress": {}}
    for pod in cluster.pods:
        for direction, rules_of, itself in (("egress", egress, "ip daddr"), ("ingress", ingress, "ip saddr")):
            chosen = [policy for policy in policies if _isolates(policy, pod, direction)]
            if chosen:
                rules = [rule for policy in chosen for rule in rules_of(policy, pod, cluster)]
                # No policy keeps a pod from itself, through a Service of its own included.
                found[direction][pod.address] = [*dict.fromkeys([f"{itself} {pod.address} {ADMIT}", *rules]), REST]
    return found


def _isolates(policy: Object, pod: Pod, direction: str) -> bool:
    spec = policy["spec"]
    types = spec.get("policyTypes") or (["Ingress", "Egress"] if spec.get("egress") else ["Ingress"])
    return (
        pod.owned
        and policy["metadata"]["namespace"] == pod.namespace
        and direction.title() in types
        and matches(spec.get("podSelector") or {}, pod.labels)
    )


def ingress(policy: Object, pod: Pod, cluster: Cluster) -> Iterator[str]:
    for rule in policy["spec"].get("ingress") or []:
        for peer in rule.get("from") or [{}]:
            for source in _sources(peer, policy["metadata"]["namespace"], cluster):
                for port in rule.get("ports") or [{}]:
                    for numbers in _numbers(port, [pod]):
                        yield _rule(source, _transport(port, numbers, "dport"))


def _sources(peer: Object, namespace: str, cluster: Cluster) -> Iterator[str]:
    if not peer:
        yield ""
    elif "ipBlock" in peer:
        yield from _block(peer["ipBlock"], "ip saddr")
    elif found := cluster.selected(peer, namespace):
        yield _addresses("ip saddr", found)


def egress(policy: Object, _: Pod, cluster: Cluster) -> Iterator[str]:
    for rule in policy["spec"].get("egress") or []:
        for peer in rule.get("to") or [{}]:
            for port in rule.get("ports") or [{}]:
                if not peer or "ipBlock" in peer:
                    yield from _to_addresses(peer, port)
                else:
                    yield from _to_pods(cluster.selected(peer, policy["metadata"]["namespace"]), port)


def _to_addresses(peer: Object, port: Object) -> Iterator[str]:
    """By what the pod dialled, before kube-proxy's translation. A named port has no number there."""
    for block in _block(peer["ipBlock"], "ct original ip daddr") if peer else [""]:
        for numbers in _numbers(port, []):
            yield _rule(block, _transport(port, numbers, None), _dialled(numbers))


def _to_pods(pods: list[Pod], port: Object) -> Iterator[str]:
    """By the pod that is reached, on a port that is the same before and after kube-proxy's translation."""
    by_numbers: dict[str, list[Pod]] = defaultdict(list)
    for pod in pods:
        for numbers in _numbers(port, [pod]):
            by_numbers[numbers].append(pod)
    for numbers, reached in by_numbers.items():
        yield _rule(_addresses("ip daddr", reached), _transport(port, numbers, "dport"), _dialled(numbers))


def _numbers(port: Object, pods: Iterable[Pod]) -> Iterator[str]:
    """A policy's port as nft's number or range, "" for every port; a name by what the pods call so, if any does."""
    wanted = port.get("port")
    if wanted is None:
        yield ""
    elif isinstance(wanted, int):
        yield f"{wanted}-{port['endPort']}" if port.get("endPort", wanted) != wanted else str(wanted)
    else:
        key = (wanted, port.get("protocol", "TCP"))
        yield from (str(pod.ports[key]) for pod in pods if key in pod.ports)


def _transport(port: Object, numbers: str, field: str | None) -> str:
    if not port:
        return ""
    protocol = port.get("protocol", "TCP").lower()
    return f"{protocol} {field} {numbers}" if field and numbers else f"meta l4proto {protocol}"


def _dialled(numbers: str) -> str:
    return f"ct original proto-dst {numbers}" if numbers else ""


def _addresses(field: str, pods: list[Pod]) -> str:
    return f"{field} {{ {', '.join(pod.address for pod in pods)} }}"


def _block(block: Object, field: str) -> Iterator[str]:
    """A block without its exceptions. Pods have IPv4 addresses only, so other blocks admit nothing."""
    network = ip_network(block["cidr"], strict=False)
    if network.version == 4:
        everything = network.prefixlen == 0
        exceptions = [f"{field} != {ip_network(one, strict=False)}" for one in block.get("except") or []]
        yield " ".join([*([] if everything else [f"{field} {network}"]), *exceptions])


def _rule(*parts: str) -> str:
    return " ".join(part for part in (*parts, ADMIT) if part)
