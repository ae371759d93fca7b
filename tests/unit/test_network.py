from ipaddress import IPv4Network, collapse_addresses

from hypothesis import given
from hypothesis import strategies as st

from infra import cidr, constraints
from tests.engine import Engine, config

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
    graph = Engine(zones="abcdef").build_program(config=config(zones=list(zones)))
    kept = [*graph.of("Subnet"), *graph.of("NatGateway"), *graph.of("Eip"), *graph.of("RouteTable")]
    return {f"{one.typ} {one.name}": one.inputs for one in kept}


@given(st.permutations("abcdef").flatmap(lambda order: st.tuples(st.just("".join(order)), st.integers(2, 5))))
def test_a_plan_for_a_zone_does_not_depend_on_the_others(order_and_count: tuple[str, int]) -> None:
    order, count = order_and_count
    before = {letter: cidr.plan("10.0.0.0/16", letter) for letter in order[:count]}
    after = {letter: cidr.plan("10.0.0.0/16", letter) for letter in order[: count + 1]}
    assert before.items() <= after.items()


def test_a_zone_that_is_added_changes_no_block_name_or_gateway_of_the_others() -> None:
    before, after = subnets("ab"), subnets("abe")
    assert before.items() <= after.items()
    assert len(after) > len(before)


def test_the_control_plane_stays_in_the_first_two_zones() -> None:
    for zones in ("ab", "abc", "abcdef"):
        graph = Engine(zones="abcdef").build_program(config=config(zones=list(zones)))
        control = [one for one in graph.of("Subnet") if "control-plane" in one.name]
        assert sorted(one.inputs["availabilityZone"] for one in control) == ["eu-west-1a", "eu-west-1b"]


def test_one_nat_gateway_serves_all_zones_or_each_zone_has_its_own() -> None:
    for nat, count in (("single", 1), ("per_zone", 3)):
        graph = Engine().build_program(config=config(nat=nat))
        assert len(graph.of("NatGateway")) == count
        out = [one for one in graph.of("Route") if one.inputs.get("natGatewayId")]
        assert len(out) == 3
        assert len({one.inputs["natGatewayId"] for one in out}) == count


def test_the_isolated_subnets_have_no_way_out() -> None:
    graph = Engine().build_program(config=config())
    table = graph.one("RouteTable", "network-isolated")
    assert not any(route.inputs["routeTableId"] == f"{table.name}-id" for route in graph.of("Route"))
    endpoint = graph.one("VpcEndpoint")
    assert f"{table.name}-id" not in endpoint.inputs["routeTableIds"]


def test_the_default_security_group_admits_nothing() -> None:
    group = Engine().build_program(config=config()).one("DefaultSecurityGroup")
    assert "ingress" not in group.inputs
    assert "egress" not in group.inputs


def test_every_security_group_rule_is_a_resource_with_a_description() -> None:
    graph = Engine().build_program(config=config())
    assert all("ingress" not in group.inputs and "egress" not in group.inputs for group in graph.of("SecurityGroup"))
    rules = [*graph.of("SecurityGroupIngressRule"), *graph.of("SecurityGroupEgressRule")]
    assert rules
    assert all(rule.inputs["description"] for rule in rules)


def test_the_vpc_serves_dns_as_eks_demands() -> None:
    vpc = Engine().build_program(config=config()).one("Vpc")
    assert vpc.inputs["enableDnsSupport"] is True
    assert vpc.inputs["enableDnsHostnames"] is True
    assert cidr.problem(vpc.inputs["cidrBlock"], constraints.SERVICE_CIDR) is None
