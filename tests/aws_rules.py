"""What AWS would refuse of a graph: pure functions that return a line for each problem."""

import functools
from ipaddress import IPv4Network
from itertools import combinations

import botocore.session
from botocore.model import ServiceModel

from infra import constraints
from rehearsal.aws.rules.check import refusals
from tests.aws_requests import requests
from tests.graph import Graph

# Source: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html and .../subnet-sizing.html
PREFIXES = range(16, 29)


@functools.cache
def _service(name: str) -> ServiceModel:
    return botocore.session.get_session().get_service_model(name)


def published_rules(graph: Graph) -> list[str]:
    """Return what botocore's models, their documentation and the relations of `rehearsal.aws.rules` forbid."""
    return [
        f"{resource.kind} {resource.name}: {message}"
        for resource, service, operation, request in requests(graph)
        for message in refusals(service, _service(service).operation_model(operation), request)
    ]


def address_plan(graph: Graph) -> list[str]:
    """Return the VPCs and subnets of a size that EC2 refuses, and subnets outside their VPC or over one another."""
    vpcs = {f"{vpc.name}-id": IPv4Network(vpc.inputs["cidrBlock"]) for vpc in graph.of("Vpc")}
    subnets = {subnet.name: IPv4Network(subnet.inputs["cidrBlock"]) for subnet in graph.of("Subnet")}
    found = [f"{name}: {block} is no /16 to /28" for name, block in (vpcs | subnets).items() if block.prefixlen not in PREFIXES]
    for subnet in graph.of("Subnet"):
        vpc = vpcs[subnet.inputs["vpcId"]]
        if not subnets[subnet.name].subnet_of(vpc):
            found.append(f"{subnet.name}: {subnets[subnet.name]} is outside {vpc}")
    pairs = combinations(subnets.items(), 2)
    return found + [f"{name}: {block} overlaps {other}" for (name, block), (other, b) in pairs if block.overlaps(b)]


def kubernetes_version(graph: Graph) -> list[str]:
    """Return the clusters of a version that EKS does not offer in standard support."""
    return [
        f"Cluster {cluster.name}: version {cluster.inputs['version']!r}"
        for cluster in graph.of("Cluster")
        if cluster.inputs["version"] not in constraints.KUBERNETES_SUPPORT
    ]


RULES = (published_rules, address_plan, kubernetes_version)


def problems(graph: Graph) -> list[str]:
    """Return all that these rules find."""
    return [problem for rule in RULES for problem in rule(graph)]
