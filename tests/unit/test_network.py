from ipaddress import IPv4Network, collapse_addresses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra import cidr, constraints
from tests.engine import program
from tests.graph import some

blocks = st.builds(
    lambda prefix, number: str(IPv4Network((int(IPv4Network("10.0.0.0/8").network_address) + (number << 16), 16))).replace(
        "/16", f"/{prefix}"
    ),
    st.integers(cidr.LARGEST, cidr.SMALLEST),
    st.integers(0, 255),
)


def networks(block: str, letter: str) -> dict[str, IPv4Network]:
    return {tier: IPv4Network(text) for tier, text in vars(cidr.plan(block, letter)).items()}


@given(blocks)
def test_no_two_subnets_overlap_and_all_lie_in_the_vpc(block: str) -> None:
    everything = [network for letter in cidr.ZONE_LETTERS for network in networks(block, letter).values()]
    assert all(network.subnet_of(IPv4Network(block)) for network in everything)
    assert sum(n.num_addresses for n in collapse_addresses(everything)) == sum(n.num_addresses for n in everything)


@given(blocks)
def test_every_subnet_is_large_enough_for_aws(block: str) -> None:
    for letter in cidr.ZONE_LETTERS:
        found = networks(block, letter)
        assert found["public"].prefixlen <= 27, "a load balancer takes no smaller subnet"
        assert found["control_plane"].prefixlen <= 28, "EKS wants six free addresses, and advises sixteen"
        assert found["private"].num_addresses > found["public"].num_addresses


def subnets(zones: str) -> dict[str, dict[str, object]]:
    graph = program(available="abcdef", zones=list(zones))
    kept = [*graph.of("Subnet"), *graph.of("NatGateway"), *graph.of("Eip"), *graph.of("RouteTable")]
    return {f"{item.typ} {item.name}": item.inputs for item in kept}


@pytest.mark.parametrize(("zones", "added"), [("ab", "e"), ("fa", "b"), ("dc", "a")])
def test_a_zone_that_is_added_changes_no_block_name_or_gateway_of_the_others(zones: str, added: str) -> None:
    before, after = subnets(zones), subnets(zones + added)
    assert before.items() <= after.items()
    new = [resource for resource in after if resource not in before]
    assert len(new) > len(zones)
    assert all(resource.endswith(f"-{added}") for resource in new), "all that is new is the new zone's"


def policies(zones: str) -> dict[str, object]:
    graph = program(available="abcdef", zones=list(zones))
    found = {item.name: item.inputs["spec"] for item in graph.of("NetworkPolicy")}
    assert found
    return found


def test_policies_admit_a_zone_before_it_is_added() -> None:
    """The load balancer gets its subnet at once, the policies would change only after the zone's NAT gateway."""
    assert policies("ab") == policies("abc") == policies("fe")


def test_policies_open_only_the_cidrs_of_load_balancer_and_database() -> None:
    plans = [cidr.plan("10.0.0.0/16", letter) for letter in cidr.ZONE_LETTERS]
    found = policies("abc")
    assert blocks_of(found["messageboard-api-in"], "ingress", "from") == {plan.public for plan in plans}
    assert blocks_of(found["messageboard-api-to-database"], "egress", "to") == {plan.isolated for plan in plans}


def blocks_of(spec: Any, direction: str, peers: str) -> set[str]:
    return {peer["ipBlock"]["cidr"] for rule in spec[direction] for peer in rule[peers]}


def test_the_control_plane_stays_in_the_first_two_zones() -> None:
    for zones in ("ab", "abc", "abcdef"):
        graph = program(available="abcdef", zones=list(zones))
        control = graph.of("Subnet", "network-control-plane")
        assert sorted(item.inputs["availabilityZone"] for item in control) == ["eu-west-1a", "eu-west-1b"]


def test_one_nat_gateway_serves_all_zones_or_each_zone_has_its_own() -> None:
    for nat, count in (("single", 1), ("per_zone", 3)):
        graph = program(nat=nat)
        assert len(graph.of("NatGateway")) == count
        out = some(item for item in graph.of("Route") if item.inputs.get("natGatewayId"))
        assert len(out) == 3
        assert len({item.inputs["natGatewayId"] for item in out}) == count


def test_the_isolated_subnets_have_no_default_route() -> None:
    graph = program()
    table = graph.one("RouteTable", "network-isolated")
    assert not any(route.inputs["routeTableId"] == f"{table.name}-id" for route in graph.of("Route"))
    endpoint = graph.one("VpcEndpoint")
    assert f"{table.name}-id" not in endpoint.inputs["routeTableIds"]


def test_the_default_security_group_admits_nothing() -> None:
    group = program().one("DefaultSecurityGroup")
    assert "ingress" not in group.inputs
    assert "egress" not in group.inputs


def test_every_security_group_rule_is_a_resource_with_a_description() -> None:
    graph = program()
    assert all("ingress" not in group.inputs and "egress" not in group.inputs for group in graph.of("SecurityGroup"))
    rules = [*graph.of("SecurityGroupIngressRule"), *graph.of("SecurityGroupEgressRule")]
    assert all(rule.inputs["description"] for rule in rules)


def test_the_vpc_has_dns_support_and_hostnames() -> None:
    vpc = program().one("Vpc")
    assert vpc.inputs["enableDnsSupport"] is True
    assert vpc.inputs["enableDnsHostnames"] is True
    assert cidr.problem(vpc.inputs["cidrBlock"], constraints.SERVICE_CIDR) is None


@pytest.mark.parametrize(("setting", "traffic"), [("all", "ALL"), ("rejected", "REJECT")])
def test_flow_logs_record_the_traffic_of_the_setting(setting: str, traffic: str) -> None:
    assert program(flow_logs=setting).one("FlowLog").inputs["trafficType"] == traffic
