"""The address plan: every (tier, zone letter) owns a fixed slot of the VPC block, so that a new zone moves nothing.

With V the VPC block (a /16 to a /20), cut into eighths:

    eighths 0-5   private subnets of zones a-f (nodes and pods; Auto Mode hands pods whole /28 prefixes)
    eighth  6     public subnets, an eighth of it each (load balancer, NAT)
    eighth  7     first half: isolated subnets, an eighth of the half each (database); second half: /28s for the control plane
"""

from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Final

ZONE_LETTERS: Final = "abcdef"
LARGEST, SMALLEST = 16, 20
# EKS takes /28 at least: 6 free addresses a subnet, 16 advised (EKS user guide, network-reqs).
CONTROL_PLANE_PREFIX: Final = 28


@dataclass(frozen=True, kw_only=True)
class ZonePlan:
    """The blocks of one zone, each as CIDR text."""

    public: str
    private: str
    isolated: str
    control_plane: str


def plan(vpc_cidr: str, letter: str) -> ZonePlan:
    """Return the blocks of the zone with this letter in the VPC block."""
    slot = ZONE_LETTERS.index(letter)
    eighths = list(IPv4Network(vpc_cidr).subnets(prefixlen_diff=3))
    isolated, control_plane = eighths[7].subnets(prefixlen_diff=1)
    return ZonePlan(
        private=str(eighths[slot]),
        public=str(list(eighths[6].subnets(prefixlen_diff=3))[slot]),
        isolated=str(list(isolated.subnets(prefixlen_diff=3))[slot]),
        control_plane=str(list(control_plane.subnets(new_prefix=CONTROL_PLANE_PREFIX))[slot]),
    )


def problem(vpc_cidr: str, service_cidr: str) -> str | None:
    """Return why the block cannot be the VPC's, or None. EKS refuses a service range that overlaps with the VPC."""
    try:
        block = IPv4Network(vpc_cidr)
    except ValueError as error:
        return f"must be an IPv4 network ({error})"
    if not LARGEST <= block.prefixlen <= SMALLEST:
        return f"must be a /{LARGEST} to a /{SMALLEST}"
    if not any(block.subnet_of(IPv4Network(r)) for r in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")):
        return "must lie in a private range (10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16)"
    if block.overlaps(IPv4Network("172.17.0.0/16")):
        return "must not overlap 172.17.0.0/16, which Docker uses on many machines"
    if block.overlaps(IPv4Network(service_cidr)):
        return f"must not overlap {service_cidr}, the range of Kubernetes Services"
    return None
