"""RDS: a mariadbd of its own behind every MySQL instance."""

from . import instances, parameter_groups

__all__ = ["instances", "parameter_groups"]
