"""The questions that one API call asks IAM: for each resource, each tag, each role and each key that it hands over."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from .authorization import Check
from .resources import Inventory, Parameters, any_of, arn, named

# {service: {action: {type: flags}}}, written by tools/iam_actions.py
TABLE: Final[dict[str, dict[str, dict[str, str]]]] = json.loads((Path(__file__).parent / "iam_actions.json").read_text())
# What a role is handed over for: {action: [(parameter, service)]}. EC2's roles go by instance profiles.
# Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html and each action's reference
PASSED_ROLES: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "ec2:CreateFlowLogs": (("DeliverLogsPermissionArn", "vpc-flow-logs.amazonaws.com"),),
    "eks:CreateCluster": (("roleArn", "eks.amazonaws.com"), ("computeConfig.nodeRoleArn", "ec2.amazonaws.com")),
    "eks:UpdateClusterConfig": (("computeConfig.nodeRoleArn", "ec2.amazonaws.com"),),
    "eks:CreatePodIdentityAssociation": (("roleArn", "pods.eks.amazonaws.com"),),
    "rds:CreateDBInstance": (("MonitoringRoleArn", "monitoring.rds.amazonaws.com"),),
    "rds:ModifyDBInstance": (("MonitoringRoleArn", "monitoring.rds.amazonaws.com"),),
}
# What a service does with a key by the caller's right: {action: (parameter, actions on the key)}.
# Sources: docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.Keys.html,
# docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html, docs.aws.amazon.com/eks/latest/userguide/enable-kms.html
KEYS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "ecr:CreateRepository": ("encryptionConfiguration.kmsKey", ("CreateGrant", "DescribeKey")),
    "eks:AssociateEncryptionConfig": ("encryptionConfig.provider.keyArn", ("CreateGrant", "DescribeKey")),
    "eks:CreateCluster": ("encryptionConfig.provider.keyArn", ("CreateGrant", "DescribeKey")),
    "rds:CreateDBInstance": ("KmsKeyId", ("CreateGrant", "Decrypt", "DescribeKey", "GenerateDataKey")),
}
# The first of its kind in an account makes a role of the service's own; an emulated account is always new.
# Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html
SERVICE_LINKED: Final = {
    "eks:CreateCluster": "eks.amazonaws.com",
    "elasticloadbalancing:CreateLoadBalancer": "elasticloadbalancing.amazonaws.com",
    "rds:CreateDBInstance": "rds.amazonaws.com",
}
# Tags of a request need the right to tag, and these services judge it on what is created.
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
# What is created, where the action itself is judged on something else.
CREATED: Final = {
    "acm:RequestCertificate": "certificate",
    "eks:CreateAccessEntry": "access-entry",
    "eks:CreateCluster": "cluster",
    "elasticloadbalancing:CreateListener": "listener/app",
    "elasticloadbalancing:CreateRule": "listener-rule/app",
    "kms:CreateKey": "key",
}
WITH_CREATE_ACTION: Final = ("ec2", "elasticloadbalancing")
# RDS judges its default option group, which the request need not name.
DEFAULT_OPTION_GROUP: Final = "og:default:*"


@dataclass(frozen=True, kw_only=True)
class Call:
    """An API call: the IAM prefix of its service, the operation, its parameters, and the context that each check shares."""

    service: str
    operation: str
    parameters: Parameters
    shared: Mapping[str, tuple[str, ...]]
    inventory: Inventory

    @property
    def action(self) -> str:
        return f"{self.service}:{self.operation}"


def checks(call: Call) -> list[Check]:
    """Return every check that IAM makes for the call; the first one is the action itself."""
    return [*_own(call), *_tagging(call), *_roles(call), *_keys(call), *_service_linked(call), *_final_snapshot(call)]


def request_tags(parameters: Parameters) -> dict[str, str]:
    """Return the tags in a request, in whichever of AWS's forms it has them."""
    found: dict[str, str] = {}
    for name in ("Tags", "tags", "TagSpecifications"):
        value = parameters.get(name) or []
        if isinstance(value, Mapping):
            found |= value
            continue
        for entry in value:
            if "Tags" in entry:
                found |= request_tags(entry)
            else:
                key = entry.get("Key") or entry.get("TagKey") or entry.get("key")
                found[key] = entry.get("Value") or entry.get("TagValue") or entry.get("value") or ""
    return found


def _tag_keys(parameters: Parameters) -> list[str]:
    removed = [parameters.get(name) or [] for name in ("TagKeys", "tagKeys")]
    return [*request_tags(parameters), *(key for keys in removed for key in keys)]


def _own(call: Call) -> Iterator[Check]:
    types = TABLE.get(call.service, {}).get(call.operation, {})
    resources = [(kind, flags, found) for kind, flags in types.items() for found in _resources(call, kind, flags)]
    if call.action in ("rds:CreateDBInstance", "rds:ModifyDBInstance"):
        resources.append(("og", "", arn(call.inventory, "rds", DEFAULT_OPTION_GROUP)))
    if not resources:
        yield Check(action=call.action, context=_context(call, types.get("", ""), None))
    for _, flags, found in resources:
        yield Check(action=call.action, resource=found, context=_context(call, flags, found))


def _resources(call: Call, kind: str, flags: str) -> list[str]:
    """Return the named resources of a type; what is being created has no name yet."""
    found = named(call.inventory, call.service, kind, call.parameters) if kind else []
    if found or not kind:
        return found
    creates = call.service == "ec2" and "q" in flags and "TagSpecifications" in call.parameters
    return [any_of(call.inventory, call.service, kind)] if "!" in flags or creates else []


def _context(call: Call, flags: str, resource: str | None) -> dict[str, tuple[str, ...]]:
    found = dict(call.shared)
    if "q" in flags:
        found |= {f"aws:requesttag/{key.lower()}": (value,) for key, value in request_tags(call.parameters).items()}
        if keys := _tag_keys(call.parameters):
            found["aws:tagkeys"] = tuple(keys)
    if "r" in flags and resource:
        found |= {f"aws:resourcetag/{key.lower()}": (value,) for key, value in call.inventory.tags(resource).items()}
    if resource and call.service == "kms" and (aliases := call.inventory.aliases(resource)):
        found["kms:resourcealiases"] = tuple(aliases)
    if call.service == "iam" and (policy := call.parameters.get("PolicyArn")):
        found["iam:policyarn"] = (policy,)
    if call.service == "iam" and (service := call.parameters.get("AWSServiceName")):
        found["iam:awsservicename"] = (service,)
    return found | _record_keys(call)


def _record_keys(call: Call) -> dict[str, tuple[str, ...]]:
    """Return what Route 53 tells IAM of a change: its actions, and the types and names of its records.

    Source: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/specifying-rrset-conditions.html
    """
    paths = {"actions": "Action", "recordtypes": "ResourceRecordSet.Type", "normalizedrecordnames": "ResourceRecordSet.Name"}
    values = {key: _values(call.parameters, f"ChangeBatch.Changes.{path}") for key, path in paths.items()}
    return {
        f"route53:changeresourcerecordsets{key}": tuple(v.lower().rstrip(".") if "names" in key else v for v in found)
        for key, found in values.items()
        if found
    }


def _tagging(call: Call) -> Iterator[Check]:
    types = TABLE.get(call.service, {}).get(call.operation, {})
    tags = request_tags(call.parameters)
    if not tags or call.operation in (*TAG_ACTIONS.values(), *IAM_TAG_ACTIONS.values()) or call.operation.startswith("Untag"):
        return
    created = CREATED.get(call.action) or next((kind for kind, flags in types.items() if kind and "q" in flags), None)
    tag_action = IAM_TAG_ACTIONS.get(created or "") if call.service == "iam" else TAG_ACTIONS.get(call.service)
    if not created or not tag_action:
        return
    flags = TABLE[call.service][tag_action].get(created, "q").replace("r", "")
    resource = next(iter(_created(call, created)))
    context = _context(call, flags, resource)
    if call.service in WITH_CREATE_ACTION:
        context[f"{call.service}:createaction"] = (call.operation,)
    yield Check(action=f"{call.service}:{tag_action}", resource=resource, context=context)


def _created(call: Call, kind: str) -> list[str]:
    if call.service == "elasticloadbalancing" and "/" in kind and kind != "loadbalancer/app":
        return [any_of(call.inventory, call.service, kind)]
    return named(call.inventory, call.service, kind, call.parameters) or [any_of(call.inventory, call.service, kind)]


def _values(parameters: Any, path: str) -> list[str]:
    """Return the strings at a path of members; a list on the way stands for each of its elements."""
    found = [parameters]
    for member in path.split("."):
        found = [element for value in found for element in (value if isinstance(value, list) else [value])]
        found = [value[member] for value in found if isinstance(value, Mapping) and value.get(member)]
    return [str(value) for value in found]


def _roles(call: Call) -> Iterator[Check]:
    for parameter, service in PASSED_ROLES.get(call.action, ()):
        for role in _values(call.parameters, parameter):
            yield Check(action="iam:PassRole", resource=role, context={**call.shared, "iam:passedtoservice": (service,)})


def _keys(call: Call) -> Iterator[Check]:
    parameter, actions = KEYS.get(call.action, ("", ()))
    for identifier in _values(call.parameters, parameter) if actions else ():
        resource = call.inventory.key_arn(identifier) or identifier
        tags = {f"aws:resourcetag/{key.lower()}": (value,) for key, value in call.inventory.tags(resource).items()}
        for action in actions:
            grant = {"kms:grantisforawsresource": ("true",)} if action == "CreateGrant" else {}
            yield Check(action=f"kms:{action}", resource=resource, context={**call.shared, **tags, **grant})


def _service_linked(call: Call) -> Iterator[Check]:
    if service := SERVICE_LINKED.get(call.action):
        resource = arn(call.inventory, "iam", f"role/aws-service-role/{service}/*")
        yield Check(
            action="iam:CreateServiceLinkedRole", resource=resource, context={**call.shared, "iam:awsservicename": (service,)}
        )


def _final_snapshot(call: Call) -> Iterator[Check]:
    """Deleting a database with a final snapshot needs the right to make one.

    Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonrds.html
    """
    if call.action == "rds:DeleteDBInstance" and call.parameters.get("FinalDBSnapshotIdentifier"):
        for kind in ("db", "snapshot"):
            for resource in named(call.inventory, "rds", kind, call.parameters):
                context = _context(call, TABLE["rds"]["DeleteDBInstance"]["db"], resource)
                yield Check(action="rds:CreateDBSnapshot", resource=resource, context=context)
