"""RDS: a mariadbd of its own behind every MySQL instance."""

from . import instances, modifications, orderable, parameter_groups, subnet_groups

__all__ = ["instances", "modifications", "orderable", "parameter_groups", "subnet_groups"]
