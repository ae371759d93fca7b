"""The only reader of stack config. All problems of a stack file are reported together, before anything is created."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, field, fields
from types import UnionType
from typing import Any, Final, Literal, get_args, get_origin, get_type_hints

import pulumi

from infra import choices, constraints, naming
from infra.setting_rules import PRIVATE, PUBLIC, RULES
from infra.spec import App

DEFAULT_CA_FILE: Final = "infra/aws/rds_ca.pem"
ANYWHERE: Final = "0.0.0.0/0"
ConfigSource = Callable[[str], pulumi.Config]
"""Returns the config of a namespace: `pulumi.Config`."""
Reader = Callable[[pulumi.Config, str], Any]
"""Reads a setting by its name."""


RENAMED: Final = {"database_password": "database_master_password"}  # old: new; since November 2026


class SettingsError(pulumi.RunError):
    """All problems of a stack's settings; Pulumi prints them without a traceback."""

    def __init__(self, stack: str, problems: Sequence[str]) -> None:
        count = f"{len(problems)} problem{'s' if len(problems) > 1 else ''}"
        super().__init__(f"{count} in the settings of stack {stack}:\n" + "\n".join(f"  - {p}" for p in problems))


def _setting(about: str, fix: str, default: Any = MISSING) -> Any:
    return field(default=default, metadata={"about": about, "fix": fix})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of one stack; a field's name is its key in the namespace `slipway`."""

    zones: tuple[str, ...] = _setting(
        "Letters of the availability zones. Append only: the control plane stays in the first two",
        "--path 'zones[0]' a",
        ("a", "b", "c"),
    )
    vpc_cidr: str = _setting("Block of the VPC, /16 to /20", "vpc_cidr 10.0.0.0/16", "10.0.0.0/16")
    nat: choices.Nat = _setting("`per_zone`: a NAT gateway in each zone; `single`: one for all", "nat single", "per_zone")
    flow_logs: choices.FlowLogs = _setting(
        "Which connections the VPC's flow logs hold: `all`, or `rejected`, which costs less", "flow_logs all", "all"
    )
    kubernetes_version: str = _setting("Minor version of Kubernetes, in standard support", "kubernetes_version 1.35", "1.35")
    api_access_cidrs: tuple[str, ...] = _setting(
        "Who reaches the Kubernetes API from outside the VPC: public CIDRs; `private` if you run Pulumi inside the VPC; "
        "`public` to open it to the whole Internet",
        "--path 'api_access_cidrs[0]' YOUR_ADDRESS/32",
    )
    admin_role_arns: tuple[str, ...] = _setting(
        "IAM roles that administer the cluster; the deploying role must be among them",
        "--path 'admin_role_arns[0]' arn:aws:iam::ACCOUNT:role/NAME",
    )
    node_capacity: choices.NodeCapacity = _setting(
        "How EC2 capacity is bought: `on-demand` or `spot`", "node_capacity on-demand", "on-demand"
    )
    node_cpu_limit: int = _setting("vCPUs that all nodes may have together; bounds what they cost", "node_cpu_limit 32", 32)
    domain: str | None = _setting(
        "Route 53 zone of the sites: `https://<host>.<domain>`. Without one: HTTP, and one site only", "domain example.com", None
    )
    apps: tuple[str, ...] = _setting(
        "Folders under `apps/` that the stack deploys", "--path 'apps[0]' messageboard", ("messageboard",)
    )
    replicas_per_zone: int = _setting("Pods of each service in each zone", "replicas_per_zone 1", 1)
    image_platform: choices.ImagePlatform = _setting(
        "What images are built for and nodes run on: `linux/amd64` or `linux/arm64`", "image_platform linux/amd64", "linux/amd64"
    )
    database_instance_class: str = _setting("RDS instance class", "database_instance_class db.t4g.medium", "db.t4g.medium")
    database_multi_az: bool = _setting("A standby in another zone", "database_multi_az true", True)
    database_storage_gib: int = _setting("Storage in GiB, gp3; can only grow", "database_storage_gib 20", 20)
    database_backup_days: int = _setting("Days that backups are kept, 1 to 35", "database_backup_days 7", 7)
    database_ca_file: str = _setting(
        "PEM file with the authorities that sign the database's certificate; the default is AWS's bundle",
        f"database_ca_file {DEFAULT_CA_FILE}",
        DEFAULT_CA_FILE,
    )
    protect_data: bool = _setting(
        "Refuse to delete cluster, load balancer, database, volumes; to destroy: set false, `pulumi up`, then `pulumi destroy`",
        "protect_data true",
        True,
    )
    alarm_email: str | None = _setting(
        "Who is told when an alarm goes off (AWS asks that address to confirm)", "alarm_email ops@example.com", None
    )
    database_master_password: pulumi.Output[str] = _setting(
        "Secret. Password of the database's master user: 8-41 printable ASCII characters without space, `/`, `\"` and `@`",
        "--secret database_master_password",
    )

    @property
    def public_api_cidrs(self) -> tuple[str, ...]:
        """Return the CIDRs that reach the API server's public endpoint; none if it has no public endpoint."""
        words: dict[tuple[str, ...], tuple[str, ...]] = {(PRIVATE,): (), (PUBLIC,): (ANYWHERE,)}
        return words.get(self.api_access_cidrs, self.api_access_cidrs)

    @property
    def replicas(self) -> int:
        """Return the number of pods of each service."""
        return self.replicas_per_zone * len(self.zones)


def load(config: pulumi.Config, stack: str) -> Settings:
    """Return the settings of the stack. Raise one SettingsError with everything that is wrong with them."""
    values: dict[str, Any] = {}
    problems: list[str] = []
    if reason := naming.stack_problem(stack):
        problems.append(f"stack name {stack!r} {reason}. Fix: pulumi stack rename NAME")
    for item in fields(Settings):
        try:
            values[item.name] = _read(config, item)
        except (ValueError, pulumi.ConfigTypeError) as error:
            problems.append(_problem(item, str(error)))
    for name, value in values.items():
        rule = RULES.get(name)
        reason = rule.problem(value) if rule and value is not None else None
        if reason:
            problems.append(_problem(Settings.__dataclass_fields__[name], reason))
    problems += _unknown_keys(config)
    if problems:
        raise SettingsError(stack, problems)
    return Settings(**values)


def app_secrets(config: ConfigSource, stack: str, apps: Sequence[App]) -> dict[str, dict[str, pulumi.Output[str]]]:
    """Return the secrets in the apps' specs, as `{app: {key: value}}`. Raise one SettingsError with all that are missing."""
    secrets: dict[str, dict[str, pulumi.Output[str]]] = {}
    problems = []
    for app in apps:
        for key in app.secret_keys:
            value = config(app.name).get_secret(key)
            plain = config(app.name).get(key) if value is not None else None
            reason = "is missing" if value is None else None
            if plain is not None and key.endswith("_password") and not constraints.DATABASE_PASSWORD.fullmatch(plain):
                reason = constraints.DATABASE_PASSWORD_RULE
            if reason:
                problems.append(f"secret {app.name}:{key} {reason}. Fix: pulumi config set --secret {app.name}:{key}")
            elif value is not None:
                secrets.setdefault(app.name, {})[key] = value
    if problems:
        raise SettingsError(stack, problems)
    return secrets


def _problem(item: Field[Any], reason: str) -> str:
    fix = item.metadata["fix"].replace(item.name, f"slipway:{item.name}", 1)
    return f"slipway:{item.name} {reason}. Fix: pulumi config set {fix}"


def _read(config: pulumi.Config, item: Field[Any]) -> Any:
    if config.get(item.name) is None:
        if item.default is MISSING:
            raise ValueError(f"is required: {item.metadata['about']}")
        return item.default
    return reader(TYPES[item.name])(config, item.name)


def reader(kind: Any) -> Reader:
    """Return the function that reads a setting of a type. Raise TypeError for a type that no setting can have."""
    if get_origin(kind) is Literal:
        return READERS[str]
    if isinstance(kind, UnionType) and len(inner := [part for part in get_args(kind) if part is not type(None)]) == 1:
        return reader(inner[0])
    if kind not in READERS:
        raise TypeError(f"a setting cannot have the type {kind}. Fix: add a reader for it to READERS in infra/settings.py")
    return READERS[kind]


def _password(config: pulumi.Config, name: str) -> pulumi.Output[str]:
    if not constraints.DATABASE_PASSWORD.fullmatch(config.require(name)):
        raise ValueError(constraints.DATABASE_PASSWORD_RULE)
    return config.require_secret(name)


def _texts(config: pulumi.Config, name: str) -> tuple[str, ...]:
    if (word := config.get(name)) in (PRIVATE, PUBLIC):
        return (word,)
    value = config.require_object(name)
    if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
        raise ValueError(f"must be a list of strings, got {value!r}")
    if len(set(value)) < len(value):
        raise ValueError(f"must not contain an entry twice, got {value!r}")
    return tuple(value)


TYPES: Final[Mapping[str, Any]] = get_type_hints(Settings)
READERS: Final[Mapping[Any, Reader]] = {
    str: pulumi.Config.require,
    bool: pulumi.Config.require_bool,
    int: pulumi.Config.require_int,
    float: pulumi.Config.require_float,
    tuple[str, ...]: _texts,
    pulumi.Output[str]: _password,
}


def _unknown_keys(config: pulumi.Config) -> list[str]:
    known = {item.name for item in fields(Settings)}
    prefix = f"{config.name}:"
    # The engine gives a program its configuration in the environment, a test sets it.
    everything = pulumi.runtime.config.get_config_env() | pulumi.runtime.config.CONFIG.get()
    given = (key.removeprefix(prefix) for key in everything if key.startswith(prefix))
    return [_unknown_key(key, known) for key in sorted(given) if key not in known]


def _unknown_key(key: str, known: set[str]) -> str:
    if new := RENAMED.get(key):
        return (
            f"slipway:{key} is now slipway:{new}. Fix: pulumi config get slipway:{key} | "
            f"pulumi config set --secret slipway:{new} && pulumi config rm slipway:{key}"
        )
    return f"slipway:{key} is not a known setting. Settings: {', '.join(sorted(known))}. Fix: pulumi config rm slipway:{key}"
