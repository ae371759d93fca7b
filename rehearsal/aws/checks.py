"""The authorization checks of an API call: for each resource, for its tags, and for each role and key that it passes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from rehearsal.aws.authorization import Check
from rehearsal.aws.resources import Inventory, Parameters, arn, named_resources, wildcard_arn

# {service: {action: {type: flags}}}, written by tools/iam_actions.py
TABLE: Final[dict[str, dict[str, dict[str, str]]]] = json.loads((Path(__file__).parent / "iam_actions.json").read_text())
# The roles that a call passes to a service: {action: [(parameter, service)]}. EC2 gets roles through instance profiles.
# Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html and each action's reference
PASSED_ROLES: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "ec2:CreateFlowLogs": (("DeliverLogsPermissionArn", "vpc-flow-logs.amazonaws.com"),),
    "eks:CreateCluster": (("roleArn", "eks.amazonaws.com"), ("computeConfig.nodeRoleArn", "ec2.amazonaws.com")),
    "eks:UpdateClusterConfig": (("computeConfig.nodeRoleArn", "ec2.amazonaws.com"),),
    "eks:CreatePodIdentityAssociation": (("roleArn", "pods.eks.amazonaws.com"),),
    "rds:CreateDBInstance": (("MonitoringRoleArn", "monitoring.rds.amazonaws.com"),),
    "rds:ModifyDBInstance": (("MonitoringRoleArn", "monitoring.rds.amazonaws.com"),),
}
# The actions on a KMS key that a service performs with the caller's permissions: {action: (parameter, actions on the key)}.
# Sources: docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.Keys.html,
# docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html, docs.aws.amazon.com/eks/latest/userguide/enable-kms.html
KEYS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "ecr:CreateRepository": ("encryptionConfiguration.kmsKey", ("CreateGrant", "DescribeKey")),
    "eks:AssociateEncryptionConfig": ("encryptionConfig.provider.keyArn", ("CreateGrant", "DescribeKey")),
    "eks:CreateCluster": ("encryptionConfig.provider.keyArn", ("CreateGrant", "DescribeKey")),
    "rds:CreateDBInstance": ("KmsKeyId", ("CreateGrant", "Decrypt", "DescribeKey", "GenerateDataKey")),
}
# The first resource of its kind in an account creates the service-linked role; an emulated account is always new.
# Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html
SERVICE_LINKED: Final = {
    "eks:CreateCluster": "eks.amazonaws.com",
    "elasticloadbalancing:CreateLoadBalancer": "elasticloadbalancing.amazonaws.com",
    "rds:CreateDBInstance": "rds.amazonaws.com",
}
# Tags in a request need the permission to tag; these services check it on the resource that is created.
TAG_ACTIONS: Final = {
    "acm": "AddTagsToCertificate",
    "cloudwatch": "TagResource",
    "ec2": "CreateTags",
    "ecr": "TagResource",
    "eks": "TagResource",
    "elasticloadbalancing": "AddTags",
    "kms": "TagResource",
    "logs": "TagResource",
    "rds": "AddTagsToResource",
    "sns": "TagResource",
}
IAM_TAG_ACTIONS: Final = {"role": "TagRole", "policy": "TagPolicy", "user": "TagUser", "instance-profile": "TagInstanceProfile"}
# The type of the created resource, for actions that are checked on another resource.
CREATED: Final = {
    "acm:RequestCertificate": "certificate",
    "eks:CreateAccessEntry": "access-entry",
    "eks:CreateCluster": "cluster",
    "elasticloadbalancing:CreateListener": "listener/app",
    "elasticloadbalancing:CreateRule": "listener-rule/app",
    "kms:CreateKey": "key",
}
WITH_CREATE_ACTION: Final = ("ec2", "elasticloadbalancing")
# RDS also checks the default option group, which the request need not name.
DEFAULT_OPTION_GROUP: Final = "og:default:*"


@dataclass(frozen=True, kw_only=True)
class Call:
    """An API call: the IAM prefix of its service, its operation and parameters, and the context shared by all its checks."""

    service: str
    operation: str
    parameters: Parameters
    shared: Mapping[str, tuple[str, ...]]
    inventory: Inventory

    @property
    def action(self) -> str:
        """Return the action's name in IAM, such as `ec2:CreateVpc`."""
        return f"{self.service}:{self.operation}"


def checks(call: Call) -> list[Check]:
    """Return all checks that IAM performs for a call; the first one is the action itself."""
    return [
        *_action_checks(call),
        *_tag_checks(call),
        *_role_checks(call),
        *_key_checks(call),
        *_service_linked_role_checks(call),
        *_final_snapshot_checks(call),
    ]


def request_tags(parameters: Parameters) -> dict[str, str]:
    """Return the tags in a request, in any of the formats that AWS services use."""
    tags: dict[str, str] = {}
    for name in ("Tags", "tags", "TagSpecifications"):
        value = parameters.get(name) or []
        if isinstance(value, Mapping):
            tags |= value
            continue
        for entry in value:
            if "Tags" in entry:
                tags |= request_tags(entry)
            else:
                key = entry.get("Key") or entry.get("TagKey") or entry.get("key")
                tags[key] = entry.get("Value") or entry.get("TagValue") or entry.get("value") or ""
    return tags


def _tag_keys(parameters: Parameters) -> list[str]:
    removed_keys = [parameters.get(name) or [] for name in ("TagKeys", "tagKeys")]
    return [*request_tags(parameters), *(key for keys in removed_keys for key in keys)]


def _action_checks(call: Call) -> Iterator[Check]:
    types = TABLE.get(call.service, {}).get(call.operation, {})
    resources = [(kind, flags, resource) for kind, flags in types.items() for resource in _resources(call, kind, flags)]
    if call.action in ("rds:CreateDBInstance", "rds:ModifyDBInstance"):
        resources.append(("og", "", arn(call.inventory, "rds", DEFAULT_OPTION_GROUP)))
    if not resources:
        yield Check(action=call.action, context=_context(call, types.get("", ""), None))
    for _, flags, resource in resources:
        yield Check(action=call.action, resource=resource, context=_context(call, flags, resource))


def _resources(call: Call, kind: str, flags: str) -> list[str]:
    """Return the resources of a type that the call names; a resource that it creates may have no name yet."""
    resources = named_resources(call.inventory, call.service, kind, call.parameters) if kind else []
    if resources or not kind:
        return resources
    creates = call.service == "ec2" and "q" in flags and "TagSpecifications" in call.parameters
    return [wildcard_arn(call.inventory, call.service, kind)] if "!" in flags or creates else []


def _context(call: Call, flags: str, resource: str | None) -> dict[str, tuple[str, ...]]:
    context = dict(call.shared)
    if "q" in flags:
        context |= {f"aws:requesttag/{key.lower()}": (value,) for key, value in request_tags(call.parameters).items()}
        if keys := _tag_keys(call.parameters):
            context["aws:tagkeys"] = tuple(keys)
    if "r" in flags and resource:
        context |= {f"aws:resourcetag/{key.lower()}": (value,) for key, value in call.inventory.tags(resource).items()}
    if resource and call.service == "kms" and (aliases := call.inventory.aliases(resource)):
        context["kms:resourcealiases"] = tuple(aliases)
    if call.service == "iam" and (policy := call.parameters.get("PolicyArn")):
        context["iam:policyarn"] = (policy,)
    if call.service == "iam" and (service := call.parameters.get("AWSServiceName")):
        context["iam:awsservicename"] = (service,)
    return context | _record_context(call)


def _record_context(call: Call) -> dict[str, tuple[str, ...]]:
    """Return Route 53's condition keys of a change: its actions, and the types and names of its records.

    Source: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/specifying-rrset-conditions.html
    """
    paths = {"actions": "Action", "recordtypes": "ResourceRecordSet.Type", "normalizedrecordnames": "ResourceRecordSet.Name"}
    values = {key: _values(call.parameters, f"ChangeBatch.Changes.{path}") for key, path in paths.items()}
    return {
        f"route53:changeresourcerecordsets{key}": tuple(v.lower().rstrip(".") if "names" in key else v for v in texts)
        for key, texts in values.items()
        if texts
    }


def _tag_checks(call: Call) -> Iterator[Check]:
    types = TABLE.get(call.service, {}).get(call.operation, {})
    tags = request_tags(call.parameters)
    if not tags or call.operation in (*TAG_ACTIONS.values(), *IAM_TAG_ACTIONS.values()) or call.operation.startswith("Untag"):
        return
    created_type = CREATED.get(call.action) or next((kind for kind, flags in types.items() if kind and "q" in flags), None)
    tag_action = IAM_TAG_ACTIONS.get(created_type or "") if call.service == "iam" else TAG_ACTIONS.get(call.service)
    if not created_type or not tag_action:
        return
    flags = TABLE[call.service][tag_action].get(created_type, "q").replace("r", "")
    resource = next(iter(_created_resources(call, created_type)))
    context = _context(call, flags, resource)
    if call.service in WITH_CREATE_ACTION:
        context[f"{call.service}:createaction"] = (call.operation,)
    yield Check(action=f"{call.service}:{tag_action}", resource=resource, context=context)


def _created_resources(call: Call, kind: str) -> list[str]:
    if call.service == "elasticloadbalancing" and "/" in kind and kind != "loadbalancer/app":
        return [wildcard_arn(call.inventory, call.service, kind)]
    named = named_resources(call.inventory, call.service, kind, call.parameters)
    return named or [wildcard_arn(call.inventory, call.service, kind)]


def _values(parameters: Any, path: str) -> list[str]:
    """Return the strings at a path of members; the path goes through every element of a list."""
    values = [parameters]
    for member in path.split("."):
        elements = [element for value in values for element in (value if isinstance(value, list) else [value])]
        values = [element[member] for element in elements if isinstance(element, Mapping) and element.get(member)]
    return [str(value) for value in values]


def _role_checks(call: Call) -> Iterator[Check]:
    for parameter, service in PASSED_ROLES.get(call.action, ()):
        for role in _values(call.parameters, parameter):
            yield Check(action="iam:PassRole", resource=role, context={**call.shared, "iam:passedtoservice": (service,)})


def _key_checks(call: Call) -> Iterator[Check]:
    parameter, actions = KEYS.get(call.action, ("", ()))
    for identifier in _values(call.parameters, parameter) if actions else ():
        resource = call.inventory.key_arn(identifier) or identifier
        tags = {f"aws:resourcetag/{key.lower()}": (value,) for key, value in call.inventory.tags(resource).items()}
        for action in actions:
            grant = {"kms:grantisforawsresource": ("true",)} if action == "CreateGrant" else {}
            yield Check(action=f"kms:{action}", resource=resource, context={**call.shared, **tags, **grant})


def _service_linked_role_checks(call: Call) -> Iterator[Check]:
    if service := SERVICE_LINKED.get(call.action):
        resource = arn(call.inventory, "iam", f"role/aws-service-role/{service}/*")
        yield Check(
            action="iam:CreateServiceLinkedRole", resource=resource, context={**call.shared, "iam:awsservicename": (service,)}
        )


def _final_snapshot_checks(call: Call) -> Iterator[Check]:
    """Yield the checks for the final snapshot of a deletion: it needs the permission to create a snapshot.

    Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonrds.html
    """
    if call.action == "rds:DeleteDBInstance" and call.parameters.get("FinalDBSnapshotIdentifier"):
        for kind in ("db", "snapshot"):
            for resource in named_resources(call.inventory, "rds", kind, call.parameters):
                context = _context(call, TABLE["rds"]["DeleteDBInstance"]["db"], resource)
                yield Check(action="rds:CreateDBSnapshot", resource=resource, context=context)
