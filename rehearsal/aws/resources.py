"""The ARNs of the resources that a request concerns, as IAM has them.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, Protocol
from urllib.parse import unquote

Parameters = Mapping[str, Any]

# Services whose ARNs name no region.
GLOBAL: Final = ("iam", "route53", "sts")
NO_ACCOUNT: Final = ("route53",)
EC2_PREFIXES: Final = {
    "acl": "network-acl",
    "eipalloc": "elastic-ip",
    "eni": "network-interface",
    "fl": "vpc-flow-log",
    "igw": "internet-gateway",
    "nat": "natgateway",
    "rtb": "route-table",
    "sg": "security-group",
    "sgr": "security-group-rule",
    "subnet": "subnet",
    "vpc": "vpc",
    "vpce": "vpc-endpoint",
}
# Where a security group's rules name the other side, which is not judged.
OTHER_SIDE: Final = "IpPermissions"
# {service/type: (last part of the ARN, the parameters that name it)}
NAMES: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "cloudwatch/alarm": ("alarm:{}", ("AlarmName", "AlarmNames")),
    "ecr/repository": ("repository/{}", ("repositoryName", "repositoryNames")),
    "eks/cluster": ("cluster/{}", ("clusterName", "name")),
    "elasticloadbalancing/loadbalancer/app": ("loadbalancer/app/{}/*", ("Name",)),
    "elasticloadbalancing/targetgroup": ("targetgroup/{}/*", ("Name",)),
    "iam/group": ("group/{}", ("GroupName",)),
    "iam/instance-profile": ("instance-profile/{}", ("InstanceProfileName",)),
    "iam/policy": ("policy/{}", ("PolicyName",)),
    "iam/user": ("user/{}", ("UserName",)),
    "kms/alias": ("{}", ("AliasName",)),
    "logs/log-group": ("log-group:{}", ("logGroupName", "logGroupIdentifier")),
    "logs/log-stream": ("log-group:{}:log-stream:*", ("logGroupName",)),
    "rds/db": ("db:{}", ("DBInstanceIdentifier",)),
    "rds/og": ("og:{}", ("OptionGroupName",)),
    "rds/pg": ("pg:{}", ("DBParameterGroupName",)),
    "rds/snapshot": ("snapshot:{}", ("DBSnapshotIdentifier", "FinalDBSnapshotIdentifier")),
    "rds/subgrp": ("subgrp:{}", ("DBSubnetGroupName",)),
    "route53/change": ("change/{}", ("Id",)),
    "route53/hostedzone": ("hostedzone/{}", ("HostedZoneId", "Id", "ResourceId")),
    "sns/topic": ("{}", ("Name",)),
}


class Inventory(Protocol):
    """What must be looked up in the account."""

    account: str
    region: str

    def tags(self, arn: str) -> dict[str, str]: ...
    def role_arn(self, name: str) -> str | None: ...
    def key_arn(self, identifier: str) -> str | None: ...
    def aliases(self, key_arn: str) -> list[str]: ...
    def access_entry_arn(self, cluster: str, principal: str) -> str | None: ...
    def association(self, identifier: str) -> tuple[str, ...]: ...


def arn(inventory: Inventory, service: str, resource: str) -> str:
    """Return the ARN of a service's resource in the account."""
    region = "" if service in GLOBAL else inventory.region
    account = "" if service in NO_ACCOUNT else inventory.account
    return f"arn:aws:{service}:{region}:{account}:{resource}"


def named(inventory: Inventory, service: str, kind: str, parameters: Parameters) -> list[str]:
    """Return the ARNs of the resources of one type that the request names."""
    if service == "ec2":
        return [arn(inventory, "ec2", f"{kind}/{found}") for found in _ec2_ids(inventory, kind, parameters)]
    special = {"eks/access-entry": _access_entry, "iam/role": _roles, "kms/key": _keys, "sts/role": _assumed}
    if finder := special.get(f"{service}/{kind}"):
        found = finder(inventory, parameters)
    else:
        form, members = NAMES.get(f"{service}/{kind}", ("", ()))
        values = [value for member in members for value in _strings(parameters.get(member)) if not value.startswith("arn:")]
        found = [arn(inventory, service, form.format(_bare(service, value))) for value in values]
    # A parameter that is an ARN of this type; log groups are also written with `:*` at the end.
    whole = [value.removesuffix(":*") for member in parameters.values() for value in _strings(member) if value.startswith("arn:")]
    return list(dict.fromkeys([*found, *(value for value in whole if _is_of_type(service, kind, value))]))


def any_of(inventory: Inventory, service: str, kind: str) -> str:
    """Return the ARN by which IAM judges a resource that does not exist yet and whose name AWS chooses."""
    form = "*" if service == "sns" else NAMES.get(f"{service}/{kind}", (f"{kind}/{{}}", ()))[0]
    return arn(inventory, service, form.format("*"))


def _bare(service: str, value: str) -> str:
    """Return a name without what only the API writes before it: `/hostedzone/Z1`."""
    if service == "route53":
        return value.rsplit("/", 1)[-1]
    return value.lower() if service == "rds" else value


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        yield from (element for element in value if isinstance(element, str))


def _is_of_type(service: str, kind: str, value: str) -> bool:
    parts = value.split(":", 5)
    if len(parts) < 6 or parts[2] != service:
        return False
    if service in ("sns", "kms"):  # whose ARNs of keys and aliases are looked up
        return service == "sns"
    resource = parts[5]
    if kind == "log-group":
        return resource.startswith("log-group:") and ":log-stream:" not in resource
    return resource.startswith((f"{kind}/", f"{kind}:"))


def _ec2_ids(inventory: Inventory, kind: str, parameters: Parameters) -> list[str]:
    values = [value for member, value in parameters.items() if member not in (OTHER_SIDE, "TagSpecifications", "Filters")]
    found: dict[str, None] = {}
    for text in _all_strings(values):
        names = inventory.association(text) if text.startswith("rtbassoc-") else (text,)
        found |= dict.fromkeys(name for name in names if EC2_PREFIXES.get(name.partition("-")[0]) == kind and "-" in name)
    return list(found)


def _all_strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from (text for member in value.values() for text in _all_strings(member))
    elif isinstance(value, Iterable):
        yield from (text for member in value for text in _all_strings(member))


def _access_entry(inventory: Inventory, parameters: Parameters) -> list[str]:
    cluster, principal = parameters.get("clusterName"), unquote(parameters.get("principalArn") or "")
    if not cluster or principal.count(":") < 5:
        return []
    account, resource = principal.split(":", 5)[4:]
    kind, name = resource.partition("/")[0], resource.rpartition("/")[2]
    unknown = arn(inventory, "eks", f"access-entry/{cluster}/{kind}/{account}/{name}/*")
    return [inventory.access_entry_arn(cluster, principal) or unknown]


def _roles(inventory: Inventory, parameters: Parameters) -> list[str]:
    name = parameters.get("RoleName")
    if parameters.get("AWSServiceName"):
        service = parameters["AWSServiceName"]
        return [arn(inventory, "iam", f"role/aws-service-role/{service}/*")]
    if not name:
        return []
    path = parameters.get("Path") or "/"
    return [inventory.role_arn(name) or arn(inventory, "iam", f"role{path}{name}")]


def _assumed(inventory: Inventory, parameters: Parameters) -> list[str]:
    del inventory
    return [parameters["RoleArn"]] if parameters.get("RoleArn") else []


def _keys(inventory: Inventory, parameters: Parameters) -> list[str]:
    identifiers = [parameters[member] for member in ("KeyId", "TargetKeyId") if parameters.get(member)]
    return [
        inventory.key_arn(identifier) or arn(inventory, "kms", f"key/{identifier.rsplit('/', 1)[-1]}")
        for identifier in identifiers
    ]
