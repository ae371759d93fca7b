"""Create a resource of each AWS type that the recovery looks up, like a provider that is killed before the state is saved."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable
from typing import Any

import boto3

from rehearsal import paths

OURS = {"project": "slipway", "stack": "dev", "Name": "it"}
THEIRS = {"project": "other", "stack": "dev", "Name": "it"}
Tags = dict[str, str]
Created = tuple[dict[str, Any], str]
"""The inputs of a resource, and the ID of the created resource."""
CREATORS: dict[str, Callable[[Tags], Created]] = {}


def creator(typ: str) -> Callable[[Callable[[Tags], Created]], Callable[[Tags], Created]]:
    """Register the function that creates resources of a type."""

    def register(function: Callable[[Tags], Created]) -> Callable[[Tags], Created]:
        CREATORS[typ] = function
        return function

    return register


NUMBERS = itertools.count()


def unique(text: str) -> str:
    return f"{text}-{next(NUMBERS)}"


@functools.cache
def client(service: str) -> Any:
    return boto3.client(service, region_name=paths.REGION)


def tag_list(tags: Tags) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def tag_specifications(kind: str, tags: Tags) -> list[dict[str, Any]]:
    return [{"ResourceType": kind, "Tags": tag_list(tags)}]


@creator("aws:ec2/vpc:Vpc")
def vpc(tags: Tags) -> Created:
    answer = client("ec2").create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=tag_specifications("vpc", tags))
    return {}, answer["Vpc"]["VpcId"]


@functools.cache
def shared_network() -> str:
    """Return a VPC for all resources that need one: an account has a quota of five."""
    return vpc(THEIRS)[1]


def block() -> str:
    return f"10.0.{next(NUMBERS)}.0/24"


def subnets_of_two_zones() -> list[str]:
    subnets = [{"VpcId": shared_network(), "CidrBlock": block(), "AvailabilityZone": f"eu-west-1{zone}"} for zone in "ab"]
    return [client("ec2").create_subnet(**arguments)["Subnet"]["SubnetId"] for arguments in subnets]


@creator("aws:ec2/subnet:Subnet")
def subnet(tags: Tags) -> Created:
    answer = client("ec2").create_subnet(
        VpcId=shared_network(),
        CidrBlock=block(),
        AvailabilityZone="eu-west-1a",
        TagSpecifications=tag_specifications("subnet", tags),
    )
    return {}, answer["Subnet"]["SubnetId"]


@creator("aws:ec2/internetGateway:InternetGateway")
def internet_gateway(tags: Tags) -> Created:
    answer = client("ec2").create_internet_gateway(TagSpecifications=tag_specifications("internet-gateway", tags))
    return {}, answer["InternetGateway"]["InternetGatewayId"]


@creator("aws:ec2/routeTable:RouteTable")
def route_table(tags: Tags) -> Created:
    answer = client("ec2").create_route_table(VpcId=shared_network(), TagSpecifications=tag_specifications("route-table", tags))
    return {}, answer["RouteTable"]["RouteTableId"]


@creator("aws:ec2/eip:Eip")
def address(tags: Tags) -> Created:
    answer = client("ec2").allocate_address(Domain="vpc", TagSpecifications=tag_specifications("elastic-ip", tags))
    return {}, answer["AllocationId"]


@creator("aws:ec2/natGateway:NatGateway")
def nat_gateway(tags: Tags) -> Created:
    answer = client("ec2").create_nat_gateway(
        SubnetId=subnet(THEIRS)[1], AllocationId=address(THEIRS)[1], TagSpecifications=tag_specifications("natgateway", tags)
    )
    return {}, answer["NatGateway"]["NatGatewayId"]


@creator("aws:ec2/vpcEndpoint:VpcEndpoint")
def endpoint(tags: Tags) -> Created:
    answer = client("ec2").create_vpc_endpoint(
        VpcId=shared_network(),
        ServiceName="com.amazonaws.eu-west-1.s3",
        TagSpecifications=tag_specifications("vpc-endpoint", tags),
    )
    return {}, answer["VpcEndpoint"]["VpcEndpointId"]


@creator("aws:ec2/securityGroup:SecurityGroup")
def security_group(tags: Tags) -> Created:
    inputs = {"vpcId": shared_network(), "name": unique("group")}
    answer = client("ec2").create_security_group(
        VpcId=inputs["vpcId"],
        GroupName=inputs["name"],
        Description="d",
        TagSpecifications=tag_specifications("security-group", tags),
    )
    return inputs, answer["GroupId"]


def rule(direction: str, tags: Tags) -> Created:
    group = security_group(THEIRS)[1]
    answer = getattr(client("ec2"), f"authorize_security_group_{direction}")(
        GroupId=group,
        IpPermissions=[{"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}],
        TagSpecifications=tag_specifications("security-group-rule", tags),
    )
    inputs = {"securityGroupId": group, "ipProtocol": "tcp", "fromPort": 80.0, "toPort": 80.0, "cidrIpv4": "0.0.0.0/0"}
    return inputs, answer["SecurityGroupRules"][0]["SecurityGroupRuleId"]


@creator("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
def ingress(tags: Tags) -> Created:
    return rule("ingress", tags)


@creator("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule")
def egress(tags: Tags) -> Created:
    return rule("egress", tags)


@creator("aws:lb/targetGroup:TargetGroup")
def target_group(tags: Tags) -> Created:
    arguments = {"Protocol": "HTTP", "Port": 80, "VpcId": shared_network(), "TargetType": "ip"}
    answer = client("elbv2").create_target_group(Name=(name := unique("t")), Tags=tag_list(tags), **arguments)
    return {"name": name}, answer["TargetGroups"][0]["TargetGroupArn"]


@creator("aws:lb/loadBalancer:LoadBalancer")
def load_balancer(tags: Tags) -> Created:
    answer = client("elbv2").create_load_balancer(
        Name=(name := unique("b")), Subnets=subnets_of_two_zones(), Scheme="internal", Tags=tag_list(tags)
    )
    return {"name": name}, answer["LoadBalancers"][0]["LoadBalancerArn"]


@creator("aws:lb/listener:Listener")
def listener(tags: Tags) -> Created:
    balancer = load_balancer(THEIRS)[1]
    action = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404", "ContentType": "text/plain"}}
    answer = client("elbv2").create_listener(
        LoadBalancerArn=balancer, Protocol="HTTP", Port=80, DefaultActions=[action], Tags=tag_list(tags)
    )
    return {"loadBalancerArn": balancer, "port": 80.0}, answer["Listeners"][0]["ListenerArn"]


@creator("aws:lb/listenerRule:ListenerRule")
def listener_rule(tags: Tags) -> Created:
    parent = listener(THEIRS)[1]
    action = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404", "ContentType": "text/plain"}}
    answer = client("elbv2").create_rule(
        ListenerArn=parent,
        Priority=38203,
        Actions=[action],
        Tags=tag_list(tags),
        Conditions=[{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/a"]}}],
    )
    return {"listenerArn": parent, "priority": 38203.0}, answer["Rules"][0]["RuleArn"]
