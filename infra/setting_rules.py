"""The rule of each setting: in words, and as a function that says what is wrong with a value."""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, get_args

from infra import choices, cidr, constraints
from infra.aws import authorities

PRIVATE: Final = "private"
PUBLIC: Final = "public"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What the value of a setting must be.

    Attributes:
        text: The rule in words, for the settings reference.
        problem: Returns what is wrong with a value, or None.
    """

    text: str
    problem: Callable[[Any], str | None]


def _one_of(values: Iterable[str]) -> Rule:
    allowed = tuple(values)
    text = f"one of {', '.join(allowed)}"
    return Rule(text=text, problem=lambda value: None if value in allowed else f"must be {text}, got {value!r}")


def _within(numbers: range) -> Rule:
    text = f"{numbers[0]} to {numbers[-1]}"
    return Rule(text=text, problem=lambda value: None if value in numbers else f"must be {text}, got {value}")


def _like(pattern: re.Pattern[str], text: str) -> Rule:
    return Rule(text=text, problem=lambda value: None if pattern.fullmatch(value) else f"must be {text}, got {value!r}")


def _zones(zones: tuple[str, ...]) -> str | None:
    if bad := [zone for zone in zones if zone not in cidr.ZONE_LETTERS or len(zone) != 1]:
        return f"must be letters {cidr.ZONE_LETTERS[0]} to {cidr.ZONE_LETTERS[-1]}, got {', '.join(map(repr, bad))}"
    if len(zones) < constraints.FEWEST_ZONES:
        return f"must name at least {constraints.FEWEST_ZONES} zones (EKS, ALB and RDS require them), got {list(zones)}"
    return None


def _vpc_cidr(value: str) -> str | None:
    reason = cidr.problem(value, constraints.SERVICE_CIDR)
    return f"{reason}, got {value!r}" if reason else None


def _api_access(cidrs: tuple[str, ...]) -> str | None:
    if not cidrs:
        return "must not be empty: nobody could reach the cluster after its creation; name your CIDR, or `private`"
    if cidrs in ((PRIVATE,), (PUBLIC,)):
        return None
    if len(cidrs) > constraints.MOST_API_CIDRS:
        return f"must hold at most {constraints.MOST_API_CIDRS} CIDRs (the limit of EKS), got {len(cidrs)}"
    return next((f"{reason}, got {cidr!r}" for cidr in cidrs if (reason := constraints.api_access_problem(cidr))), None)


def _admin_roles(arns: tuple[str, ...]) -> str | None:
    if not arns:
        return "must not be empty: nobody could administer the cluster"
    bad = next((arn for arn in arns if not constraints.ROLE_ARN.fullmatch(arn)), None)
    if bad:
        return f"must hold ARNs of IAM roles (no sessions, no users), got {bad!r}"
    names = [arn.rsplit("/", 1)[-1] for arn in arns]
    same = [arn for arn, name in zip(arns, names, strict=True) if names.count(name) > 1]
    return f"must hold roles of different names (resources are named after them), got {same}" if same else None


def _domain(value: str) -> str | None:
    if not constraints.DOMAIN.fullmatch(value):
        return f"must be a domain name in lower case, got {value!r}"
    if len(value) > constraints.LONGEST_DOMAIN:
        return f"must have at most {constraints.LONGEST_DOMAIN} characters (the limit of its certificate), got {len(value)}"
    if not constraints.LAST_LABEL.fullmatch(value.rsplit(".", 1)[-1]):
        return f"must have only letters after its last dot (a rule of the load balancer), got {value!r}"
    return None


def _ca_file(path: str) -> str | None:
    if not Path(path).is_file():
        return f"must be a file, {path!r} was not found"
    try:
        return None if authorities.subjects(path) else f"must hold certificates of authorities, {path!r} holds only others"
    except ssl.SSLError:
        return f"must hold certificates in PEM form, {path!r} holds none"


def _apps(names: tuple[str, ...]) -> str | None:
    return None if names else "must name at least one folder under apps/"


ZONES: Final = f"at least {constraints.FEWEST_ZONES} different letters, {cidr.ZONE_LETTERS[0]} to {cidr.ZONE_LETTERS[-1]}"
VPC_CIDR: Final = (
    f"a /{cidr.LARGEST} to /{cidr.SMALLEST} in a private range, apart from 172.17.0.0/16 and {constraints.SERVICE_CIDR}"
)
API_ACCESS: Final = f"`{PRIVATE}`, `{PUBLIC}`, or up to {constraints.MOST_API_CIDRS} public CIDRs"
DOMAIN: Final = f"a domain name in lower case, at most {constraints.LONGEST_DOMAIN} characters, only letters after its last dot"
RULES: Final[dict[str, Rule]] = {
    "zones": Rule(text=ZONES, problem=_zones),
    "vpc_cidr": Rule(text=VPC_CIDR, problem=_vpc_cidr),
    "nat": _one_of(get_args(choices.Nat)),
    "flow_logs": _one_of(get_args(choices.FlowLogs)),
    "kubernetes_version": _one_of(constraints.KUBERNETES_SUPPORT),
    "api_access_cidrs": Rule(text=API_ACCESS, problem=_api_access),
    "admin_role_arns": Rule(text="at least one ARN of an IAM role, of different names", problem=_admin_roles),
    "node_capacity": _one_of(get_args(choices.NodeCapacity)),
    "node_cpu_limit": _within(constraints.NODE_CPU_LIMIT),
    "domain": Rule(text=DOMAIN, problem=_domain),
    "apps": Rule(text="at least one folder under `apps/`", problem=_apps),
    "replicas_per_zone": _within(range(1, 101)),
    "image_platform": _one_of(get_args(choices.ImagePlatform)),
    "database_instance_class": _like(constraints.INSTANCE_CLASS, "an RDS instance class such as db.t4g.medium"),
    "database_storage_gib": _within(constraints.DATABASE_STORAGE_GIB),
    "database_ca_file": Rule(text="a PEM file with certificates of authorities", problem=_ca_file),
    "database_backup_days": _within(constraints.DATABASE_BACKUP_DAYS),
    "alarm_email": _like(constraints.EMAIL, "an e-mail address"),
}
