"""Looks for objects with a name of their own: the name finds them, tags prove whose they are."""

import json
from collections.abc import Iterator
from functools import partial
from typing import Final

from recovery.lookup import Account, Inputs, Live, NotSought, Sought, absent, carries, pairs


def schema_version(number: int) -> dict[str, str]:
    """Return the mark of a state that the provider need not upgrade.

    It takes a state without one for its oldest, and upgrades by rules that hold for that only: a database gets another ID,
    and a cluster had its self-managed add-ons, which would replace it.
    Source: `StateUpgraders` in internal/service/{rds/instance,eks/cluster}.go of terraform-provider-aws.
    """
    return {"__meta": json.dumps({"schema_version": str(number)})}


def log_group(account: Account, inputs: Inputs) -> Iterator[Live]:
    name = inputs["name"]
    for group in account.pages("logs", "describe_log_groups", "logGroups", logGroupNamePrefix=name):
        if group["logGroupName"] == name:
            tags = account("logs").list_tags_for_resource(resourceArn=group["arn"].removesuffix(":*"))["tags"]
            yield Live(id=name, is_ours=carries(inputs, tags))


def metric_alarm(account: Account, inputs: Inputs) -> Iterator[Live]:
    cloudwatch = account("cloudwatch")
    for alarm in cloudwatch.describe_alarms(AlarmNames=[inputs["name"]])["MetricAlarms"]:
        tags = pairs(cloudwatch.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"])
        yield Live(id=alarm["AlarmName"], is_ours=carries(inputs, tags))


def repository(account: Account, inputs: Inputs) -> Iterator[Live]:
    ecr = account("ecr")
    with absent("RepositoryNotFoundException"):
        for description in ecr.describe_repositories(repositoryNames=[inputs["name"]])["repositories"]:
            tags = pairs(ecr.list_tags_for_resource(resourceArn=description["repositoryArn"])["tags"])
            yield Live(id=description["repositoryName"], is_ours=carries(inputs, tags))


def cluster(account: Account, inputs: Inputs) -> Iterator[Live]:
    eks, name = account("eks"), inputs["name"]
    with absent("ResourceNotFoundException"):
        description = eks.describe_cluster(name=name)["cluster"]
        if description["status"] == "DELETING":
            eks.get_waiter("cluster_deleted").wait(name=name)
            return
        yield Live(
            id=name,
            is_ours=carries(inputs, description.get("tags", {})),
            outputs=schema_version(1),
            wait=partial(eks.get_waiter("cluster_active").wait, name=name),
        )


def access_entry(account: Account, inputs: Inputs) -> Iterator[Live]:
    cluster_name, principal = inputs["clusterName"], inputs["principalArn"]
    with absent("ResourceNotFoundException"):
        description = account("eks").describe_access_entry(clusterName=cluster_name, principalArn=principal)["accessEntry"]
        yield Live(id=f"{cluster_name}:{principal}", is_ours=carries(inputs, description.get("tags", {})))


def role(account: Account, inputs: Inputs) -> Iterator[Live]:
    with absent("NoSuchEntity"):
        description = account("iam").get_role(RoleName=inputs["name"])["Role"]
        yield Live(id=description["RoleName"], is_ours=carries(inputs, pairs(description.get("Tags", []))))


def role_policy(account: Account, inputs: Inputs) -> Iterator[Live]:
    """Find a policy inside a role. It has no tags: it belongs to the role, which is ours."""
    with absent("NoSuchEntity"):
        description = account("iam").get_role_policy(RoleName=inputs["role"], PolicyName=inputs["name"])
        yield Live(id=f"{description['RoleName']}:{description['PolicyName']}", is_ours=True)


def role_policy_attachment(account: Account, inputs: Inputs) -> Iterator[Live]:
    """Find an attachment. It has no tags: it belongs to the role, which is ours."""
    with absent("NoSuchEntity"):
        attached = account.pages("iam", "list_attached_role_policies", "AttachedPolicies", RoleName=inputs["role"])
        for policy in attached:
            if policy["PolicyArn"] == inputs["policyArn"]:
                yield Live(id=f"{inputs['role']}/{policy['PolicyArn']}", is_ours=True)


def key(account: Account, inputs: Inputs) -> Iterator[Live]:
    """Find a key by its tags: it has no name."""
    kms = account("kms")
    for each in account.pages("kms", "list_keys", "Keys"):
        # A key that this role may not look at is not this stack's.
        with absent("AccessDeniedException"):
            about = kms.describe_key(KeyId=each["KeyId"])["KeyMetadata"]
            if about["KeyManager"] != "CUSTOMER" or about["KeyState"] == "PendingDeletion":
                continue
            tags = kms.list_resource_tags(KeyId=each["KeyId"])["Tags"]
            if carries(inputs, {tag["TagKey"]: tag["TagValue"] for tag in tags}):
                yield Live(id=each["KeyId"], is_ours=True, outputs={"arn": about["Arn"], "keyId": each["KeyId"]})


def topic(account: Account, inputs: Inputs) -> Iterator[Live]:
    sns = account("sns")
    for description in account.pages("sns", "list_topics", "Topics"):
        arn = description["TopicArn"]
        if arn.rsplit(":", 1)[-1] == inputs["name"]:
            tags = pairs(sns.list_tags_for_resource(ResourceArn=arn)["Tags"])
            yield Live(id=arn, is_ours=carries(inputs, tags), outputs={"arn": arn})


def database(account: Account, inputs: Inputs) -> Iterator[Live]:
    rds, name = account("rds"), inputs["identifier"]
    with absent("DBInstanceNotFound", "DBInstanceNotFoundFault"):
        for description in rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"]:
            if description["DBInstanceStatus"] == "deleting":
                rds.get_waiter("db_instance_deleted").wait(DBInstanceIdentifier=name)
                return
            yield Live(
                id=description["DbiResourceId"],
                is_ours=carries(inputs, pairs(description.get("TagList", []))),
                outputs=schema_version(2),
                wait=partial(rds.get_waiter("db_instance_available").wait, DBInstanceIdentifier=name),
            )


def parameter_group(account: Account, inputs: Inputs) -> Iterator[Live]:
    rds = account("rds")
    with absent("DBParameterGroupNotFound", "DBParameterGroupNotFoundFault"):
        for description in rds.describe_db_parameter_groups(DBParameterGroupName=inputs["name"])["DBParameterGroups"]:
            tags = pairs(rds.list_tags_for_resource(ResourceName=description["DBParameterGroupArn"])["TagList"])
            yield Live(id=description["DBParameterGroupName"], is_ours=carries(inputs, tags))


def subnet_group(account: Account, inputs: Inputs) -> Iterator[Live]:
    rds = account("rds")
    with absent("DBSubnetGroupNotFoundFault"):
        for description in rds.describe_db_subnet_groups(DBSubnetGroupName=inputs["name"])["DBSubnetGroups"]:
            tags = pairs(rds.list_tags_for_resource(ResourceName=description["DBSubnetGroupArn"])["TagList"])
            yield Live(id=description["DBSubnetGroupName"], is_ours=carries(inputs, tags))


SERVICES: Final[dict[str, Sought | NotSought]] = {
    "aws:cloudwatch/logGroup:LogGroup": Sought(find=log_group),
    "aws:cloudwatch/metricAlarm:MetricAlarm": Sought(find=metric_alarm),
    "aws:ecr/repository:Repository": Sought(find=repository),
    "aws:eks/cluster:Cluster": Sought(find=cluster),
    "aws:eks/accessEntry:AccessEntry": Sought(find=access_entry),
    "aws:iam/role:Role": Sought(find=role),
    "aws:iam/rolePolicy:RolePolicy": Sought(find=role_policy),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": Sought(find=role_policy_attachment, is_exclusive=True),
    "aws:kms/key:Key": Sought(find=key),
    "aws:sns/topic:Topic": Sought(find=topic),
    "aws:rds/instance:Instance": Sought(find=database),
    "aws:rds/parameterGroup:ParameterGroup": Sought(find=parameter_group),
    "aws:rds/subnetGroup:SubnetGroup": Sought(find=subnet_group),
    "aws:acm/certificateValidation:CertificateValidation": NotSought(reason="it waits for a certificate and makes nothing"),
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": NotSought(
        reason="each VPC has it; the provider takes its rules away again, which a cut-off may have left"
    ),
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": NotSought(reason="it is put again, and is deleted with its repository"),
    "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": NotSought(
        reason="it is associated again, and is deleted with its access entry"
    ),
    "aws:sns/topicSubscription:TopicSubscription": NotSought(
        reason="the same subscription is not made twice, and is deleted with its topic"
    ),
    "docker-build:index:Image": NotSought(
        reason="an image is pushed again by its digest; the repository's lifecycle policy deletes what nothing uses"
    ),
}
