"""RDS: every MySQL instance is a MariaDB server of its own."""

from rehearsal.aws.rds import instances, modifications, orderable, parameter_groups, subnet_groups

__all__ = ["instances", "modifications", "orderable", "parameter_groups", "subnet_groups"]
