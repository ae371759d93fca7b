"""Looks up the account before anything is declared: who deploys, where, and into which zones."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra import constraints, tools
from infra.aws import authorities, database
from infra.settings import DEFAULT_CA_FILE, Settings, SettingsError


@dataclass(frozen=True, kw_only=True)
class Account:
    """The account and region of a stack."""

    account_id: str
    partition: str
    region: str
    zones: tuple[str, ...]
    """Names of the stack's availability zones, in the order of its zone letters."""


def look_up(settings: Settings, stack: str, provider: aws.Provider) -> Account:
    """Return the account that the provider's credentials belong to. Raise SettingsError if the settings do not fit it.

    An assumed role's ARN is no IAM principal, so the deployer is compared by the role that issued its session:
    https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html
    """
    region = aws.config.region
    if not region:
        raise SettingsError(stack, ["aws:region is missing. Fix: pulumi config set aws:region eu-west-1"])
    tool_problems = tools.start_checks(region)
    opts = pulumi.InvokeOptions(provider=provider)
    caller = aws.get_caller_identity(opts=opts)
    deployer = aws.iam.get_session_context(arn=caller.arn, opts=opts).issuer_arn
    available = aws.get_availability_zones(
        state="available", filters=[{"name": "opt-in-status", "values": ["opt-in-not-required"]}], opts=opts
    )
    problems = _zone_problems(settings, region, dict(zip(available.names, available.zone_ids, strict=True)))
    problems += _authority_problems(settings, region) + _database_problems(settings, region, opts)
    if deployer not in settings.admin_role_arns:
        problems.append(
            f"slipway:admin_role_arns must contain {deployer}, the deploying role, which needs access to the cluster. "
            f"Fix: pulumi config set --path 'slipway:admin_role_arns[{len(settings.admin_role_arns)}]' {deployer}"
        )
    problems += tool_problems()
    if problems:
        raise SettingsError(stack, problems)
    return Account(
        account_id=caller.account_id,
        partition=caller.arn.split(":")[1],
        region=region,
        zones=tuple(f"{region}{letter}" for letter in settings.zones),
    )


def _authority_problems(settings: Settings, region: str) -> list[str]:
    """Compare the region with the bundle that comes with the program; a team's own file is not judged."""
    regions = authorities.regions(settings.database_ca_file)
    if settings.database_ca_file != DEFAULT_CA_FILE or region in regions:
        return []
    return [
        f"slipway:database_ca_file must hold the authorities of RDS in {region}, but {DEFAULT_CA_FILE} holds none of them: pods "
        "would refuse the database's certificate. Fix: download the region's bundle, see "
        "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html, and pulumi config set "
        "slipway:database_ca_file FILE"
    ]


def _database_problems(settings: Settings, region: str, opts: pulumi.InvokeOptions) -> list[str]:
    """Ask RDS whether it sells the class, for the newest minor version of the engine, in this region."""
    instance_class = settings.database_instance_class
    try:
        version = aws.rds.get_engine_version(
            engine=database.ENGINE, version=database.ENGINE_VERSION, latest=True, opts=opts
        ).version_actual
        offer = aws.rds.get_orderable_db_instance(
            engine=database.ENGINE,
            engine_version=version,
            instance_class=instance_class,
            # Without a preference, several matches would be an error.
            preferred_instance_classes=[instance_class],
            storage_type=database.STORAGE_TYPE,
            vpc=True,
            opts=opts,
        )
    except Exception as error:  # the engine raises nothing narrower for a failed look-up
        return [
            f"slipway:database_instance_class must be a class that RDS sells for {database.ENGINE} {database.ENGINE_VERSION} in "
            f"{region}, got {instance_class} ({_reason(error)}). "
            "Fix: pulumi config set slipway:database_instance_class db.t4g.medium"
        ]
    if settings.database_multi_az and not offer.multi_az_capable:
        return [
            f"slipway:database_instance_class must be a class that can have a standby, got {instance_class}. "
            "Fix: pulumi config set slipway:database_multi_az false, or another class"
        ]
    return []


def _reason(error: Exception) -> str:
    """Return the provider's own message, without the engine's prefix."""
    return str(error).rpartition("returned an error: ")[2].strip(" :\n")


def _zone_problems(settings: Settings, region: str, available: dict[str, str]) -> list[str]:
    """Compare the zone letters with the region's zones, which differ, and of which EKS leaves out some."""
    usable = sorted(
        name.removeprefix(region) for name, zone_id in available.items() if zone_id not in constraints.ZONE_IDS_WITHOUT_EKS
    )
    return [
        f"slipway:zones names {letter!r}, but EKS has no zone {region}{letter} for this account. Zones: {', '.join(usable)}. "
        f"Fix: pulumi config set --path 'slipway:zones[{index}]' LETTER"
        for index, letter in enumerate(settings.zones)
        if letter not in usable
    ]
