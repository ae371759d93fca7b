"""The program's recovery finds the resource of an interrupted creation, for each AWS type, and knows its owner."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from moto import mock_aws

from recovery.lookup import Account, Live, Sought
from recovery.network import close_egress
from recovery.plan import AWS
from rehearsal import paths
from rehearsal.tests.aws.conftest import patched_moto
from rehearsal.tests.aws.cut_off import (
    CREATORS,
    OURS,
    THEIRS,
    Tags,
    block,
    client,
    internet_gateway,
    security_group,
    shared_network,
)
from rehearsal.tests.aws.cut_off_services import role

ACCOUNT = Account(paths.REGION)
# Databases and clusters start real servers: the tests on the running rehearsal cover them.
TESTED_ON_THE_REHEARSAL = {"aws:rds/instance:Instance", "aws:eks/cluster:Cluster", "aws:eks/accessEntry:AccessEntry"}
# Types without tags, whose owner is recognised by other inputs.
WITHOUT_TAGS = {
    "aws:ec2/route:Route",
    "aws:ec2/routeTableAssociation:RouteTableAssociation",
    "aws:iam/rolePolicy:RolePolicy",
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    "aws:route53/record:Record",
}


@pytest.fixture(scope="module", autouse=True)
def shared_account() -> Iterator[None]:
    """Use one empty account in this process for all tests, with the emulator's patches of moto."""
    with pytest.MonkeyPatch.context() as environment, patched_moto():
        environment.setenv("MOTO_IAM_LOAD_MANAGED_POLICIES", "false")
        with mock_aws():
            yield


def find(typ: str, inputs: dict[str, Any], tags: Tags = OURS) -> list[Live]:
    sought = AWS[typ]
    assert isinstance(sought, Sought)
    return list(sought.find(ACCOUNT, inputs | {"tagsAll": tags}))


def test_every_type_with_a_lookup_is_tested() -> None:
    sought = {typ for typ, resolution in AWS.items() if isinstance(resolution, Sought)}
    assert set(CREATORS) | TESTED_ON_THE_REHEARSAL | WITHOUT_TAGS == sought


@pytest.mark.parametrize("typ", CREATORS)
def test_an_interrupted_creation_is_found_and_is_ours_only_with_our_tags(typ: str) -> None:
    inputs, identifier = CREATORS[typ](OURS)
    assert [(live.id, live.is_ours) for live in find(typ, inputs)] == [(identifier, True)]
    assert identifier not in [live.id for live in find(typ, inputs, THEIRS) if live.is_ours]


def test_a_route_is_ours_if_it_has_the_programs_target() -> None:
    ec2, network, gateway = client("ec2"), shared_network(), internet_gateway(THEIRS)[1]
    ec2.attach_internet_gateway(VpcId=network, InternetGatewayId=gateway)
    table = ec2.create_route_table(VpcId=network)["RouteTable"]["RouteTableId"]
    inputs = {"routeTableId": table, "destinationCidrBlock": "0.0.0.0/0", "gatewayId": gateway}
    assert find("aws:ec2/route:Route", inputs) == []
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    assert [live.is_ours for live in find("aws:ec2/route:Route", inputs)] == [True]
    assert [live.is_ours for live in find("aws:ec2/route:Route", inputs | {"gatewayId": "igw-other"})] == [False]


def test_an_association_is_ours_if_it_has_the_programs_route_table() -> None:
    typ, ec2, network = "aws:ec2/routeTableAssociation:RouteTableAssociation", client("ec2"), shared_network()
    subnet = ec2.create_subnet(VpcId=network, CidrBlock=block())["Subnet"]["SubnetId"]
    table = ec2.create_route_table(VpcId=network)["RouteTable"]["RouteTableId"]
    inputs = {"subnetId": subnet, "routeTableId": table}
    assert find(typ, inputs) == []
    association = ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)["AssociationId"]
    assert [(live.id, live.is_ours) for live in find(typ, inputs)] == [(association, True)]
    assert [live.is_ours for live in find(typ, inputs | {"routeTableId": "rtb-other"})] == [False]


def test_policies_of_a_role_are_found_by_the_roles_name() -> None:
    name = role(OURS)[1]
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}]}
    inside, attached = {"role": name, "name": "inside"}, {"role": name, "policyArn": ""}
    assert find("aws:iam/rolePolicy:RolePolicy", inside) == []
    client("iam").put_role_policy(RoleName=name, PolicyName="inside", PolicyDocument=json.dumps(policy))
    assert [live.id for live in find("aws:iam/rolePolicy:RolePolicy", inside)] == [f"{name}:inside"]
    attached["policyArn"] = client("iam").create_policy(PolicyName="p", PolicyDocument=json.dumps(policy))["Policy"]["Arn"]
    assert find("aws:iam/rolePolicyAttachment:RolePolicyAttachment", attached) == []
    client("iam").attach_role_policy(RoleName=name, PolicyArn=attached["policyArn"])
    assert len(find("aws:iam/rolePolicyAttachment:RolePolicyAttachment", attached)) == 1


def test_a_record_is_ours_if_it_has_the_programs_values() -> None:
    typ, route53 = "aws:route53/record:Record", client("route53")
    zone = route53.create_hosted_zone(Name="example.com", CallerReference="1")["HostedZone"]["Id"].rsplit("/", 1)[-1]
    inputs = {"zoneId": zone, "name": "*.Example.com", "type": "CNAME", "records": ["balancer.example.net"]}
    assert find(typ, inputs) == []
    record = {
        "Name": "*.example.com",
        "Type": "CNAME",
        "TTL": 60,
        "ResourceRecords": [{"Value": "balancer.example.net."}],
    }
    route53.change_resource_record_sets(
        HostedZoneId=zone, ChangeBatch={"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]}
    )
    assert [(live.id, live.is_ours) for live in find(typ, inputs)] == [(f"{zone}_*.example.com_CNAME", True)]
    different = inputs | {"records": ["elsewhere.example.net"]}
    assert [live.is_ours for live in find(typ, different)] == [False]
    assert find(typ, different | {"allowOverwrite": True}) == [], "the program overwrites it"


def test_an_interrupted_security_group_loses_its_default_egress_rule() -> None:
    group = security_group(OURS)[1]
    ec2 = client("ec2")

    def rules() -> list[bool]:
        filters = [{"Name": "group-id", "Values": [group]}]
        return [rule["IsEgress"] for rule in ec2.describe_security_group_rules(Filters=filters)["SecurityGroupRules"]]

    assert rules() == [True]
    close_egress(ACCOUNT, group)
    assert rules() == []
