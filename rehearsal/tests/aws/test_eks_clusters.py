"""Clusters: EKS's refusals, and the log group that EKS creates again."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.eks.exceptions import InvalidParameterException

from rehearsal import paths
from rehearsal.aws import log_groups
from rehearsal.aws.eks import clusters, versions

NAME, GROUP = "shop", "/aws/eks/shop/cluster"
LOGS = {"clusterLogging": [{"types": ["api", "audit"], "enabled": True}]}


@pytest.fixture
def events(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return the delayed log events; `events.pop()()` lets one arrive."""
    delayed = []
    monkeypatch.setattr(log_groups, "later", lambda seconds, work: delayed.append(work))
    monkeypatch.setattr(log_groups, "_writers", {})
    return delayed


@pytest.fixture
def arguments(account: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, events: Any) -> dict[str, Any]:
    (tmp_path / "ca.crt").write_text("authority")
    monkeypatch.setattr(paths, "PKI", tmp_path)
    monkeypatch.setattr(clusters, "remove_users_objects", lambda kube: None)
    ec2 = account("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.9.{n}.0/24", AvailabilityZone=paths.REGION + zone)["Subnet"]["SubnetId"]
        for n, zone in enumerate("ab")
    ]
    role = f"arn:aws:iam::{paths.ACCOUNT}:role/cluster"
    return {"name": NAME, "roleArn": role, "version": "1.35", "resourcesVpcConfig": {"subnetIds": subnets}}


@pytest.fixture
def eks(account: Callable[[str], Any]) -> Any:
    return account("eks")


@pytest.fixture
def logs(account: Callable[[str], Any]) -> Any:
    return account("logs")


def groups(logs: Any) -> dict[str, Any]:
    return {group["logGroupName"]: group.get("retentionInDays") for group in logs.describe_log_groups()["logGroups"]}


def test_eks_creates_a_log_group_again_that_is_deleted_after_the_cluster(
    eks: Any, logs: Any, arguments: Any, events: Any
) -> None:
    logs.create_log_group(logGroupName=GROUP)
    logs.put_retention_policy(logGroupName=GROUP, retentionInDays=30)
    eks.create_cluster(**arguments, logging=LOGS)
    assert groups(logs) == {GROUP: 30}
    eks.delete_cluster(name=NAME)
    events.pop()()
    logs.delete_log_group(logGroupName=GROUP)
    assert groups(logs) == {}
    events.pop()()
    assert groups(logs) == {GROUP: None}, "the new log group has no retention"
    logs.delete_log_group(logGroupName=GROUP)
    assert not events, "there are no more events"


def test_a_late_event_creates_a_deleted_log_group_again(eks: Any, logs: Any, arguments: Any, events: Any) -> None:
    eks.create_cluster(**arguments, logging=LOGS)
    eks.delete_cluster(name=NAME)
    logs.delete_log_group(logGroupName=GROUP)
    for event in events:
        event()
    assert groups(logs) == {GROUP: None}


def test_a_cluster_creates_its_log_group_if_logging_is_enabled(eks: Any, logs: Any, arguments: Any) -> None:
    eks.create_cluster(**arguments)
    assert groups(logs) == {}
    eks.update_cluster_config(name=NAME, logging=LOGS)
    assert groups(logs) == {GROUP: None}


def test_a_protected_cluster_cannot_be_deleted(eks: Any, arguments: Any) -> None:
    eks.create_cluster(**arguments, deletionProtection=True)
    assert eks.describe_cluster(name=NAME)["cluster"]["deletionProtection"] is True
    with pytest.raises(ClientError, match="deletion protection"):
        eks.delete_cluster(name=NAME)
    eks.update_cluster_config(name=NAME, deletionProtection=False)
    eks.delete_cluster(name=NAME)
    assert eks.list_clusters()["clusters"] == []


@pytest.mark.parametrize("version", ["1.20", "1.99"])
def test_an_unknown_version_is_refused(eks: Any, arguments: Any, version: Any) -> None:
    with pytest.raises(ClientError, match="unsupported Kubernetes version"):
        eks.create_cluster(**arguments | {"version": version})
    assert eks.list_clusters()["clusters"] == []


def test_a_cluster_is_updated_to_the_next_version_only(eks: Any, arguments: Any) -> None:
    eks.create_cluster(**arguments)
    for version in ("1.34", "1.35", "1.37"):
        with pytest.raises(ClientError, match="InvalidParameterException"):
            eks.update_cluster_version(name=NAME, version=version)
    eks.update_cluster_version(name=NAME, version="1.36")
    assert eks.describe_cluster(name=NAME)["cluster"]["version"] == "1.36"


def test_a_version_is_refused_after_its_support_ends() -> None:
    end = versions.STANDARD_SUPPORT["1.35"]
    after = end.replace(day=end.day + 1)
    versions.require_supported("1.35", "STANDARD", end)
    versions.require_supported("1.35", "EXTENDED", after)
    with pytest.raises(InvalidParameterException, match="extended support"):
        versions.require_supported("1.35", "STANDARD", after)
    with pytest.raises(InvalidParameterException, match="unsupported"):
        versions.require_supported("1.35", "EXTENDED", date(end.year + 2, 1, 1))


def test_other_zones_and_unknown_log_types_are_refused(eks: Any, account: Callable[[str], Any], arguments: Any) -> None:
    eks.create_cluster(**arguments)
    ec2 = account("ec2")
    first = arguments["resourcesVpcConfig"]["subnetIds"][0]
    vpc = ec2.describe_subnets(SubnetIds=[first])["Subnets"][0]["VpcId"]
    third = ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.9.0/24", AvailabilityZone=paths.REGION + "c")["Subnet"]["SubnetId"]
    with pytest.raises(ClientError, match="exact set of AZs"):
        eks.update_cluster_config(name=NAME, resourcesVpcConfig={"subnetIds": [first, third]})
    with pytest.raises(ClientError, match=r"Unknown log types|enum"):
        eks.update_cluster_config(name=NAME, logging={"clusterLogging": [{"types": ["kubelet"], "enabled": True}]})


def test_secrets_cannot_be_encrypted_with_an_unknown_key(eks: Any, arguments: Any) -> None:
    key = f"arn:aws:kms:{paths.REGION}:{paths.ACCOUNT}:key/00000000-0000-0000-0000-000000000000"
    config = [{"resources": ["secrets"], "provider": {"keyArn": key}}]
    with pytest.raises(ClientError, match="keyArn"):
        eks.create_cluster(**arguments, encryptionConfig=config)


def test_a_subnet_of_a_cluster_and_a_used_cluster_group_are_not_deleted(
    eks: Any, account: Callable[[str], Any], arguments: Any
) -> None:
    ec2, subnets = account("ec2"), arguments["resourcesVpcConfig"]["subnetIds"]
    network = eks.create_cluster(**arguments)["cluster"]["resourcesVpcConfig"]
    with pytest.raises(ClientError, match="DependencyViolation"):
        ec2.delete_subnet(SubnetId=subnets[0])
    second_group = ec2.create_security_group(GroupName="database", Description="t", VpcId=network["vpcId"])["GroupId"]
    pair = {"GroupId": network["clusterSecurityGroupId"]}
    permission = {"IpProtocol": "tcp", "FromPort": 3306, "ToPort": 3306, "UserIdGroupPairs": [pair]}
    ec2.authorize_security_group_ingress(GroupId=second_group, IpPermissions=[permission])
    eks.delete_cluster(name=NAME)
    assert ec2.describe_security_groups(GroupIds=[pair["GroupId"]])["SecurityGroups"]
    ec2.delete_subnet(SubnetId=subnets[0])


def test_subnets_of_another_vpc_are_refused(eks: Any, account: Callable[[str], Any], arguments: Any) -> None:
    before = eks.create_cluster(**arguments)["cluster"]["resourcesVpcConfig"]["subnetIds"]
    ec2 = account("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.8.0.0/16")["Vpc"]["VpcId"]
    foreign_subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.8.{n}.0/24", AvailabilityZone=paths.REGION + zone)["Subnet"]["SubnetId"]
        for n, zone in enumerate("ab")
    ]
    with pytest.raises(ClientError, match="do not belong"):
        eks.update_cluster_config(name=NAME, resourcesVpcConfig={"subnetIds": foreign_subnets})
    assert eks.describe_cluster(name=NAME)["cluster"]["resourcesVpcConfig"]["subnetIds"] == before


def test_an_update_of_auto_mode_names_all_of_its_settings(eks: Any, arguments: Any) -> None:
    eks.create_cluster(**arguments)
    with pytest.raises(ClientError, match="specified together"):
        eks.update_cluster_config(name=NAME, computeConfig={"enabled": False})
    eks.update_cluster_config(
        name=NAME,
        computeConfig={"enabled": False},
        kubernetesNetworkConfig={"elasticLoadBalancing": {"enabled": False}},
        storageConfig={"blockStorage": {"enabled": False}},
    )


def test_a_service_account_has_one_pod_identity_association_at_a_time(eks: Any, arguments: Any) -> None:
    eks.create_cluster(**arguments)
    identity = {"clusterName": NAME, "namespace": "jobs", "serviceAccount": "runner"}
    roles = [f"arn:aws:iam::{paths.ACCOUNT}:role/{name}" for name in ("first", "second")]
    association = eks.create_pod_identity_association(**identity, roleArn=roles[0], tags={"team": "a"})["association"]
    with pytest.raises(ClientError, match="already exists"):
        eks.create_pod_identity_association(**identity, roleArn=roles[1])
    eks.create_pod_identity_association(**identity | {"namespace": "web"}, roleArn=roles[1])
    key = {"clusterName": NAME, "associationId": association["associationId"]}
    eks.update_pod_identity_association(**key, roleArn=roles[1])
    updated = eks.describe_pod_identity_association(**key)["association"]
    assert (updated["roleArn"], updated["serviceAccount"]) == (roles[1], "runner")
    assert eks.list_tags_for_resource(resourceArn=association["associationArn"])["tags"] == {"team": "a"}
    eks.delete_pod_identity_association(**key)
    with pytest.raises(ClientError, match="not found"):
        eks.describe_pod_identity_association(**key)
    assert [left["namespace"] for left in eks.list_pod_identity_associations(clusterName=NAME)["associations"]] == ["web"]
