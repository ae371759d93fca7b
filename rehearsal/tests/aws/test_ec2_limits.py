"""Quotas of EC2 and ELB, and resources that EC2 does not delete because they are in use."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from rehearsal import paths
from rehearsal.aws import addresses, quotas


@pytest.fixture
def ec2(account: Callable[[str], Any]) -> Any:
    return account("ec2")


@pytest.fixture
def vpc(ec2: Any) -> Any:
    return ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]


@pytest.fixture
def subnets(ec2: Any, vpc: Any) -> list[Any]:
    zones = [paths.REGION + zone for zone in "ab"]
    created = [ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.9.{n}.0/24", AvailabilityZone=z) for n, z in enumerate(zones)]
    return [subnet["Subnet"]["SubnetId"] for subnet in created]


@pytest.fixture
def group(ec2: Any, vpc: Any) -> Any:
    return ec2.create_security_group(GroupName="web", Description="t", VpcId=vpc)["GroupId"]


@pytest.fixture
def elb(account: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(addresses, "allocate", lambda cidr: "10.9.0.200")
    monkeypatch.setattr(addresses, "release", lambda address: None)
    return account("elbv2")


@pytest.fixture
def gateway(ec2: Any, vpc: Any) -> dict[str, Any]:
    created = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=created, VpcId=vpc)
    return {"InternetGatewayId": created, "VpcId": vpc}


@pytest.fixture
def balancer(elb: Any, subnets: list[str], group: Any, gateway: Any) -> Any:
    created = elb.create_load_balancer(Name="web", Subnets=subnets, SecurityGroups=[group], Scheme="internet-facing")
    return created["LoadBalancers"][0]["LoadBalancerArn"]


def calls_until_refused(call: Any, error: str) -> int:
    """Repeat a call until it is refused with an error; return the number of successful calls."""
    count = itertools.count()
    with pytest.raises(ClientError, match=error):  # noqa: PT012  # the last call is the one that raises
        while True:
            call(successful := next(count))
    return successful


def test_a_region_has_a_quota_of_addresses(ec2: Any) -> None:
    created = []
    assert calls_until_refused(lambda n: created.append(ec2.allocate_address()), "AddressLimitExceeded") == quotas.ADDRESSES
    ec2.release_address(AllocationId=created[0]["AllocationId"])
    assert ec2.allocate_address()["AllocationId"]


def test_a_region_has_a_quota_of_vpcs(ec2: Any) -> None:
    before = len(ec2.describe_vpcs()["Vpcs"])
    created = calls_until_refused(lambda n: ec2.create_vpc(CidrBlock=f"10.{n}.0.0/16"), "VpcLimitExceeded")
    assert before + created == quotas.VPCS


def test_a_region_has_a_quota_of_internet_gateways(ec2: Any) -> None:
    before = len(ec2.describe_internet_gateways()["InternetGateways"])
    created = calls_until_refused(lambda n: ec2.create_internet_gateway(), "InternetGatewayLimitExceeded")
    assert before + created == quotas.INTERNET_GATEWAYS


def test_a_zone_has_a_quota_of_nat_gateways(ec2: Any, subnets: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quotas, "ADDRESSES", 99)

    def make(_: Any) -> None:
        address = ec2.allocate_address()["AllocationId"]
        ec2.create_nat_gateway(SubnetId=subnets[0], AllocationId=address)

    assert calls_until_refused(make, "NatGatewayLimitExceeded") == quotas.NAT_GATEWAYS_PER_ZONE
    assert ec2.create_nat_gateway(SubnetId=subnets[1], AllocationId=ec2.allocate_address()["AllocationId"])


@pytest.mark.parametrize(
    ("cidr", "error"), [("10.10.0.0/24", "InvalidSubnet.Range"), ("10.9.1.128/25", "InvalidSubnet.Conflict")]
)
def test_a_subnet_is_inside_its_vpc_and_overlaps_no_other(ec2: Any, vpc: Any, subnets: list[str], cidr: str, error: str) -> None:
    with pytest.raises(ClientError, match=error):
        ec2.create_subnet(VpcId=vpc, CidrBlock=cidr)


def test_subnets_groups_and_gateway_of_a_load_balancer_cannot_be_deleted(
    account: Callable[[str], Any], gateway: Any, balancer: Any
) -> None:
    ec2, elb = account("ec2"), account("elbv2")
    created = elb.describe_load_balancers()["LoadBalancers"][0]
    refused = (
        (ec2.delete_subnet, {"SubnetId": created["AvailabilityZones"][0]["SubnetId"]}),
        (ec2.delete_security_group, {"GroupId": created["SecurityGroups"][0]}),
        (ec2.detach_internet_gateway, gateway),
    )
    for call, request in refused:
        with pytest.raises(ClientError, match="DependencyViolation"):
            call(**request)
    elb.delete_load_balancer(LoadBalancerArn=balancer)
    for call, request in refused:
        call(**request)


def test_subnets_and_groups_of_a_database_cannot_be_deleted(
    ec2: Any, account: Callable[[str], Any], subnets: list[str], group: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rehearsal.aws.rds.instances._start_server", lambda database: None)
    rds = account("rds")
    rds.create_db_subnet_group(DBSubnetGroupName="g", DBSubnetGroupDescription="t", SubnetIds=subnets)
    rds.create_db_instance(
        DBInstanceIdentifier="shop",
        Engine="mysql",
        DBInstanceClass="db.m7g.large",
        AllocatedStorage=20,
        MasterUsername="slipway",
        MasterUserPassword="Str0ng-enough",
        DBSubnetGroupName="g",
        VpcSecurityGroupIds=[group],
    )
    with pytest.raises(ClientError, match="DependencyViolation"):
        ec2.delete_subnet(SubnetId=subnets[0])
    with pytest.raises(ClientError, match="DependencyViolation"):
        ec2.delete_security_group(GroupId=group)
    rds.delete_db_instance(DBInstanceIdentifier="shop", SkipFinalSnapshot=True)
    ec2.delete_security_group(GroupId=group)


def test_a_group_that_another_groups_rule_names_cannot_be_deleted(ec2: Any, vpc: Any, group: Any) -> None:
    second_group = ec2.create_security_group(GroupName="database", Description="t", VpcId=vpc)["GroupId"]
    permission = {"IpProtocol": "tcp", "FromPort": 3306, "ToPort": 3306, "UserIdGroupPairs": [{"GroupId": group}]}
    ec2.authorize_security_group_ingress(GroupId=second_group, IpPermissions=[permission])
    with pytest.raises(ClientError, match="DependencyViolation"):
        ec2.delete_security_group(GroupId=group)
    ec2.revoke_security_group_ingress(GroupId=second_group, IpPermissions=[permission])
    ec2.delete_security_group(GroupId=group)


def test_a_vpc_with_a_group_or_a_gateway_cannot_be_deleted(ec2: Any, vpc: Any, group: Any, gateway: Any) -> None:
    with pytest.raises(ClientError, match="DependencyViolation"):
        ec2.delete_vpc(VpcId=vpc)
    ec2.detach_internet_gateway(**gateway)
    with pytest.raises(ClientError, match="DependencyViolation"):
        ec2.delete_vpc(VpcId=vpc)
    ec2.delete_security_group(GroupId=group)
    ec2.delete_vpc(VpcId=vpc)


def test_the_address_of_a_nat_gateway_cannot_be_released(ec2: Any, subnets: list[str]) -> None:
    address = ec2.allocate_address()["AllocationId"]
    gateway = ec2.create_nat_gateway(SubnetId=subnets[0], AllocationId=address)["NatGateway"]["NatGatewayId"]
    with pytest.raises(ClientError, match="InUse"):
        ec2.release_address(AllocationId=address)
    ec2.delete_nat_gateway(NatGatewayId=gateway)
    assert "AssociationId" not in ec2.describe_addresses(AllocationIds=[address])["Addresses"][0]
    ec2.release_address(AllocationId=address)


def conditions(count: int) -> list[Any]:
    return [{"Field": "path-pattern", "PathPatternConfig": {"Values": [f"/{n}" for n in range(count)]}}]


@pytest.fixture
def listener(elb: Any, balancer: Any) -> dict[str, Any]:
    answer = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
    created = elb.create_listener(LoadBalancerArn=balancer, Protocol="HTTP", Port=80, DefaultActions=[answer])
    return {"ListenerArn": created["Listeners"][0]["ListenerArn"], "Actions": [answer]}


def test_the_number_of_rules_of_a_load_balancer_is_limited(elb: Any, listener: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quotas, "RULES_PER_LOAD_BALANCER", 3)

    def make(n: Any) -> None:
        elb.create_rule(**listener, Conditions=conditions(1), Priority=n + 1)

    assert calls_until_refused(make, "TooManyRules") == quotas.RULES_PER_LOAD_BALANCER


def test_the_number_of_condition_values_of_a_rule_is_limited(elb: Any, listener: Any) -> None:
    rule = elb.create_rule(**listener, Conditions=conditions(5), Priority=1)["Rules"][0]["RuleArn"]
    with pytest.raises(ClientError, match="condition values"):
        elb.create_rule(**listener, Conditions=conditions(6), Priority=2)
    with pytest.raises(ClientError, match="condition values"):
        elb.modify_rule(RuleArn=rule, Conditions=conditions(6))


@pytest.mark.parametrize(
    "change",
    [{"Name": "internal-web"}, {"Name": "a" * 33}, {"Name": "two_words"}, {"HealthCheckTimeoutSeconds": 5}],
    ids=str,
)
def test_an_invalid_target_group_is_refused(elb: Any, vpc: Any, change: Any) -> None:
    valid = {"Name": "web", "Protocol": "HTTP", "Port": 80, "VpcId": vpc, "TargetType": "ip"}
    checks = {"HealthCheckIntervalSeconds": 5, "HealthCheckTimeoutSeconds": 2}
    with pytest.raises(ClientError, match=r"ValidationError|InvalidTarget"):
        elb.create_target_group(**valid | checks | change)
    assert elb.create_target_group(**valid | checks)["TargetGroups"]


def test_the_documentation_names_every_quota_with_its_value() -> None:
    text = (paths.CHECKOUT / "docs" / "rehearsal.md").read_text().split("## Quotas")[1].split("\n## ")[0]
    documented = [int(row.split("|")[2]) for row in text.splitlines() if "`" in row]
    counted = [value for name, value in vars(quotas).items() if name.isupper()]
    assert documented == counted
