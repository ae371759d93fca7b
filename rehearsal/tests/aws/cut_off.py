"""What a provider makes of each AWS type that the recovery looks for, cut off before it was in the state."""

from __future__ import annotations

import functools
import itertools
import json
from collections.abc import Callable
from typing import Any

import boto3

from rehearsal import paths

OURS = {"project": "slipway", "stack": "dev", "Name": "it"}
THEIRS = {"project": "other", "stack": "dev", "Name": "it"}
Tags = dict[str, str]
Made = tuple[dict[str, Any], str]
"""The inputs of a resource, and the ID of what was made of them."""
MAKERS: dict[str, Callable[[Tags], Made]] = {}


def maker(typ: str) -> Callable[[Callable[[Tags], Made]], Callable[[Tags], Made]]:
    def register(function: Callable[[Tags], Made]) -> Callable[[Tags], Made]:
        MAKERS[typ] = function
        return function

    return register


NUMBERS = itertools.count()


def unique(text: str) -> str:
    return f"{text}-{next(NUMBERS)}"


@functools.cache
def client(service: str) -> Any:
    return boto3.client(service, region_name=paths.REGION)


def listed(tags: Tags) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def specified(kind: str, tags: Tags) -> list[dict[str, Any]]:
    return [{"ResourceType": kind, "Tags": listed(tags)}]


@maker("aws:ec2/vpc:Vpc")
def vpc(tags: Tags) -> Made:
    made = client("ec2").create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=specified("vpc", tags))
    return {}, made["Vpc"]["VpcId"]


@functools.cache
def shared_network() -> str:
    """Return one VPC for all that need any: an account may have five."""
    return vpc(THEIRS)[1]


def block() -> str:
    return f"10.0.{next(NUMBERS)}.0/24"


def subnets_of_two_zones() -> list[str]:
    places = [{"VpcId": shared_network(), "CidrBlock": block(), "AvailabilityZone": f"eu-west-1{zone}"} for zone in "ab"]
    return [client("ec2").create_subnet(**place)["Subnet"]["SubnetId"] for place in places]


@maker("aws:ec2/subnet:Subnet")
def subnet(tags: Tags) -> Made:
    made = client("ec2").create_subnet(
        VpcId=shared_network(), CidrBlock=block(), AvailabilityZone="eu-west-1a", TagSpecifications=specified("subnet", tags)
    )
    return {}, made["Subnet"]["SubnetId"]


@maker("aws:ec2/internetGateway:InternetGateway")
def internet_gateway(tags: Tags) -> Made:
    made = client("ec2").create_internet_gateway(TagSpecifications=specified("internet-gateway", tags))
    return {}, made["InternetGateway"]["InternetGatewayId"]


@maker("aws:ec2/routeTable:RouteTable")
def route_table(tags: Tags) -> Made:
    made = client("ec2").create_route_table(VpcId=shared_network(), TagSpecifications=specified("route-table", tags))
    return {}, made["RouteTable"]["RouteTableId"]


@maker("aws:ec2/eip:Eip")
def address(tags: Tags) -> Made:
    made = client("ec2").allocate_address(Domain="vpc", TagSpecifications=specified("elastic-ip", tags))
    return {}, made["AllocationId"]


@maker("aws:ec2/natGateway:NatGateway")
def nat_gateway(tags: Tags) -> Made:
    made = client("ec2").create_nat_gateway(
        SubnetId=subnet(THEIRS)[1], AllocationId=address(THEIRS)[1], TagSpecifications=specified("natgateway", tags)
    )
    return {}, made["NatGateway"]["NatGatewayId"]


@maker("aws:ec2/vpcEndpoint:VpcEndpoint")
def endpoint(tags: Tags) -> Made:
    made = client("ec2").create_vpc_endpoint(
        VpcId=shared_network(), ServiceName="com.amazonaws.eu-west-1.s3", TagSpecifications=specified("vpc-endpoint", tags)
    )
    return {}, made["VpcEndpoint"]["VpcEndpointId"]


@maker("aws:ec2/flowLog:FlowLog")
def flow_log(tags: Tags) -> Made:
    client("logs").create_log_group(logGroupName=(group := unique("/flow")))
    made = client("ec2").create_flow_logs(
        ResourceIds=[shared_network()], ResourceType="VPC", TrafficType="ALL", LogDestinationType="cloud-watch-logs",
        LogGroupName=group, DeliverLogsPermissionArn=role(THEIRS)[0]["arn"], TagSpecifications=specified("vpc-flow-log", tags),
    )  # fmt: skip
    return {}, made["FlowLogIds"][0]


@maker("aws:ec2/securityGroup:SecurityGroup")
def security_group(tags: Tags) -> Made:
    inputs = {"vpcId": shared_network(), "name": unique("group")}
    made = client("ec2").create_security_group(
        VpcId=inputs["vpcId"], GroupName=inputs["name"], Description="d", TagSpecifications=specified("security-group", tags)
    )
    return inputs, made["GroupId"]


def rule(direction: str, tags: Tags) -> Made:
    group = security_group(THEIRS)[1]
    made = getattr(client("ec2"), f"authorize_security_group_{direction}")(
        GroupId=group,
        IpPermissions=[{"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}],
        TagSpecifications=specified("security-group-rule", tags),
    )
    inputs = {"securityGroupId": group, "ipProtocol": "tcp", "fromPort": 80.0, "toPort": 80.0, "cidrIpv4": "0.0.0.0/0"}
    return inputs, made["SecurityGroupRules"][0]["SecurityGroupRuleId"]


@maker("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
def ingress(tags: Tags) -> Made:
    return rule("ingress", tags)


@maker("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule")
def egress(tags: Tags) -> Made:
    return rule("egress", tags)


@maker("aws:cloudwatch/logGroup:LogGroup")
def log_group(tags: Tags) -> Made:
    name = unique("/a")
    client("logs").create_log_group(logGroupName=name, tags=tags)
    client("logs").create_log_group(logGroupName=f"{name}/longer", tags=tags)
    return {"name": name}, name


@maker("aws:cloudwatch/metricAlarm:MetricAlarm")
def alarm(tags: Tags) -> Made:
    client("cloudwatch").put_metric_alarm(
        AlarmName="a", ComparisonOperator="GreaterThanThreshold", EvaluationPeriods=1, Threshold=1, Period=60,
        MetricName="m", Namespace="n", Statistic="Sum", Tags=listed(tags),
    )  # fmt: skip
    return {"name": "a"}, "a"


@maker("aws:ecr/repository:Repository")
def repository(tags: Tags) -> Made:
    client("ecr").create_repository(repositoryName="slipway-dev/a", tags=listed(tags))
    return {"name": "slipway-dev/a"}, "slipway-dev/a"


@maker("aws:iam/role:Role")
def role(tags: Tags) -> Made:
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}]}
    made = client("iam").create_role(
        RoleName=(name := unique("r")), AssumeRolePolicyDocument=json.dumps(document), Tags=listed(tags)
    )
    return {"name": name, "arn": made["Role"]["Arn"]}, name


@maker("aws:kms/key:Key")
def key(tags: Tags) -> Made:
    made = client("kms").create_key(Tags=[{"TagKey": name, "TagValue": value} for name, value in tags.items()])
    return {}, made["KeyMetadata"]["KeyId"]


@maker("aws:acm/certificate:Certificate")
def certificate(tags: Tags) -> Made:
    made = client("acm").request_certificate(DomainName="example.com", ValidationMethod="DNS", Tags=listed(tags))
    return {"domainName": "example.com"}, made["CertificateArn"]


@maker("aws:sns/topic:Topic")
def topic(tags: Tags) -> Made:
    return {"name": "t"}, client("sns").create_topic(Name="t", Tags=listed(tags))["TopicArn"]


@maker("aws:lb/targetGroup:TargetGroup")
def target_group(tags: Tags) -> Made:
    arguments = {"Protocol": "HTTP", "Port": 80, "VpcId": shared_network(), "TargetType": "ip"}
    made = client("elbv2").create_target_group(Name=(name := unique("t")), Tags=listed(tags), **arguments)
    return {"name": name}, made["TargetGroups"][0]["TargetGroupArn"]


@maker("aws:lb/loadBalancer:LoadBalancer")
def load_balancer(tags: Tags) -> Made:
    made = client("elbv2").create_load_balancer(
        Name=(name := unique("b")), Subnets=subnets_of_two_zones(), Scheme="internal", Tags=listed(tags)
    )
    return {"name": name}, made["LoadBalancers"][0]["LoadBalancerArn"]


@maker("aws:lb/listener:Listener")
def listener(tags: Tags) -> Made:
    balancer = load_balancer(THEIRS)[1]
    action = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404", "ContentType": "text/plain"}}
    made = client("elbv2").create_listener(
        LoadBalancerArn=balancer, Protocol="HTTP", Port=80, DefaultActions=[action], Tags=listed(tags)
    )
    return {"loadBalancerArn": balancer, "port": 80.0}, made["Listeners"][0]["ListenerArn"]


@maker("aws:lb/listenerRule:ListenerRule")
def listener_rule(tags: Tags) -> Made:
    parent = listener(THEIRS)[1]
    action = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404", "ContentType": "text/plain"}}
    made = client("elbv2").create_rule(
        ListenerArn=parent, Priority=38203, Actions=[action], Tags=listed(tags),
        Conditions=[{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/a"]}}],
    )  # fmt: skip
    return {"listenerArn": parent, "priority": 38203.0}, made["Rules"][0]["RuleArn"]


@maker("aws:rds/parameterGroup:ParameterGroup")
def parameter_group(tags: Tags) -> Made:
    client("rds").create_db_parameter_group(
        DBParameterGroupName="p", DBParameterGroupFamily="mysql8.4", Description="d", Tags=listed(tags)
    )
    return {"name": "p"}, "p"


@maker("aws:rds/subnetGroup:SubnetGroup")
def subnet_group(tags: Tags) -> Made:
    client("rds").create_db_subnet_group(
        DBSubnetGroupName="s", DBSubnetGroupDescription="d", SubnetIds=subnets_of_two_zones(), Tags=listed(tags)
    )
    return {"name": "s"}, "s"
