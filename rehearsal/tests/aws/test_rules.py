"""AWS's published rules at the gate: what the emulator refuses, and in which form."""

import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

from rehearsal import paths
from rehearsal.aws import gate, server

Clients = Callable[[str], Any]
TRUST = json.dumps(
    {"Statement": [{"Effect": "Allow", "Principal": {"Service": "eks.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
)


@pytest.fixture(scope="module")
def clients() -> Iterator[Clients]:
    """The emulator's API in this process, and clients that send what botocore itself would refuse."""
    assert server.refusal, "the rules are part of the server"
    api = make_server("127.0.0.1", 0, gate.Gate(DomainDispatcherApplication(create_backend_app)), threaded=True)
    threading.Thread(target=api.serve_forever, daemon=True).start()

    def client(service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=f"http://127.0.0.1:{api.server_port}",
            region_name=paths.REGION,
            aws_access_key_id=paths.BOOTSTRAP_KEY,
            aws_secret_access_key=paths.BOOTSTRAP_SECRET,
            config=Config(parameter_validation=False, retries={"total_max_attempts": 1}),
        )

    yield client
    api.shutdown()


@pytest.fixture(scope="module")
def security_group(clients: Clients) -> str:
    vpc = clients("ec2").create_vpc(CidrBlock="10.8.0.0/16")["Vpc"]["VpcId"]
    created = clients("ec2").create_security_group(GroupName="database", Description="MySQL of this stack", VpcId=vpc)
    return str(created["GroupId"])


def ingress(group: str, description: str) -> dict[str, Any]:
    pair = {"GroupId": group, "Description": description}
    return {"GroupId": group, "IpPermissions": [{"IpProtocol": "tcp", "FromPort": 1, "ToPort": 1, "UserIdGroupPairs": [pair]}]}


def refused(call: Callable[..., Any], **request: Any) -> tuple[str, str]:
    """Return code and message of the error with which a call is answered."""
    with pytest.raises(ClientError) as answer:
        call(**request)
    error = answer.value.response
    assert error["ResponseMetadata"]["HTTPStatusCode"] == 400
    return error["Error"]["Code"], error["Error"]["Message"]


def test_ec2_refuses_an_apostrophe_in_the_description_of_a_rule(clients: Clients, security_group: str) -> None:
    authorize = clients("ec2").authorize_security_group_ingress
    code, message = refused(authorize, **ingress(security_group, "MySQL from the cluster's nodes"))
    assert code == "InvalidParameterValue"
    assert "IpPermissions.1.UserIdGroupPairs.1.Description" in message
    assert "Allowed characters are a-z" in message
    assert authorize(**ingress(security_group, "MySQL from nodes of the cluster"))["Return"]


def target_group(**changed: Any) -> dict[str, Any]:
    return {"Name": "notes-gateway", "Protocol": "HTTP", "Port": 80, "TargetType": "ip", **changed}


def test_the_query_protocol_refuses_and_accepts(clients: Clients, security_group: str) -> None:
    vpc = clients("ec2").describe_security_groups(GroupIds=[security_group])["SecurityGroups"][0]["VpcId"]
    create = clients("elbv2").create_target_group
    for name in ("notes_gateway", "n" * 33, "-notes"):
        assert refused(create, **target_group(Name=name, VpcId=vpc))[0] == "ValidationError"
    code, message = refused(create, **target_group(VpcId=vpc, HealthCheckIntervalSeconds=400))
    assert (code, "less than or equal to 300" in message) == ("ValidationError", True)
    assert create(**target_group(VpcId=vpc, HealthCheckIntervalSeconds=300))["TargetGroups"]


def test_the_json_protocol_refuses_and_accepts(clients: Clients) -> None:
    logs = clients("logs")
    logs.create_log_group(logGroupName="/slipway/flow")
    code, message = refused(logs.put_retention_policy, logGroupName="/slipway/flow", retentionInDays=31)
    assert (code, "'31' at 'retentionInDays'" in message) == ("InvalidParameterException", True)
    logs.put_retention_policy(logGroupName="/slipway/flow", retentionInDays=30)
    assert logs.describe_log_groups()["logGroups"][0]["retentionInDays"] == 30


def cluster(role: str, log_type: str) -> dict[str, Any]:
    logging = {"clusterLogging": [{"types": [log_type], "enabled": True}]}
    return {"name": "slipway", "roleArn": role, "resourcesVpcConfig": {"subnetIds": ["subnet-1"]}, "logging": logging}


def test_the_rest_json_protocol_refuses_and_accepts(clients: Clients) -> None:
    role = clients("iam").create_role(RoleName="control-plane", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    update = clients("eks").update_cluster_config
    code, message = refused(update, name="slipway", logging=cluster(role, "audits")["logging"])
    assert code == "InvalidParameterException"
    assert "enum value set: [api, audit," in message
    with pytest.raises(clients("eks").exceptions.ResourceNotFoundException):  # moto's own answer: the rules let it pass
        update(name="slipway", logging=cluster(role, "audit")["logging"])


def test_the_rest_xml_protocol_refuses_and_accepts(clients: Clients) -> None:
    route53 = clients("route53")
    zone = route53.create_hosted_zone(Name="example.com", CallerReference="1")["HostedZone"]["Id"]

    def change(kind: str) -> dict[str, Any]:
        record = {"Name": "a.example.com", "Type": kind, "TTL": 60, "ResourceRecords": [{"Value": "10.0.0.1"}]}
        return {"HostedZoneId": zone, "ChangeBatch": {"Changes": [{"Action": "UPSERT", "ResourceRecordSet": record}]}}

    code, message = refused(route53.change_resource_record_sets, **change("AA"))
    assert (code, "'AA' at 'ChangeBatch.Changes.1.ResourceRecordSet.Type'" in message) == ("InvalidInput", True)
    assert route53.change_resource_record_sets(**change("A"))["ChangeInfo"]


def test_a_health_check_time_out_is_below_its_interval(clients: Clients) -> None:
    request = target_group(Name="slow", HealthCheckIntervalSeconds=5, HealthCheckTimeoutSeconds=5)
    expected = ("ValidationError", "Health check interval must be greater than the timeout.")
    assert refused(clients("elbv2").create_target_group, **request) == expected


def test_an_https_listener_needs_a_certificate(clients: Clients) -> None:
    request = {"LoadBalancerArn": "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/b/1", "Port": 443}
    code, message = refused(clients("elbv2").create_listener, **request, Protocol="HTTPS", DefaultActions=[])
    assert (code, message) == ("ValidationError", "A certificate must be specified for HTTPS listeners")
