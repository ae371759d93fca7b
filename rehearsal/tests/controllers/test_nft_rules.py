"""Tests of the rules of network policies; nft itself parses each of them."""

import os
import shutil
import subprocess
from typing import Any

import pytest

from rehearsal.controllers.network_policies import REMOVAL, ruleset

NAMESPACES = [
    {"metadata": {"name": "shop", "labels": {"kubernetes.io/metadata.name": "shop", "team": "red"}}},
    {"metadata": {"name": "bank", "labels": {"kubernetes.io/metadata.name": "bank", "team": "blue"}}},
]


def pod(name: str, address: str, namespace: str = "shop", **changes: Any) -> dict[str, Any]:
    port = {"name": "http", "containerPort": changes.pop("port", 8080)}
    made: dict[str, Any] = {
        "metadata": {"name": name, "namespace": namespace, "labels": {"app": name}, "ownerReferences": [{"kind": "ReplicaSet"}]},
        "spec": {"containers": [{"ports": [port]}]},
        "status": {"podIP": address, "phase": "Running"},
    }
    for part, change in changes.items():
        made[part] |= change
    return made


API, WEB, OTHER = pod("api", "10.244.0.2"), pod("web", "10.244.0.3"), pod("web", "10.244.0.4", "bank")
PODS = [API, WEB, OTHER]


def policy(selector: dict[str, Any] | None = None, name: str = "policy", namespace: str = "shop", **spec: Any) -> dict[str, Any]:
    return {"metadata": {"name": name, "namespace": namespace}, "spec": {"podSelector": selector or {}, **spec}}


def of_app(app: str) -> dict[str, Any]:
    return {"matchLabels": {"app": app}}


def chains(*policies: dict[str, Any], pods: list[dict[str, Any]] | None = None) -> dict[str, list[str]]:
    """Return the rules of each chain, keyed by its name, after nft has accepted the ruleset."""
    text = ruleset(list(policies), PODS if pods is None else pods, NAMESPACES)
    if os.geteuid() == 0 and shutil.which("nft"):
        done = subprocess.run(["nft", "-c", "-f", "-"], input=REMOVAL + text, text=True, capture_output=True, check=False)
        assert done.returncode == 0, f"nft refuses the rules: {done.stderr}\n{text}"
    found: dict[str, list[str]] = {}
    for line in map(str.strip, text.splitlines()):
        if line.startswith("chain "):
            rules = found.setdefault(line.split()[1], [])
        elif line not in ("}", "") and not line.startswith("table"):
            rules.append(line)
    return found


def admitted(direction: str, address: str, *policies: dict[str, Any], pods: list[dict[str, Any]] | None = None) -> list[str]:
    """Return the rules of a pod's chain without the rule for the pod itself."""
    rules = chains(*policies, pods=pods)[f"{direction}_{address}"]
    assert rules[-1] == "drop", "what no policy admits gets through"
    assert all(rule.endswith(" return") or rule == "return" for rule in rules[:-1])
    return [rule.removesuffix("return").strip() for rule in rules[1:-1]]


def api_admits(*rules: dict[str, Any], pods: list[dict[str, Any]] | None = None) -> list[str]:
    return admitted("ingress", "10.244.0.2", policy(of_app("api"), ingress=list(rules)), pods=pods)


def web_reaches(*rules: dict[str, Any], pods: list[dict[str, Any]] | None = None) -> list[str]:
    sent = policy(of_app("web"), policyTypes=["Egress"], egress=list(rules))
    return admitted("egress", "10.244.0.3", sent, pods=pods)


def isolated(*policies: dict[str, Any], pods: list[dict[str, Any]] | None = None) -> set[str]:
    return set(chains(*policies, pods=pods)) - {"forward", "input", "output"}


def test_without_policies_no_packet_is_dropped() -> None:
    assert isolated() == set()
    assert not any("vmap" in rule for rules in chains().values() for rule in rules)


def test_a_policy_isolates_the_pods_that_it_selects_in_its_own_namespace_only() -> None:
    assert isolated(policy(of_app("web"))) == {"ingress_10.244.0.3"}


def test_an_empty_selector_isolates_every_pod_of_the_namespace() -> None:
    assert isolated(policy()) == {"ingress_10.244.0.2", "ingress_10.244.0.3"}


@pytest.mark.parametrize(
    ("spec", "directions"),
    [
        ({}, {"ingress"}),
        ({"egress": []}, {"ingress"}),
        ({"egress": [{}]}, {"ingress", "egress"}),
        ({"policyTypes": ["Egress"]}, {"egress"}),
        ({"policyTypes": ["Ingress"], "egress": [{}]}, {"ingress"}),
        ({"policyTypes": ["Ingress", "Egress"]}, {"ingress", "egress"}),
    ],
)
def test_policy_types_and_their_defaults_determine_the_isolated_direction(spec: dict[str, Any], directions: set[str]) -> None:
    assert isolated(policy(of_app("api"), **spec)) == {f"{one}_10.244.0.2" for one in directions}


@pytest.mark.parametrize(
    "change",
    [
        {"metadata": {"ownerReferences": []}},
        {"spec": {"hostNetwork": True}},
        {"status": {"podIP": ""}},
        {"status": {"phase": "Succeeded"}},
        {"status": {"phase": "Failed"}},
    ],
)
def test_pods_without_owner_own_address_or_process_are_not_isolated(change: dict[str, Any]) -> None:
    assert isolated(policy(), pods=[pod("api", "10.244.0.2", **change)]) == set()


def test_a_pod_without_owner_still_counts_as_a_peer() -> None:
    lone = pod("web", "10.244.0.3", metadata={"ownerReferences": []})
    assert api_admits({"from": [{"podSelector": of_app("web")}]}, pods=[API, lone]) == ["ip saddr { 10.244.0.3 }"]


def test_the_address_of_a_finished_pod_is_not_admitted() -> None:
    finished = pod("web", "10.244.0.3", status={"phase": "Succeeded"})
    assert api_admits({"from": [{"podSelector": of_app("web")}]}, pods=[API, finished]) == []


def test_an_address_of_two_pods_belongs_to_the_one_that_is_not_terminating() -> None:
    leaving = pod("web", "10.244.0.2", metadata={"deletionTimestamp": "2026-01-01T00:00:00Z"})
    for pods in ([API, leaving], [leaving, API]):
        assert isolated(policy(of_app("api")), pods=pods) == {"ingress_10.244.0.2"}
        assert isolated(policy(of_app("web")), pods=pods) == set()


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ({"key": "app", "operator": "In", "values": ["api", "db"]}, {"api"}),
        ({"key": "app", "operator": "NotIn", "values": ["api"]}, {"web", "bare"}),
        ({"key": "app", "operator": "Exists"}, {"api", "web"}),
        ({"key": "app", "operator": "DoesNotExist"}, {"bare"}),
    ],
)
def test_match_expressions_select_as_kubernetes_does(expression: dict[str, Any], found: set[str]) -> None:
    addresses = {"api": "10.244.0.2", "web": "10.244.0.3", "bare": "10.244.0.5"}
    pods = [API, WEB, pod("bare", "10.244.0.5", metadata={"labels": None})]
    got = isolated(policy({"matchExpressions": [expression]}), pods=pods)
    assert got == {f"ingress_{addresses[name]}" for name in found}


def test_labels_and_expressions_of_a_selector_must_both_match() -> None:
    both = {**of_app("api"), "matchExpressions": [{"key": "tier", "operator": "Exists"}]}
    assert isolated(policy(both)) == set()


def test_an_unknown_operator_is_an_error() -> None:
    with pytest.raises(ValueError, match="Near"):
        ruleset([policy({"matchExpressions": [{"key": "app", "operator": "Near"}]})], PODS, NAMESPACES)


def test_an_empty_ingress_rule_admits_everything_and_no_rule_admits_nothing() -> None:
    assert api_admits({}) == [""]
    assert api_admits() == []


def test_the_rules_of_all_policies_of_a_pod_are_combined() -> None:
    one = policy(name="one", ingress=[{"ports": [{"port": 80}]}])
    two = policy(of_app("api"), name="two", ingress=[{"ports": [{"port": 81}]}])
    assert admitted("ingress", "10.244.0.2", one, two) == ["tcp dport 80", "tcp dport 81"]
    assert admitted("ingress", "10.244.0.3", one, two) == ["tcp dport 80"]


def test_a_pod_selector_alone_finds_peers_in_the_policys_namespace() -> None:
    assert api_admits({"from": [{"podSelector": of_app("web")}]}) == ["ip saddr { 10.244.0.3 }"]


def test_a_namespace_selector_alone_finds_every_pod_of_the_namespaces() -> None:
    assert api_admits({"from": [{"namespaceSelector": {"matchLabels": {"team": "blue"}}}]}) == ["ip saddr { 10.244.0.4 }"]


def test_both_selectors_of_a_peer_must_match_and_peers_are_alternatives() -> None:
    blue, web = {"namespaceSelector": {"matchLabels": {"team": "blue"}}}, {"podSelector": of_app("web")}
    assert api_admits({"from": [{**blue, "podSelector": of_app("api")}]}) == []
    assert api_admits({"from": [{**blue, **web}]}) == ["ip saddr { 10.244.0.4 }"]
    assert api_admits({"from": [blue, web]}) == ["ip saddr { 10.244.0.4 }", "ip saddr { 10.244.0.3 }"]


def test_empty_selectors_match_all_pods_but_no_outside_addresses() -> None:
    everyone = "ip saddr { 10.244.0.2, 10.244.0.3, 10.244.0.4 }"
    assert api_admits({"from": [{"namespaceSelector": {}}]}) == [everyone]
    assert api_admits({"from": [{"podSelector": {}}]}) == ["ip saddr { 10.244.0.2, 10.244.0.3 }"]


def test_a_selector_without_matches_admits_nothing() -> None:
    assert api_admits({"from": [{"podSelector": of_app("nobody")}], "ports": [{"port": 8080}]}) == []
    assert web_reaches({"to": [{"podSelector": of_app("nobody")}], "ports": [{"port": 8080}]}) == []


def test_an_ip_block_of_ingress_matches_the_source_except_its_exceptions() -> None:
    block = {"cidr": "10.0.0.0/16", "except": ["10.0.1.0/24", "10.0.2.0/24"]}
    expected = "ip saddr 10.0.0.0/16 ip saddr != 10.0.1.0/24 ip saddr != 10.0.2.0/24 tcp dport 8080"
    assert api_admits({"from": [{"ipBlock": block}], "ports": [{"port": 8080}]}) == [expected]


def test_the_block_of_all_addresses_needs_no_match_but_keeps_its_exceptions() -> None:
    assert api_admits({"from": [{"ipBlock": {"cidr": "0.0.0.0/0"}}]}) == [""]
    assert api_admits({"from": [{"ipBlock": {"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8"]}}]}) == ["ip saddr != 10.0.0.0/8"]


def test_an_ipv6_block_admits_nothing() -> None:
    assert api_admits({"from": [{"ipBlock": {"cidr": "::/0"}}]}) == []
    assert web_reaches({"to": [{"ipBlock": {"cidr": "::/0"}}]}) == []


@pytest.mark.parametrize(
    ("port", "match"),
    [
        ({"port": 8080}, "tcp dport 8080"),
        ({"port": 53, "protocol": "UDP"}, "udp dport 53"),
        ({"port": 9, "protocol": "SCTP"}, "sctp dport 9"),
        ({"port": 8000, "endPort": 8100}, "tcp dport 8000-8100"),
        ({"port": 8000, "endPort": 8000}, "tcp dport 8000"),
        ({"protocol": "UDP"}, "meta l4proto udp"),
        ({"port": "http"}, "tcp dport 8080"),
    ],
)
def test_ports_of_ingress_are_the_ports_of_the_pod(port: dict[str, Any], match: str) -> None:
    assert api_admits({"ports": [port]}) == [match]


@pytest.mark.parametrize("port", [{"port": "metrics"}, {"port": "http", "protocol": "UDP"}])
def test_an_unknown_port_name_admits_nothing(port: dict[str, Any]) -> None:
    assert api_admits({"ports": [port]}) == []


def test_a_named_port_is_looked_up_in_each_pod_that_is_reached() -> None:
    second = pod("api", "10.244.0.5", port=9090)
    assert web_reaches({"to": [{"podSelector": of_app("api")}], "ports": [{"port": "http"}]}, pods=[*PODS, second]) == [
        "ip daddr { 10.244.0.2 } tcp dport 8080 ct original proto-dst 8080",
        "ip daddr { 10.244.0.5 } tcp dport 9090 ct original proto-dst 9090",
    ]


def test_egress_to_pods_requires_the_same_dialled_and_reached_port() -> None:
    rule = {"to": [{"podSelector": of_app("api")}], "ports": [{"port": 8080}]}
    assert web_reaches(rule) == ["ip daddr { 10.244.0.2 } tcp dport 8080 ct original proto-dst 8080"]


def test_egress_to_pods_without_ports_is_open_on_all() -> None:
    assert web_reaches({"to": [{"podSelector": of_app("api")}]}) == ["ip daddr { 10.244.0.2 }"]
    udp = {"to": [{"podSelector": of_app("api")}], "ports": [{"protocol": "UDP"}]}
    assert web_reaches(udp) == ["ip daddr { 10.244.0.2 } meta l4proto udp"]


def test_an_ip_block_of_egress_matches_the_dialled_address() -> None:
    rule = {"to": [{"ipBlock": {"cidr": "172.20.0.10/32"}}], "ports": [{"port": 53, "protocol": "UDP"}, {"port": 53}]}
    dns = "ct original ip daddr 172.20.0.10/32 meta l4proto"
    assert web_reaches(rule) == [f"{dns} udp ct original proto-dst 53", f"{dns} tcp ct original proto-dst 53"]


def test_exceptions_and_ranges_of_an_egress_block_match_the_dialled_address() -> None:
    block = {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}
    expected = (
        "ct original ip daddr 10.0.0.0/8 ct original ip daddr != 10.1.0.0/16 meta l4proto tcp ct original proto-dst 3306-3310"
    )
    assert web_reaches({"to": [{"ipBlock": block}], "ports": [{"port": 3306, "endPort": 3310}]}) == [expected]


def test_a_named_port_reaches_no_address_block() -> None:
    assert web_reaches({"to": [{"ipBlock": {"cidr": "10.0.0.0/8"}}], "ports": [{"port": "http"}]}) == []
    assert web_reaches({"ports": [{"port": "http"}]}) == []


def test_egress_without_peers_reaches_every_address_on_its_ports() -> None:
    assert web_reaches({}) == [""]
    assert web_reaches({"ports": [{"port": 443}]}) == ["meta l4proto tcp ct original proto-dst 443"]


def test_a_selector_never_matches_cluster_dns() -> None:
    dns = {"namespaceSelector": {}, "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}}}
    assert web_reaches({"to": [dns], "ports": [{"port": 53, "protocol": "UDP"}]}) == []


def test_a_pod_reaches_itself_whatever_the_policies_say() -> None:
    both = chains(policy(of_app("api"), policyTypes=["Ingress", "Egress"]))
    assert both["ingress_10.244.0.2"] == ["ip saddr 10.244.0.2 return", "drop"]
    assert both["egress_10.244.0.2"] == ["ip daddr 10.244.0.2 return", "drop"]


def test_each_path_of_a_packet_applies_the_rules_of_both_pods() -> None:
    found = chains(policy(of_app("api"), policyTypes=["Ingress", "Egress"]))
    leave = "ip saddr vmap { 10.244.0.2 : jump egress_10.244.0.2 }"
    enter = "ip daddr vmap { 10.244.0.2 : jump ingress_10.244.0.2 }"
    replies = "ct state established,related accept"
    node = "ip saddr { 10.111.0.1, 10.244.0.1 } accept"
    assert found["forward"][1:] == [replies, leave, enter]
    assert found["input"][1:] == [replies, leave]
    assert found["output"][1:] == [replies, node, enter], "kubelet's probes must get to an isolated pod"


def test_the_order_of_the_lists_does_not_change_the_ruleset() -> None:
    policies = [policy(name="b", ingress=[{"ports": [{"port": 1}]}]), policy(name="a", ingress=[{"ports": [{"port": 2}]}])]
    assert ruleset(policies, PODS, NAMESPACES) == ruleset(policies[::-1], PODS[::-1], NAMESPACES[::-1])
