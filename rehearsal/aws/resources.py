"""The ARNs by which IAM authorizes a request.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, Protocol
from urllib.parse import unquote

Parameters = Mapping[str, Any]

# Services whose ARNs have no region.
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
# Parameter with the sources and destinations of a security group's rules, which are not checked.
PEER_PARAMETER: Final = "IpPermissions"
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
    """The properties of resources that must be looked up in the account."""

    @property
    def account(self) -> str: ...
    @property
    def region(self) -> str: ...
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


def named_resources(inventory: Inventory, service: str, kind: str, parameters: Parameters) -> list[str]:
    """Return the ARNs of the resources of a type that the request names."""
    if service == "ec2":
        return [arn(inventory, "ec2", f"{kind}/{identifier}") for identifier in _ec2_ids(inventory, kind, parameters)]
    finders = {"eks/access-entry": _access_entry, "iam/role": _roles, "kms/key": _keys, "sts/role": _assumed_role}
    if finder := finders.get(f"{service}/{kind}"):
        by_name = finder(inventory, parameters)
    else:
        form, members = NAMES.get(f"{service}/{kind}", ("", ()))
        values = [value for member in members for value in _strings(parameters.get(member)) if not value.startswith("arn:")]
        by_name = [arn(inventory, service, form.format(_bare_name(service, value))) for value in values]
    # Parameters that are ARNs of this type; those of log groups may end with `:*`.
    arns = [value.removesuffix(":*") for member in parameters.values() for value in _strings(member) if value.startswith("arn:")]
    return list(dict.fromkeys([*by_name, *(value for value in arns if _is_of_type(service, kind, value))]))


def wildcard_arn(inventory: Inventory, service: str, kind: str) -> str:
    """Return the ARN by which IAM authorizes the creation of a resource whose name AWS chooses."""
    form = "*" if service == "sns" else NAMES.get(f"{service}/{kind}", (f"{kind}/{{}}", ()))[0]
    return arn(inventory, service, form.format("*"))


def _bare_name(service: str, value: str) -> str:
    """Return a name without the prefix that only the API uses, as in `/hostedzone/Z1`."""
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
    if service in ("sns", "kms"):  # ARNs of keys and aliases are looked up
        return service == "sns"
    resource = parts[5]
    if kind == "log-group":
        return resource.startswith("log-group:") and ":log-stream:" not in resource
    return resource.startswith((f"{kind}/", f"{kind}:"))


def _ec2_ids(inventory: Inventory, kind: str, parameters: Parameters) -> list[str]:
    values = [value for member, value in parameters.items() if member not in (PEER_PARAMETER, "TagSpecifications", "Filters")]
    ids: dict[str, None] = {}
    for text in _all_strings(values):
        names = inventory.association(text) if text.startswith("rtbassoc-") else (text,)
        ids |= dict.fromkeys(name for name in names if EC2_PREFIXES.get(name.partition("-")[0]) == kind and "-" in name)
    return list(ids)


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


def _assumed_role(inventory: Inventory, parameters: Parameters) -> list[str]:
    del inventory
    return [parameters["RoleArn"]] if parameters.get("RoleArn") else []


def _keys(inventory: Inventory, parameters: Parameters) -> list[str]:
    identifiers = [parameters[member] for member in ("KeyId", "TargetKeyId") if parameters.get(member)]
    return [
        inventory.key_arn(identifier) or arn(inventory, "kms", f"key/{identifier.rsplit('/', 1)[-1]}")
        for identifier in identifiers
    ]
