"""Service quotas of a new account, and the limits of load balancer rules and health checks.

Sources: https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html ,
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
"""

from __future__ import annotations

from typing import Any, Final

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.elastic_ip_addresses import ElasticAddressBackend
from moto.ec2.models.internet_gateways import InternetGatewayBackend
from moto.ec2.models.nat_gateways import NatGatewayBackend
from moto.ec2.models.vpcs import VPCBackend
from moto.elbv2.exceptions import ELBClientError
from moto.elbv2.models import ELBv2Backend

from rehearsal.aws.patching import replaces

VPCS: Final = 5
ADDRESSES: Final = 5
INTERNET_GATEWAYS: Final = 5
NAT_GATEWAYS_PER_ZONE: Final = 5
RULES_PER_LOAD_BALANCER: Final = 100
VALUES_PER_RULE: Final = 5


@replaces(VPCBackend)
def create_vpc(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
    if len(self.vpcs) >= VPCS:
        raise EC2ClientError("VpcLimitExceeded", "The maximum number of VPCs has been reached.")
    return original(self, *args, **kwargs)


@replaces(ElasticAddressBackend)
def allocate_address(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
    if len(self.addresses) >= ADDRESSES:
        raise EC2ClientError("AddressLimitExceeded", "The maximum number of addresses has been reached.")
    return original(self, *args, **kwargs)


@replaces(InternetGatewayBackend)
def create_internet_gateway(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
    if len(self.internet_gateways) >= INTERNET_GATEWAYS:
        raise EC2ClientError("InternetGatewayLimitExceeded", "The maximum number of internet gateways has been reached.")
    return original(self, *args, **kwargs)


@replaces(NatGatewayBackend)
def create_nat_gateway(original: Any, self: Any, subnet_id: str, *args: Any, **kwargs: Any) -> Any:
    zone = self.get_subnet(subnet_id).availability_zone
    used = [g for g in self.nat_gateways.values() if g.state != "deleted" and _zone_of(self, g) == zone]
    if len(used) >= NAT_GATEWAYS_PER_ZONE:
        raise EC2ClientError(
            "NatGatewayLimitExceeded",
            f"Performing this operation would exceed the limit of {NAT_GATEWAYS_PER_ZONE} NAT gateways",
        )
    return original(self, subnet_id, *args, **kwargs)


def _zone_of(backend: Any, gateway: Any) -> str:
    return str(backend.get_subnet(gateway.subnet_id).availability_zone)


@replaces(ELBv2Backend)
def create_rule(original: Any, self: Any, listener_arn: str, conditions: list[Any], *args: Any, **kwargs: Any) -> Any:
    require_allowed_values(conditions)
    for balancer in self.load_balancers.values():
        rules = [rule for listener in balancer.listeners.values() for rule in listener.rules.values()]
        if listener_arn in balancer.listeners and len([r for r in rules if r.priority != "default"]) >= RULES_PER_LOAD_BALANCER:
            raise ELBClientError("TooManyRules", "You've reached the limit on the number of rules per load balancer")
    return original(self, listener_arn, conditions, *args, **kwargs)


@replaces(ELBv2Backend)
def modify_rule(original: Any, self: Any, rule_arn: str, conditions: list[Any], *args: Any, **kwargs: Any) -> Any:
    require_allowed_values(conditions)
    return original(self, rule_arn, conditions, *args, **kwargs)


def require_allowed_values(conditions: list[dict[str, Any]] | None) -> None:
    """Refuse conditions with more values than a rule can have.

    Raises:
        ELBClientError: The conditions have too many values.
    """
    configs = [member for c in conditions or [] for name, member in c.items() if name == "Values" or name.endswith("Config")]
    values = [value for config in configs for value in (config if isinstance(config, list) else config.get("Values", []))]
    if len(values) > VALUES_PER_RULE:
        raise ELBClientError("ValidationError", f"A rule can only have '{VALUES_PER_RULE}' condition values")


@replaces(ELBv2Backend)
def create_target_group(original: Any, self: Any, name: str, **kwargs: Any) -> Any:
    if name.startswith("internal-"):
        raise ELBClientError("ValidationError", f"Target group name '{name}' cannot begin with 'internal-'")
    _require_timeout_below_interval(kwargs.get("healthcheck_timeout_seconds"), kwargs.get("healthcheck_interval_seconds"))
    return original(self, name, **kwargs)


def _require_timeout_below_interval(timeout: str | None, interval: str | None) -> None:
    if timeout and interval and int(timeout) >= int(interval):
        raise ELBClientError("ValidationError", "Health check interval must be greater than the timeout.")
