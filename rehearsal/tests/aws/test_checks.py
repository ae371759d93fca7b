"""The authorization checks of an API call."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from rehearsal.aws.checks import Call, checks, request_tags

ACCOUNT = "123456789012"
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/k-1"
TAGS = {"project": "slipway"}
PAIRS = [{"Key": "project", "Value": "slipway"}]


@dataclass(frozen=True)
class InventoryStandIn:
    """An account with a role in a path, a key with an alias, an access entry and a route table association."""

    account: str = ACCOUNT
    region: str = "eu-west-1"
    tagged: dict[str, Any] = field(default_factory=dict)

    def tags(self, arn: Any) -> Any:
        return self.tagged.get(arn, {})

    def role_arn(self, name: str) -> Any:
        return f"arn:aws:iam::{ACCOUNT}:role/team/{name}" if name == "in-a-path" else None

    def key_arn(self, identifier: str) -> Any:
        return KEY if identifier in ("k-1", "alias/logs", KEY) else None

    def aliases(self, key_arn: Any) -> Any:
        return ["alias/logs"] if key_arn == KEY else []

    def access_entry_arn(self, cluster: Any, principal: Any) -> Any:
        del cluster
        return f"arn:aws:eks:eu-west-1:{ACCOUNT}:access-entry/c/role/{ACCOUNT}/r/u-1" if principal.endswith("/r") else None

    def association(self, identifier: str) -> Any:
        return ("rtb-1", "subnet-1") if identifier == "rtbassoc-1" else ()


def checks_of(action: str, inventory: Any = None, **parameters: Any) -> Any:
    service, operation = action.split(":")
    return checks(
        Call(service=service, operation=operation, parameters=parameters, shared={}, inventory=inventory or InventoryStandIn())
    )


def resources(action: str, **parameters: Any) -> set[Any]:
    return {check.resource.removeprefix("arn:aws:") for check in checks_of(action, **parameters) if check.action == action}


def ec2(*names: Any) -> set[Any]:
    return {f"ec2:eu-west-1:{ACCOUNT}:{name}" for name in names}


@pytest.mark.parametrize(
    ("action", "parameters", "names"),
    [
        ("ec2:CreateSubnet", {"VpcId": "vpc-1"}, ("subnet/*", "vpc/vpc-1")),
        ("ec2:DeleteSubnet", {"SubnetId": "subnet-1"}, ("subnet/subnet-1",)),
        ("ec2:CreateTags", {"Resources": ["vpc-1", "sgr-2"], "Tags": PAIRS}, ("vpc/vpc-1", "security-group-rule/sgr-2")),
        ("ec2:DisassociateRouteTable", {"AssociationId": "rtbassoc-1"}, ("route-table/rtb-1", "subnet/subnet-1")),
        ("ec2:CreateFlowLogs", {"ResourceIds": ["vpc-1"], "ResourceType": "VPC"}, ("vpc/vpc-1", "vpc-flow-log/*")),
        ("ec2:ReleaseAddress", {"AllocationId": "eipalloc-1"}, ("elastic-ip/eipalloc-1",)),
    ],
)
def test_ec2_resources_are_identified_by_their_ids(action: str, parameters: Any, names: Any) -> None:
    assert resources(action, **parameters) == ec2(*names)


def test_the_peer_of_a_security_group_rule_is_not_checked() -> None:
    request = {"GroupId": "sg-1", "IpPermissions": [{"UserIdGroupPairs": [{"GroupId": "sg-2"}]}]}
    assert resources("ec2:AuthorizeSecurityGroupIngress", **request) == ec2("security-group/sg-1")
    tags = [{"ResourceType": "security-group-rule", "Tags": PAIRS}]
    checked = resources("ec2:AuthorizeSecurityGroupIngress", **request, TagSpecifications=tags)
    assert checked == ec2("security-group/sg-1", "security-group-rule/*")


@pytest.mark.parametrize(
    ("action", "parameters", "resource"),
    [
        ("eks:DeleteCluster", {"name": "c"}, f"eks:eu-west-1:{ACCOUNT}:cluster/c"),
        ("eks:CreateAccessEntry", {"clusterName": "c", "principalArn": "x"}, f"eks:eu-west-1:{ACCOUNT}:cluster/c"),
        (
            "eks:DeleteAccessEntry",
            {"clusterName": "c", "principalArn": f"arn:aws:iam::{ACCOUNT}:role/team/r"},
            f"eks:eu-west-1:{ACCOUNT}:access-entry/c/role/{ACCOUNT}/r/u-1",
        ),
        ("iam:DeleteRole", {"RoleName": "in-a-path"}, f"iam::{ACCOUNT}:role/team/in-a-path"),
        ("iam:CreateRole", {"RoleName": "new", "Path": "/ci/"}, f"iam::{ACCOUNT}:role/ci/new"),
        ("kms:DescribeKey", {"KeyId": "alias/logs"}, KEY.removeprefix("arn:aws:")),
        ("rds:DeleteDBInstance", {"DBInstanceIdentifier": "Slipway-Dev"}, f"rds:eu-west-1:{ACCOUNT}:db:slipway-dev"),
        (
            "rds:ListTagsForResource",
            {"ResourceName": f"arn:aws:rds:eu-west-1:{ACCOUNT}:subgrp:s"},
            f"rds:eu-west-1:{ACCOUNT}:subgrp:s",
        ),
        ("logs:DeleteLogGroup", {"logGroupName": "/aws/eks/c"}, f"logs:eu-west-1:{ACCOUNT}:log-group:/aws/eks/c"),
        ("route53:ChangeResourceRecordSets", {"HostedZoneId": "/hostedzone/Z1"}, "route53:::hostedzone/Z1"),
        ("ecr:DeleteRepository", {"repositoryName": "slipway-dev/a"}, f"ecr:eu-west-1:{ACCOUNT}:repository/slipway-dev/a"),
        ("sns:CreateTopic", {"Name": "alarms"}, f"sns:eu-west-1:{ACCOUNT}:alarms"),
        ("cloudwatch:DeleteAlarms", {"AlarmNames": ["a"]}, f"cloudwatch:eu-west-1:{ACCOUNT}:alarm:a"),
        (
            "elasticloadbalancing:CreateTargetGroup",
            {"Name": "todo", "VpcId": "vpc-1"},
            f"elasticloadbalancing:eu-west-1:{ACCOUNT}:targetgroup/todo/*",
        ),
        (
            "elasticloadbalancing:DeleteRule",
            {"RuleArn": "arn:aws:elasticloadbalancing:eu-west-1:1:listener-rule/app/a/1/2/3"},
            "elasticloadbalancing:eu-west-1:1:listener-rule/app/a/1/2/3",
        ),
        ("iam:CreateServiceLinkedRole", {"AWSServiceName": "rds.amazonaws.com"},
         f"iam::{ACCOUNT}:role/aws-service-role/rds.amazonaws.com/*"),
    ],
)  # fmt: skip
def test_an_action_is_checked_on_the_resource_that_it_names(action: str, parameters: Any, resource: Any) -> None:
    assert resources(action, **parameters) == {resource}


@pytest.mark.parametrize(
    "action", ["ec2:DescribeVpcs", "eks:CreateCluster", "kms:CreateKey", "sqs:ListQueues", "ec2:NoSuchAction"]
)
def test_an_action_without_resource_types_is_checked_on_all_resources(action: str) -> None:
    assert next(check.resource for check in checks_of(action, VpcId="vpc-1", name="c")) == "*"


def test_request_tags_are_read_in_every_format() -> None:
    assert request_tags({"tags": TAGS}) == TAGS
    assert request_tags({"Tags": PAIRS}) == TAGS
    assert request_tags({"Tags": [{"TagKey": "project", "TagValue": "slipway"}]}) == TAGS
    assert request_tags({"TagSpecifications": [{"ResourceType": "vpc", "Tags": PAIRS}]}) == TAGS
    assert request_tags({"Name": "x"}) == {}


def test_new_resources_have_the_requests_tags_and_existing_ones_their_own() -> None:
    inventory = InventoryStandIn(tagged={f"arn:aws:ec2:eu-west-1:{ACCOUNT}:vpc/vpc-1": {"Project": "other"}})
    subnet, vpc, tagging = checks_of(
        "ec2:CreateSubnet", inventory, VpcId="vpc-1", TagSpecifications=[{"ResourceType": "subnet", "Tags": PAIRS}]
    )
    assert subnet.context == {"aws:requesttag/project": ("slipway",), "aws:tagkeys": ("project",)}
    assert vpc.context == {"aws:resourcetag/project": ("other",)}
    assert (tagging.action, tagging.resource) == ("ec2:CreateTags", subnet.resource)
    assert tagging.context == {**subnet.context, "ec2:createaction": ("CreateSubnet",)}


@pytest.mark.parametrize(
    ("action", "parameters", "tag_action", "resource"),
    [
        ("iam:CreateRole", {"RoleName": "r", "Tags": PAIRS}, "iam:TagRole", "role/r"),
        ("eks:CreateCluster", {"name": "c", "tags": TAGS}, "eks:TagResource", "cluster/c"),
        ("logs:CreateLogGroup", {"logGroupName": "g", "tags": TAGS}, "logs:TagResource", "log-group:g"),
        ("kms:CreateKey", {"Tags": [{"TagKey": "a", "TagValue": "b"}]}, "kms:TagResource", "key/*"),
        ("acm:RequestCertificate", {"Tags": PAIRS}, "acm:AddTagsToCertificate", "certificate/*"),
        ("rds:CreateDBSubnetGroup", {"DBSubnetGroupName": "s", "Tags": PAIRS}, "rds:AddTagsToResource", "subgrp:s"),
        ("elasticloadbalancing:CreateRule", {"Tags": PAIRS}, "elasticloadbalancing:AddTags", "listener-rule/app/*"),
    ],
)
def test_tags_on_creation_need_the_permission_to_tag(action: str, parameters: Any, tag_action: str, resource: Any) -> None:
    by_action = {check.action: check.resource for check in checks_of(action, **parameters)}
    assert by_action[tag_action].endswith(f":{resource}")
    untagged = {name: value for name, value in parameters.items() if name.lower() != "tags"}
    assert tag_action not in {check.action for check in checks_of(action, **untagged)}


def test_a_tagging_action_is_a_single_check() -> None:
    arn = f"arn:aws:eks:eu-west-1:{ACCOUNT}:cluster/c"
    assert [check.action for check in checks_of("eks:TagResource", resourceArn=arn, tags=TAGS)] == ["eks:TagResource"]
    untag = checks_of("eks:UntagResource", resourceArn=arn, tagKeys=["project"])
    assert [check.action for check in untag] == ["eks:UntagResource"]


def test_a_passed_role_is_checked_with_the_service_that_gets_it() -> None:
    cluster = checks_of(
        "eks:CreateCluster",
        name="c",
        roleArn="arn:aws:iam::1:role/control",
        computeConfig={"nodeRoleArn": "arn:aws:iam::1:role/node"},
    )
    passed = {check.resource: check.context["iam:passedtoservice"] for check in cluster if check.action == "iam:PassRole"}
    assert passed == {"arn:aws:iam::1:role/control": ("eks.amazonaws.com",), "arn:aws:iam::1:role/node": ("ec2.amazonaws.com",)}


def test_a_key_that_a_service_uses_for_the_caller_is_checked() -> None:
    used = [c for c in checks_of("rds:CreateDBInstance", DBInstanceIdentifier="d", KmsKeyId="k-1") if c.action.startswith("kms:")]
    assert {check.resource for check in used} == {KEY}
    grant = next(check for check in used if check.action == "kms:CreateGrant")
    assert grant.context["kms:grantisforawsresource"] == ("true",)
    nested = checks_of("eks:CreateCluster", name="c", encryptionConfig=[{"provider": {"keyArn": KEY}, "resources": ["secrets"]}])
    assert KEY in {check.resource for check in nested if check.action == "kms:CreateGrant"}


def test_an_attached_policy_is_a_condition_key() -> None:
    (attach,) = checks_of("iam:AttachRolePolicy", RoleName="r", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    assert attach.context["iam:policyarn"] == ("arn:aws:iam::aws:policy/AdministratorAccess",)


def test_the_context_of_a_route_53_change_names_the_records() -> None:
    change = {"Action": "UPSERT", "ResourceRecordSet": {"Name": "Todo.Example.com.", "Type": "A"}}
    (check,) = checks_of("route53:ChangeResourceRecordSets", HostedZoneId="Z1", ChangeBatch={"Changes": [change]})
    key = "route53:changeresourcerecordsets"
    assert check.context == {
        f"{key}actions": ("UPSERT",),
        f"{key}normalizedrecordnames": ("todo.example.com",),
        f"{key}recordtypes": ("A",),
    }


def test_a_final_snapshot_needs_the_permission_to_create_snapshots() -> None:
    deletion = {"DBInstanceIdentifier": "slipway-dev"}
    assert [check.action for check in checks_of("rds:DeleteDBInstance", **deletion)] == ["rds:DeleteDBInstance"]
    with_snapshot = checks_of("rds:DeleteDBInstance", **deletion, FinalDBSnapshotIdentifier="slipway-dev-final-1")
    resources = {check.resource.split(":", 5)[5] for check in with_snapshot if check.action == "rds:CreateDBSnapshot"}
    assert resources == {"db:slipway-dev", "snapshot:slipway-dev-final-1"}
