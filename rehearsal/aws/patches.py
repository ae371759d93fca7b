"""The emulator's patches of moto: `install` makes moto behave like AWS, `uninstall` restores it."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Final

from rehearsal.aws import dependencies, ec2, iam_documents, identity, judge, kms, log_groups, patching, quotas, route53, s3
from rehearsal.aws.alb import api, health
from rehearsal.aws.ecr import lifecycle, repositories, tokens
from rehearsal.aws.eks import access, clusters, pod_identity, tags
from rehearsal.aws.rds import instances, modifications, orderable, parameter_groups, subnet_groups
from rehearsal.aws.rules import refusal

# In the order of installation: of two patches of one method, the later one runs first and calls the earlier one.
MODULES: Final = (
    identity,
    judge,
    s3,
    refusal,
    kms,
    log_groups,
    dependencies,
    ec2,
    iam_documents,
    quotas,
    route53,
    api,
    health,
    lifecycle,
    repositories,
    tokens,
    access,
    clusters,
    pod_identity,
    tags,
    instances,
    modifications,
    orderable,
    parameter_groups,
    subnet_groups,
)
_installed: Final[list[ExitStack]] = []


def install() -> None:
    """Patch moto.

    Raises:
        RuntimeError: Moto is patched already.
    """
    if _installed:
        raise RuntimeError("moto is patched already")
    _installed.append(patching.apply(MODULES))


def uninstall() -> None:
    """Restore moto."""
    _installed.pop().close()
