"""AWS's published rules at the gate: the emulator's refusals in the format of each protocol."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.config import Config

from rehearsal.tests.aws.gate_client import allow, client, endpoint, refusal, role

__all__ = ["client", "endpoint", "role"]  # fixtures

Clients = Callable[[str], Any]
# botocore's own validation is off: it would refuse most invalid requests before the gate gets them.
AS_GIVEN = Config(parameter_validation=False, retries={"total_max_attempts": 1})


@pytest.fixture
def clients(client: Callable[..., Any]) -> Clients:
    return lambda service: client(service, config=AS_GIVEN)


@pytest.fixture
def vpc(clients: Clients) -> Iterator[str]:
    created = clients("ec2").create_vpc(CidrBlock="10.8.0.0/16")["Vpc"]["VpcId"]
    yield created
    clients("ec2").delete_vpc(VpcId=created)


@pytest.fixture
def security_group(clients: Clients, vpc: str) -> Iterator[str]:
    ec2 = clients("ec2")
    created = ec2.create_security_group(GroupName="database", Description="MySQL of this stack", VpcId=vpc)["GroupId"]
    yield created
    ec2.delete_security_group(GroupId=created)


def ingress(group: str, description: str) -> dict[str, Any]:
    pair = {"GroupId": group, "Description": description}
    return {"GroupId": group, "IpPermissions": [{"IpProtocol": "tcp", "FromPort": 1, "ToPort": 1, "UserIdGroupPairs": [pair]}]}


def refused(call: Callable[..., Any], **request: Any) -> tuple[str, str]:
    """Return the code and the message of the error of a refused call."""
    answer = refusal(call, **request)
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 400
    return answer["Error"]["Code"], answer["Error"]["Message"]


def test_ec2_refuses_an_apostrophe_in_the_description_of_a_rule(clients: Clients, security_group: str) -> None:
    authorize = clients("ec2").authorize_security_group_ingress
    code, message = refused(authorize, **ingress(security_group, "MySQL from the cluster's nodes"))
    assert code == "InvalidParameterValue"
    assert "IpPermissions.1.UserIdGroupPairs.1.Description" in message
    assert "Allowed characters are a-z" in message
    assert authorize(**ingress(security_group, "MySQL from nodes of the cluster"))["Return"]


def target_group(**changed: Any) -> dict[str, Any]:
    return {"Name": "notes-gateway", "Protocol": "HTTP", "Port": 80, "TargetType": "ip", **changed}


def test_the_query_protocol_refuses_and_accepts(clients: Clients, vpc: str) -> None:
    create = clients("elbv2").create_target_group
    for name in ("notes_gateway", "n" * 33, "-notes"):
        assert refused(create, **target_group(Name=name, VpcId=vpc))[0] == "ValidationError"
    code, message = refused(create, **target_group(VpcId=vpc, HealthCheckIntervalSeconds=400))
    assert (code, "less than or equal to 300" in message) == ("ValidationError", True)
    created = create(**target_group(VpcId=vpc, HealthCheckIntervalSeconds=300))["TargetGroups"]
    clients("elbv2").delete_target_group(TargetGroupArn=created[0]["TargetGroupArn"])


def test_the_json_protocol_refuses_and_accepts(clients: Clients) -> None:
    logs = clients("logs")
    logs.create_log_group(logGroupName="/slipway/flow")
    code, message = refused(logs.put_retention_policy, logGroupName="/slipway/flow", retentionInDays=31)
    assert (code, "'31' at 'retentionInDays'" in message) == ("InvalidParameterException", True)
    logs.put_retention_policy(logGroupName="/slipway/flow", retentionInDays=30)
    assert logs.describe_log_groups(logGroupNamePrefix="/slipway/flow")["logGroups"][0]["retentionInDays"] == 30
    logs.delete_log_group(logGroupName="/slipway/flow")


def test_the_rest_json_protocol_refuses_and_accepts(clients: Clients) -> None:
    def update(log_type: str) -> dict[str, Any]:
        return {"name": "slipway", "logging": {"clusterLogging": [{"types": [log_type], "enabled": True}]}}

    eks = clients("eks")
    code, message = refused(eks.update_cluster_config, **update("audits"))
    assert code == "InvalidParameterException"
    assert "enum value set: [api, audit," in message
    with pytest.raises(eks.exceptions.ResourceNotFoundException):  # moto's error: the rules accept the request
        eks.update_cluster_config(**update("audit"))


def test_the_rest_xml_protocol_refuses_and_accepts(clients: Clients) -> None:
    route53 = clients("route53")
    zone = route53.create_hosted_zone(Name="example.com", CallerReference="1")["HostedZone"]["Id"]

    def change(kind: str) -> dict[str, Any]:
        record = {"Name": "a.example.com", "Type": kind, "TTL": 60, "ResourceRecords": [{"Value": "10.0.0.1"}]}
        return {"HostedZoneId": zone, "ChangeBatch": {"Changes": [{"Action": "UPSERT", "ResourceRecordSet": record}]}}

    code, message = refused(route53.change_resource_record_sets, **change("AA"))
    assert (code, "'AA' at 'ChangeBatch.Changes.1.ResourceRecordSet.Type'" in message) == ("InvalidInput", True)
    assert route53.change_resource_record_sets(**change("A"))["ChangeInfo"]
    removed = change("A")
    removed["ChangeBatch"]["Changes"][0]["Action"] = "DELETE"
    route53.change_resource_record_sets(**removed)
    route53.delete_hosted_zone(Id=zone)


def test_the_timeout_of_a_health_check_is_below_its_interval(clients: Clients) -> None:
    request = target_group(Name="slow", HealthCheckIntervalSeconds=5, HealthCheckTimeoutSeconds=5)
    expected = ("ValidationError", "Health check interval must be greater than the timeout.")
    assert refused(clients("elbv2").create_target_group, **request) == expected


def test_an_https_listener_needs_a_certificate(clients: Clients) -> None:
    request = {"LoadBalancerArn": "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/b/1", "Port": 443}
    code, message = refused(clients("elbv2").create_listener, **request, Protocol="HTTPS", DefaultActions=[])
    assert (code, message) == ("ValidationError", "A certificate must be specified for HTTPS listeners")


def test_authorization_is_checked_before_the_published_rules(role: Callable[..., Any]) -> None:
    of_reader = role(allow("logs:Describe*"))
    answer = refusal(of_reader("logs", config=AS_GIVEN).put_retention_policy, logGroupName="/a", retentionInDays=31)
    assert answer["Error"]["Code"] == "AccessDeniedException"
