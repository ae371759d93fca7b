"""Values that a published rule forbids and the emulator accepts, each with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, kw_only=True)
class Exemption:
    """Values of a member that are not checked."""

    operation: str
    """`service.Operation`"""
    path: str
    """The member as in an error message, without the numbers of list items."""
    values: frozenset[str]
    reason: str
    source: str


EXEMPTIONS: Final = (
    *(
        Exemption(
            operation="acm.RequestCertificate",
            path=path,
            values=frozenset({"localhost", "*.localhost"}),
            reason="ACM requires two labels. The domain of the rehearsal's stack is localhost, which needs no DNS.",
            source="Pulumi.rehearsal.yaml",
        )
        for path in ("DomainName", "SubjectAlternativeNames")
    ),
    Exemption(
        operation="rds.CreateDBInstance",
        path="DBName",
        values=frozenset({""}),
        reason="Terraform's AWS provider sends an empty name for an instance without a database, and RDS creates it.",
        source="https://github.com/hashicorp/terraform-provider-aws/blob/v5.100.0/internal/service/rds/instance.go",
    ),
)
