"""What AWS refuses and an emulator does not, each with its source: one table of constraints for settings and tests."""

import re
from datetime import date
from ipaddress import IPv4Network
from typing import Final

SERVICE_CIDR: Final = "172.20.0.0/16"
# EKS gives the tenth address of the Service range to cluster DNS.
CLUSTER_DNS: Final = "172.20.0.10"

# End of standard support. Source: https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html,
# 1.35 and 1.36: https://endoflife.date/amazon-eks
KUBERNETES_SUPPORT: Final = {
    "1.34": date(2026, 12, 2),
    "1.35": date(2027, 3, 27),
    "1.36": date(2027, 8, 2),
}

# End of standard support. Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/MySQL.Concepts.VersionMgmt.html ,
# https://endoflife.date/amazon-rds-mysql
DATABASE_SUPPORT: Final = {"8.4": date(2029, 7, 31)}

# vCPUs of the node pool: the smallest node of each of two zones, once more while it is replaced; the largest is ours.
NODE_CPU_LIMIT: Final = range(8, 10_001)

# EKS, ALB and RDS each demand two zones.
FEWEST_ZONES: Final = 2
# EKS has no control plane there. Source: https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html
ZONE_IDS_WITHOUT_EKS: Final = frozenset({"use1-az3", "usw1-az2", "cac1-az3"})

# Source: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html (MasterUserPassword, MySQL)
DATABASE_PASSWORD: Final = re.compile(r"""[!#-.0-?A-~]{8,41}""")
DATABASE_PASSWORD_RULE: Final = 'must be 8-41 printable ASCII characters without space, / " and @'  # noqa: S105  # a rule
# gp3. Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html
DATABASE_STORAGE_GIB: Final = range(20, 65_537)
# 0 would switch backups off. Source: the same API page (BackupRetentionPeriod).
DATABASE_BACKUP_DAYS: Final = range(1, 36)
INSTANCE_CLASS: Final = re.compile(r"db\.[a-z][a-z0-9-]*\.[a-z0-9]+")

# Descriptions of security groups and of their rules; an apostrophe is not among the characters.
# Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html (GroupDescription) and
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpRange.html (Description)
SECURITY_GROUP_DESCRIPTION: Final = re.compile(r"[a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*]{1,255}")

ROLE_ARN: Final = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]+")
# A label of a DNS name. Source: RFC 1123, section 2.1
DOMAIN: Final = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")
# No organization has a larger block: a shorter prefix means everybody.
# Source: https://www.iana.org/assignments/ipv4-address-space
SMALLEST_API_PREFIX: Final = 8
# The first name of a certificate.
# Source: https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html (DomainName: RFC 5280's Common Name)
LONGEST_DOMAIN: Final = 64
# A host in a listener rule has letters alone after its last dot.
# Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html#host-conditions
LAST_LABEL: Final = re.compile(r"[a-z]+")
# Source: https://docs.aws.amazon.com/eks/latest/userguide/service-quotas.html (public endpoint access CIDR ranges per cluster)
MOST_API_CIDRS: Final = 40
EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def supports_performance_insights(instance_class: str) -> bool:
    """Return whether RDS MySQL offers Performance Insights for a class.

    Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DatabaseInsights.Engines.html
    """
    _, family, size = instance_class.split(".")
    return not (family in {"t2", "t3", "t4g"} and size in {"micro", "small"})


def api_access_problem(cidr: str) -> str | None:
    """Return why EKS rejects a range for its public endpoint, or None.

    Source: https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html (no reserved ranges)
    """
    try:
        network = IPv4Network(cidr)
    except ValueError as error:
        return f"must be an IPv4 network such as 8.8.8.8/32 ({error})"
    if network.prefixlen < SMALLEST_API_PREFIX:
        return "opens the Kubernetes API to the whole Internet, which must be said by the word `public` (in place of the list)"
    if not network.is_global or network.is_multicast:
        return "is a private or reserved range, which EKS refuses for its public endpoint"
    return None
