"""NetworkPolicies as nftables rules: one chain for each isolated pod and direction."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any, Final, Self

Object = dict[str, Any]
FINISHED: Final = ("Succeeded", "Failed")
ADMIT: Final = "return"
DROP: Final = "drop"


@dataclass(frozen=True)
class Pod:
    """A pod on the pod network, as far as rules depend on it."""

    address: str
    namespace: str
    labels: dict[str, str]
    ports: dict[tuple[str, str], int]
    """The number of each named port of the containers, keyed by (name, protocol)."""
    owned: bool

    @classmethod
    def of(cls, pod: Object) -> Self:
        """Return the pod of a Kubernetes object."""
        meta, spec = pod["metadata"], pod["spec"]
        ports = [port for container in _containers(spec) for port in container.get("ports") or []]
        return cls(
            address=pod["status"]["podIP"],
            namespace=meta["namespace"],
            labels=meta.get("labels") or {},
            ports={(port["name"], port.get("protocol", "TCP")): port["containerPort"] for port in ports if port.get("name")},
            owned=bool(meta.get("ownerReferences")),
        )


@dataclass(frozen=True)
class Cluster:
    """The pods of the cluster, sorted by address, and its namespaces."""

    pods: list[Pod]
    namespaces: dict[str, dict[str, str]]
    """The labels of each namespace, keyed by its name."""

    @classmethod
    def of(cls, pods: list[Object], namespaces: list[Object]) -> Self:
        """Return the cluster of Kubernetes objects."""
        # The address of a terminating pod may already belong to a new one, which must win.
        terminating_first = sorted(filter(_is_on_pod_network, pods), key=lambda pod: "deletionTimestamp" not in pod["metadata"])
        by_address = {pod.address: pod for pod in map(Pod.of, terminating_first)}
        return cls(
            [by_address[address] for address in sorted(by_address)],
            {namespace["metadata"]["name"]: namespace["metadata"].get("labels") or {} for namespace in namespaces},
        )

    def selected(self, peer: Object, namespace: str) -> list[Pod]:
        """Return the pods that a peer's selectors match, for a policy in `namespace`."""
        namespace_selector, pod_selector = peer.get("namespaceSelector"), peer.get("podSelector")
        return [
            pod
            for pod in self.pods
            if (
                pod.namespace == namespace
                if namespace_selector is None
                else matches(namespace_selector, self.namespaces.get(pod.namespace, {}))
            )
            and (pod_selector is None or matches(pod_selector, pod.labels))
        ]


def _containers(spec: Object) -> list[Object]:
    return [*(spec.get("containers") or []), *(spec.get("initContainers") or [])]


def _is_on_pod_network(pod: Object) -> bool:
    status = pod.get("status") or {}
    return bool(status.get("podIP")) and not pod["spec"].get("hostNetwork") and status.get("phase") not in FINISHED


def matches(selector: Object, labels: dict[str, str]) -> bool:
    """Return whether a Kubernetes label selector matches the labels; an empty selector matches all."""
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
    """Return the rules of each pod that is isolated in a direction, keyed by direction and pod address."""
    isolated: dict[str, dict[str, list[str]]] = {"egress": {}, "ingress": {}}
    for pod in cluster.pods:
        for direction, rules_of, own_address in (("egress", egress, "ip daddr"), ("ingress", ingress, "ip saddr")):
            isolating = [policy for policy in policies if _isolates(policy, pod, direction)]
            if isolating:
                rules = [rule for policy in isolating for rule in rules_of(policy, pod, cluster)]
                # No policy blocks a pod's traffic to itself, also through a Service.
                isolated[direction][pod.address] = [*dict.fromkeys([f"{own_address} {pod.address} {ADMIT}", *rules]), DROP]
    return isolated


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
    """Yield the rules that admit traffic to the pod."""
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
    elif pods := cluster.selected(peer, namespace):
        yield _addresses("ip saddr", pods)


def egress(policy: Object, _: Pod, cluster: Cluster) -> Iterator[str]:
    """Yield the rules that admit traffic from the pods that the policy isolates."""
    for rule in policy["spec"].get("egress") or []:
        for peer in rule.get("to") or [{}]:
            for port in rule.get("ports") or [{}]:
                if not peer or "ipBlock" in peer:
                    yield from _to_addresses(peer, port)
                else:
                    yield from _to_pods(cluster.selected(peer, policy["metadata"]["namespace"]), port)


def _to_addresses(peer: Object, port: Object) -> Iterator[str]:
    """Match the address that the pod dialled, before kube-proxy's translation. A named port matches nothing."""
    for block in _block(peer["ipBlock"], "ct original ip daddr") if peer else [""]:
        for numbers in _numbers(port, []):
            yield _rule(block, _transport(port, numbers, None), _dialled(numbers))


def _to_pods(pods: list[Pod], port: Object) -> Iterator[str]:
    """Match the pod that is reached, on a port that is the same before and after kube-proxy's translation."""
    pods_by_numbers: dict[str, list[Pod]] = defaultdict(list)
    for pod in pods:
        for numbers in _numbers(port, [pod]):
            pods_by_numbers[numbers].append(pod)
    for numbers, destinations in pods_by_numbers.items():
        yield _rule(_addresses("ip daddr", destinations), _transport(port, numbers, "dport"), _dialled(numbers))


def _numbers(port: Object, pods: Iterable[Pod]) -> Iterator[str]:
    """Yield a policy's port as nft's number or range, "" for every port, and a named port as the numbers in the pods."""
    number_or_name = port.get("port")
    if number_or_name is None:
        yield ""
    elif isinstance(number_or_name, int):
        last = port.get("endPort", number_or_name)
        yield f"{number_or_name}-{last}" if last != number_or_name else str(number_or_name)
    else:
        key = (number_or_name, port.get("protocol", "TCP"))
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
    """Yield the match of a block without its exceptions. Yield nothing for IPv6: pods have IPv4 addresses only."""
    network = ip_network(block["cidr"], strict=False)
    if network.version == 4:
        is_everything = network.prefixlen == 0
        exceptions = [f"{field} != {ip_network(cidr, strict=False)}" for cidr in block.get("except") or []]
        yield " ".join([*([] if is_everything else [f"{field} {network}"]), *exceptions])


def _rule(*parts: str) -> str:
    return " ".join(part for part in (*parts, ADMIT) if part)
