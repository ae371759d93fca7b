"""NetworkPolicy as the VPC CNI of EKS Auto Mode enforces it, by nftables on the node.

Its limits are AWS's (https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy.html): pods without an owner are
not isolated, and a Service's port must be the container's. An `ipBlock` sees the address that the pod dialled, a ClusterIP
included; selectors never find cluster DNS, which has no pods in Auto Mode.
"""

import json
import logging
import subprocess
from collections.abc import Callable
from ipaddress import IPv4Network
from typing import Any, Final

from kubernetes import client

from rehearsal import paths
from rehearsal.controllers.nft_rules import Cluster, Object, chains

log = logging.getLogger(__name__)
TABLE: Final = "inet slipway"
SWITCH: Final = ("amazon-vpc-cni", "enable-network-policy-controller")
# `add` makes the `delete` valid when there is no table; nft runs the whole text as one transaction.
REMOVAL: Final = f"add table {TABLE}\ndelete table {TABLE}\n"
PODS: Final = IPv4Network(paths.POD_CIDR)
# Kubelet's probes come from these, and no policy keeps a node from its pods.
NODE_ADDRESSES: Final = (paths.NODE_ADDRESS, str(PODS[1]))


def ruleset(policies: list[Object], pods: list[Object], namespaces: list[Object]) -> str:
    """The whole table as text for `nft -f`; the order of the arguments' items makes no difference."""
    found = chains(sorted(policies, key=_key), Cluster.of(pods, namespaces))
    bodies = {f"{direction}_{address}": rules for direction, of in found.items() for address, rules in of.items()}
    replies = "ct state established,related accept"
    leave, enter = _dispatch("saddr", "egress", found["egress"]), _dispatch("daddr", "ingress", found["ingress"])
    bodies |= {
        # From pod to pod, also on one bridge (br_netfilter).
        "forward": [_hook("forward"), replies, *leave, *enter],
        # From a pod to an address of the machine: DNS, database, API server.
        "input": [_hook("input"), replies, *leave],
        # From a process of the machine to a pod: kubelet, load balancer.
        "output": [_hook("output"), replies, f"ip saddr {{ {', '.join(NODE_ADDRESSES)} }} accept", *enter],
    }
    return f"table {TABLE} {{\n{''.join(_chain(name, rules) for name, rules in bodies.items())}}}\n"


def _key(item: Object) -> tuple[str, str]:
    return item["metadata"]["namespace"], item["metadata"]["name"]


def _hook(name: str) -> str:
    return f"type filter hook {name} priority filter; policy accept;"


def _dispatch(field: str, direction: str, isolated: dict[str, list[str]]) -> list[str]:
    jumps = ", ".join(f"{address} : jump {direction}_{address}" for address in isolated)
    return [f"ip {field} vmap {{ {jumps} }}"] if jumps else []


def _chain(name: str, rules: list[str]) -> str:
    return f"\tchain {name} {{\n{''.join(f'{chr(9) * 2}{rule}{chr(10)}' for rule in rules)}\t}}\n"


def load(text: str) -> None:
    """Raises `ChildProcessError` with nft's own words."""
    done = subprocess.run(["nft", "-f", "-"], input=text, text=True, capture_output=True, check=False)
    if done.returncode:
        raise ChildProcessError(f"nft: {done.stderr.strip()}")


class Enforcer:
    """Keeps the node's table in step with the policies while the cluster's ConfigMap switches them on."""

    def __init__(self, api_client: client.ApiClient) -> None:
        self._core = client.CoreV1Api(api_client)
        self._networking = client.NetworkingV1Api(api_client)
        # Unknown at first: a table of an earlier run may be there.
        self._loaded: str | None = None

    def sync(self) -> None:
        wanted = self._wanted()
        if wanted != self._loaded:
            load(REMOVAL + wanted)
            log.info("network policies: %s", f"{wanted.count('chain') - 3} chains" if wanted else "off")
            self._loaded = wanted

    def close(self) -> None:
        load(REMOVAL)
        self._loaded = None

    def _wanted(self) -> str:
        if not self._switched_on():
            return ""
        policies = _items(self._networking.list_network_policy_for_all_namespaces)
        pods = _items(self._core.list_pod_for_all_namespaces)
        return ruleset(policies, pods, _items(self._core.list_namespace))

    def _switched_on(self) -> bool:
        name, key = SWITCH
        found = _items(self._core.list_namespaced_config_map, namespace="kube-system", field_selector=f"metadata.name={name}")
        return any((item.get("data") or {}).get(key) == "true" for item in found)


def _items(call: Callable[..., Any], **arguments: str) -> list[Object]:
    """A list as the API server's cache has it, as plain dicts: half of a round would go into making models."""
    answer = call(resource_version="0", _preload_content=False, **arguments)
    found: list[Object] = json.loads(answer.data)["items"]
    return found
