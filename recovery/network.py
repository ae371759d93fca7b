"""Looks for objects of a VPC. They have no names of their own, so tags find them and prove whose they are."""

import zlib
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any, Final

from recovery.lookup import Account, Finder, Inputs, Live, Sought, carries, pairs

# States of objects that do not exist any more, or never will.
GONE: Final = ("deleting", "deleted", "failed")


def tagged(operation: str, items: str, key: str, *, filters: str = "Filters") -> Finder:
    """Return a finder of all objects with the expected tags that are not being deleted."""

    def find(account: Account, inputs: Inputs) -> Iterator[Live]:
        expected = inputs.get("tagsAll") or {}
        tag_filters = [{"Name": f"tag:{name}", "Values": [value]} for name, value in expected.items()]
        for item in account.pages("ec2", operation, items, **{filters: tag_filters}):
            # The filters save pages; the proof does not rest on them.
            if carries(inputs, pairs(item.get("Tags", []))) and item.get("State") not in GONE:
                yield Live(id=item[key], is_ours=True)

    return find


def nat_gateway(account: Account, inputs: Inputs) -> Iterator[Live]:
    settled = account("ec2").get_waiter("nat_gateway_available")
    for live in tagged("describe_nat_gateways", "NatGateways", "NatGatewayId")(account, inputs):
        yield replace(live, wait=partial(settled.wait, NatGatewayIds=[live.id]))


def security_group(account: Account, inputs: Inputs) -> Iterator[Live]:
    filters = [{"Name": "group-name", "Values": [inputs["name"]]}, {"Name": "vpc-id", "Values": [inputs["vpcId"]]}]
    for group in account.pages("ec2", "describe_security_groups", "SecurityGroups", Filters=filters):
        identifier = group["GroupId"]
        yield Live(
            id=identifier,
            is_ours=carries(inputs, pairs(group.get("Tags", []))),
            finish=partial(close_egress, account, identifier),
        )


def close_egress(account: Account, group: str) -> None:
    """Take away the rule "all traffic to anywhere" that EC2 gives a new group.

    The provider does so after CreateSecurityGroup. No diff shows the rule, so a group that was cut off before would stay open.
    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html
    """
    filters = [{"Name": "group-id", "Values": [group]}]
    default = [
        rule["SecurityGroupRuleId"]
        for rule in account.pages("ec2", "describe_security_group_rules", "SecurityGroupRules", Filters=filters)
        if rule["IsEgress"] and rule["IpProtocol"] == "-1" and not rule.get("Tags") and not rule.get("Description")
    ]
    if default:
        account("ec2").revoke_security_group_egress(GroupId=group, SecurityGroupRuleIds=default)


def security_group_rule(*, egress: bool) -> Finder:
    """Return a look for a rule of a group by what it lets through: EC2 takes each only once."""

    def find(account: Account, inputs: Inputs) -> Iterator[Live]:
        filters = [{"Name": "group-id", "Values": [inputs["securityGroupId"]]}]
        for rule in account.pages("ec2", "describe_security_group_rules", "SecurityGroupRules", Filters=filters):
            if rule["IsEgress"] is egress and _traffic(rule) == _wanted_traffic(inputs):
                yield Live(id=rule["SecurityGroupRuleId"], is_ours=carries(inputs, pairs(rule.get("Tags", []))))

    return find


def _traffic(rule: dict[str, Any]) -> tuple[Any, ...]:
    peer = rule.get("CidrIpv4") or rule.get("CidrIpv6") or rule.get("ReferencedGroupInfo", {}).get("GroupId")
    return rule["IpProtocol"], rule.get("FromPort"), rule.get("ToPort"), peer


def _wanted_traffic(inputs: Inputs) -> tuple[Any, ...]:
    peer = inputs.get("cidrIpv4") or inputs.get("cidrIpv6") or inputs.get("referencedSecurityGroupId")
    return inputs["ipProtocol"], inputs.get("fromPort"), inputs.get("toPort"), peer


def route(account: Account, inputs: Inputs) -> Iterator[Live]:
    """Find a route. It has no tags: it is ours if it leads where the program says, in a table that is ours."""
    table, destination = inputs["routeTableId"], inputs["destinationCidrBlock"]
    target = inputs.get("gatewayId") or inputs.get("natGatewayId")
    for item in account("ec2").describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Routes"]:
        if item.get("DestinationCidrBlock") == destination:
            # As the provider computes it: RouteCreateID in internal/service/ec2 of terraform-provider-aws.
            identifier = f"r-{table}{zlib.crc32(destination.encode())}"
            yield Live(id=identifier, is_ours=target in (item.get("GatewayId"), item.get("NatGatewayId")))


def route_table_association(account: Account, inputs: Inputs) -> Iterator[Live]:
    """Find an association. It has no tags: it is ours if it gives our subnet our table."""
    filters = [{"Name": "association.subnet-id", "Values": [inputs["subnetId"]]}]
    for table in account("ec2").describe_route_tables(Filters=filters)["RouteTables"]:
        for item in table["Associations"]:
            if item.get("SubnetId") == inputs["subnetId"]:
                yield Live(id=item["RouteTableAssociationId"], is_ours=table["RouteTableId"] == inputs["routeTableId"])


NETWORK: Final[dict[str, Sought]] = {
    "aws:ec2/vpc:Vpc": Sought(find=tagged("describe_vpcs", "Vpcs", "VpcId")),
    "aws:ec2/subnet:Subnet": Sought(find=tagged("describe_subnets", "Subnets", "SubnetId"), is_exclusive=True),
    "aws:ec2/internetGateway:InternetGateway": Sought(
        find=tagged("describe_internet_gateways", "InternetGateways", "InternetGatewayId"), is_exclusive=True
    ),
    "aws:ec2/routeTable:RouteTable": Sought(find=tagged("describe_route_tables", "RouteTables", "RouteTableId")),
    "aws:ec2/eip:Eip": Sought(find=tagged("describe_addresses", "Addresses", "AllocationId")),
    "aws:ec2/natGateway:NatGateway": Sought(find=nat_gateway, is_exclusive=True),
    "aws:ec2/vpcEndpoint:VpcEndpoint": Sought(
        find=tagged("describe_vpc_endpoints", "VpcEndpoints", "VpcEndpointId"), is_exclusive=True
    ),
    "aws:ec2/flowLog:FlowLog": Sought(find=tagged("describe_flow_logs", "FlowLogs", "FlowLogId", filters="Filter")),
    "aws:ec2/securityGroup:SecurityGroup": Sought(find=security_group),
    "aws:ec2/route:Route": Sought(find=route, is_exclusive=True),
    "aws:ec2/routeTableAssociation:RouteTableAssociation": Sought(find=route_table_association, is_exclusive=True),
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": Sought(
        find=security_group_rule(egress=False), is_exclusive=True
    ),
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": Sought(find=security_group_rule(egress=True), is_exclusive=True),
}
