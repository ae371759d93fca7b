"""Part of a graph as the requests that AWS gets: the members whose values the program chooses."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from tests.graph import Declared, Graph

Inputs = Mapping[str, Any]
Request = dict[str, Any]


def _security_group(name: str, given: Inputs) -> Request:
    return {"GroupName": _named(name, given), "Description": given["description"], "VpcId": given["vpcId"]}


def _security_group_rule(_: str, given: Inputs) -> Request:
    described = {"Description": given.get("description")}
    if "cidrIpv4" in given:
        peers = {"IpRanges": [{"CidrIp": given["cidrIpv4"], **described}]}
    else:
        peers = {"UserIdGroupPairs": [{"GroupId": given["referencedSecurityGroupId"], **described}]}
    ports = {key: _whole(given.get(name)) for key, name in (("FromPort", "fromPort"), ("ToPort", "toPort"))}
    return {"GroupId": given["securityGroupId"], "IpPermissions": [{"IpProtocol": given["ipProtocol"], **ports, **peers}]}


def _target_group(name: str, given: Inputs) -> Request:
    check = given["healthCheck"]
    return {
        "Name": _named(name, given),
        "Protocol": given["protocol"],
        "Port": _whole(given["port"]),
        "TargetType": given["targetType"],
        "VpcId": given["vpcId"],
        "HealthCheckPath": check["path"],
        "HealthCheckIntervalSeconds": _whole(check["interval"]),
        "HealthCheckTimeoutSeconds": _whole(check["timeout"]),
        "HealthyThresholdCount": _whole(check["healthyThreshold"]),
        "UnhealthyThresholdCount": _whole(check["unhealthyThreshold"]),
        "Matcher": {"HttpCode": check["matcher"]},
    }


def _listener(_: str, given: Inputs) -> Request:
    return {
        "LoadBalancerArn": given["loadBalancerArn"],
        "Protocol": given["protocol"],
        "Port": _whole(given["port"]),
        "Certificates": [{"CertificateArn": given["certificateArn"]}] if given.get("certificateArn") else [],
        "DefaultActions": [{"Type": action["type"]} for action in given["defaultActions"]],
    }


def _cluster(_: str, given: Inputs) -> Request:
    network = given["vpcConfig"]
    return {
        "name": given["name"],
        "version": given["version"],
        "roleArn": given["roleArn"],
        "resourcesVpcConfig": {key: network.get(key) for key in ("subnetIds", "publicAccessCidrs")},
        "kubernetesNetworkConfig": {"serviceIpv4Cidr": given["kubernetesNetworkConfig"]["serviceIpv4Cidr"]},
        "logging": {"clusterLogging": [{"types": given["enabledClusterLogTypes"], "enabled": True}]},
    }


def _database(_: str, given: Inputs) -> Request:
    return {
        "DBInstanceIdentifier": given["identifier"],
        "DBInstanceClass": given["instanceClass"],
        "Engine": given["engine"],
        "EngineVersion": given["engineVersion"],
        "EngineLifecycleSupport": given["engineLifecycleSupport"],
        "StorageType": given["storageType"],
        "AllocatedStorage": _whole(given["allocatedStorage"]),
        "Port": _whole(given["port"]),
        "MasterUsername": given["username"],
        "BackupRetentionPeriod": _whole(given["backupRetentionPeriod"]),
        "PreferredBackupWindow": given["backupWindow"],
        "PreferredMaintenanceWindow": given["maintenanceWindow"],
        "MonitoringInterval": _whole(given["monitoringInterval"]),
    }


def _named(name: str, given: Inputs) -> str:
    """Return the name of a resource; without one, Pulumi's provider adds 7 random hexadecimal digits to the logical name."""
    return str(given.get("name") or f"{name}-0123456")


def _whole(value: float | None) -> int | None:
    """Return a number of the engine, which sends all numbers as fractions, as the API takes it."""
    return None if value is None else int(value)


OPERATIONS: Final[dict[str, tuple[str, str, Callable[[str, Inputs], Request]]]] = {
    "aws:ec2/vpc:Vpc": ("ec2", "CreateVpc", lambda _, given: {"CidrBlock": given["cidrBlock"]}),
    "aws:ec2/securityGroup:SecurityGroup": ("ec2", "CreateSecurityGroup", _security_group),
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": ("ec2", "AuthorizeSecurityGroupIngress", _security_group_rule),
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": ("ec2", "AuthorizeSecurityGroupEgress", _security_group_rule),
    "aws:lb/targetGroup:TargetGroup": ("elbv2", "CreateTargetGroup", _target_group),
    "aws:lb/listener:Listener": ("elbv2", "CreateListener", _listener),
    "aws:eks/cluster:Cluster": ("eks", "CreateCluster", _cluster),
    "aws:rds/instance:Instance": ("rds", "CreateDBInstance", _database),
    "aws:cloudwatch/logGroup:LogGroup": (
        "logs",
        "PutRetentionPolicy",
        lambda name, given: {"logGroupName": _named(name, given), "retentionInDays": _whole(given["retentionInDays"])},
    ),
    "aws:kms/key:Key": (
        "kms",
        "ScheduleKeyDeletion",
        lambda name, given: {"KeyId": name, "PendingWindowInDays": _whole(given["deletionWindowInDays"])},
    ),
}


def requests(graph: Graph) -> Iterator[tuple[Declared, str, str, Request]]:
    """Yield the resource, service, operation and members of each request that the rules can judge."""
    for resource in graph.resources:
        if resource.typ in OPERATIONS:
            service, operation, request = OPERATIONS[resource.typ]
            yield resource, service, operation, request(resource.name, resource.inputs)
