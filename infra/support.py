"""Warnings of versions that leave AWS's standard support, before AWS changes them by itself."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

import pulumi

from infra import constraints

WARN_BEFORE: Final = timedelta(days=60)


def warnings(kubernetes_version: str, database_version: str, today: date) -> Iterator[str]:
    """Yield a sentence for each version that is out of standard support on this day, or within WARN_BEFORE of its end."""
    kubernetes_end = constraints.KUBERNETES_SUPPORT[kubernetes_version]
    if today >= kubernetes_end - WARN_BEFORE:
        later = [version for version, end in constraints.KUBERNETES_SUPPORT.items() if end > kubernetes_end]
        fix = f"pulumi config set slipway:kubernetes_version {later[0]}" if later else "take a newer release of this program"
        yield (
            f"Kubernetes {kubernetes_version} leaves EKS's standard support on {kubernetes_end}. AWS then upgrades the cluster "
            f"by itself, and an `up` that asks for {kubernetes_version} fails. Fix: {fix}"
        )
    database_end = constraints.DATABASE_SUPPORT[database_version]
    if today >= database_end - WARN_BEFORE:
        yield (
            f"MySQL {database_version} leaves RDS's standard support on {database_end}. AWS then upgrades the "
            "database by itself. Fix: take a newer release of this program"
        )


def warn(kubernetes_version: str, database_version: str, today: date) -> None:
    """Print the warnings in Pulumi's output, in previews and in updates."""
    for text in warnings(kubernetes_version, database_version, today):
        pulumi.log.warn(text)
