"""The controller of NetworkPolicies: nftables on the node enforces them as the VPC CNI of EKS Auto Mode does.

It has AWS's limits (https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy.html): pods without an owner are
not isolated, and a Service's port must equal the container's port. An `ipBlock` matches the address that the pod dialled,
also a ClusterIP; selectors never match cluster DNS, which has no pods in Auto Mode.
"""

import json
import logging
import subprocess
from collections.abc import Callable
from ipaddress import IPv4Network
from typing import Any, Final

from kubernetes import client

from rehearsal import paths
from rehearsal.controllers.loop import RESYNC_SECONDS
from rehearsal.controllers.nft_rules import Cluster, Object, chains

log = logging.getLogger(__name__)
KINDS: Final = (("networking.k8s.io/v1", "NetworkPolicy"), ("v1", "ConfigMap"), ("v1", "Namespace"), ("v1", "Pod"))
TABLE: Final = "inet slipway"
# (name, key) of the ConfigMap in kube-system that enables network policies in Auto Mode.
ENABLING_CONFIG_MAP: Final = ("amazon-vpc-cni", "enable-network-policy-controller")
# `add` makes `delete` valid if there is no table; nft runs the whole text as one transaction.
REMOVAL: Final = f"add table {TABLE}\ndelete table {TABLE}\n"
PODS: Final = IPv4Network(paths.POD_CIDR)
# The kubelet's probes come from these addresses; no policy blocks the node's own traffic to its pods.
NODE_ADDRESSES: Final = (paths.NODE_ADDRESS, str(PODS[1]))


def ruleset(policies: list[Object], pods: list[Object], namespaces: list[Object]) -> str:
    """Return the whole table as text for `nft -f`. The text does not depend on the order of the arguments' items."""
    directions = chains(sorted(policies, key=_key), Cluster.of(pods, namespaces))
    bodies = {f"{direction}_{address}": rules for direction, pod in directions.items() for address, rules in pod.items()}
    replies = "ct state established,related accept"
    leave = _dispatch("saddr", "egress", directions["egress"])
    enter = _dispatch("daddr", "ingress", directions["ingress"])
    bodies |= {
        # From pod to pod, also on the same bridge (br_netfilter).
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
    """Load a ruleset. Raise ChildProcessError with nft's error output."""
    result = subprocess.run(["nft", "-f", "-"], input=text, text=True, capture_output=True, check=False)
    if result.returncode:
        raise ChildProcessError(f"nft: {result.stderr.strip()}")


class Enforcer:
    """Keeps the node's nftables table equal to the policies while the cluster's ConfigMap enables them."""

    def __init__(self, api_client: client.ApiClient) -> None:
        """Use a Kubernetes client."""
        self._core = client.CoreV1Api(api_client)
        self._networking = client.NetworkingV1Api(api_client)
        # None: a table of an earlier run may exist.
        self._loaded: str | None = None

    def sync(self) -> float:
        """Load the ruleset if it has changed since the last call. Return the interval."""
        desired = self._desired_ruleset()
        if desired != self._loaded:
            load(REMOVAL + desired)
            log.info("network policies: %s", f"{desired.count('chain') - 3} chains" if desired else "off")
            self._loaded = desired
        return RESYNC_SECONDS

    def close(self) -> None:
        """Remove the table."""
        load(REMOVAL)
        self._loaded = None

    def _desired_ruleset(self) -> str:
        if not self._is_enabled():
            return ""
        policies = _items(self._networking.list_network_policy_for_all_namespaces)
        pods = _items(self._core.list_pod_for_all_namespaces)
        return ruleset(policies, pods, _items(self._core.list_namespace))

    def _is_enabled(self) -> bool:
        name, key = ENABLING_CONFIG_MAP
        config_maps = _items(
            self._core.list_namespaced_config_map, namespace="kube-system", field_selector=f"metadata.name={name}"
        )
        return any((item.get("data") or {}).get(key) == "true" for item in config_maps)


def _items(call: Callable[..., Any], **arguments: str) -> list[Object]:
    """Return a list from the API server's cache as plain dicts: the client's models would take half the time of a round."""
    answer = call(resource_version="0", _preload_content=False, **arguments)
    items: list[Object] = json.loads(answer.data)["items"]
    return items
