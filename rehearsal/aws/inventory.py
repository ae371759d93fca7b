"""The ARNs and tags of the account's resources, read from moto for IAM's decisions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from moto.acm.models import acm_backends
from moto.cloudwatch.models import cloudwatch_backends
from moto.ec2.models import ec2_backends
from moto.ecr.models import ecr_backends
from moto.eks.models import eks_backends
from moto.elbv2.models import elbv2_backends
from moto.iam.models import iam_backends
from moto.kms.models import kms_backends
from moto.logs.models import logs_backends
from moto.rds.models import rds_backends
from moto.sns.models import sns_backends

PARTITION: Final = "aws"
# Services whose backend keeps tags by ARN: (backends, attribute of a backend).
BY_ARN: Final[dict[str, tuple[Any, str]]] = {
    "cloudwatch": (cloudwatch_backends, "tagger"),
    "ecr": (ecr_backends, "tagger"),
    "elasticloadbalancing": (elbv2_backends, "tagging_service"),
    "logs": (logs_backends, "tagger"),
}


@dataclass(frozen=True, kw_only=True)
class Inventory:
    """The resources of an account and region."""

    account: str
    region: str

    def tags(self, arn: str) -> dict[str, str]:
        """Return the tags of a resource; none if it does not exist or its service has no tags."""
        service, resource = arn.split(":", 5)[2::3]
        if service in BY_ARN:
            backends, tagger = BY_ARN[service]
            return dict(getattr(backends[self.account][self.region], tagger).get_tag_dict_for_resource(arn))
        reader = getattr(self, f"_{service}_tags", None)
        return dict(reader(arn, resource) or {}) if reader else {}

    def role_arn(self, name: str) -> str | None:
        """Return the ARN of a role, with its path."""
        roles = iam_backends[self.account][PARTITION].roles.values()
        return next((role.arn for role in roles if role.name == name), None)

    def key_arn(self, identifier: str) -> str | None:
        """Return the ARN of the key with this ID, ARN, alias name or alias ARN."""
        backend = kms_backends[self.account][self.region]
        name = identifier.rsplit(":", 1)[-1]
        if name.startswith("alias/"):
            name = backend.get_key_id_from_alias(name) or name
        key = backend.keys.get(name.removeprefix("key/"))
        return key.arn if key else None

    def aliases(self, key_arn: str) -> list[str]:
        """Return the names of a key's aliases."""
        key = kms_backends[self.account][self.region].keys.get(key_arn.rsplit("/", 1)[-1])
        return sorted(key.aliases) if key else []

    def access_entry_arn(self, cluster: str, principal: str) -> str | None:
        """Return the ARN of a cluster's access entry for a principal."""
        record = eks_backends[self.account][self.region].clusters.get(cluster)
        entry = getattr(record, "access_entries", {}).get(principal)
        return entry["accessEntryArn"] if entry else None

    def association(self, identifier: str) -> tuple[str, ...]:
        """Return the IDs of the route table and the subnet of an association."""
        for table in ec2_backends[self.account][self.region].route_tables.values():
            if identifier in table._associations:
                return (table.id, table._associations[identifier])
        return ()

    def _ec2_tags(self, arn: str, resource: str) -> Any:
        del arn
        return ec2_backends[self.account][self.region].tags.get(resource.rsplit("/", 1)[-1])

    def _iam_tags(self, arn: str, resource: str) -> Any:
        backend = iam_backends[self.account][PARTITION]
        if resource.startswith("role/"):
            return next((_by_key(role.tags) for role in backend.roles.values() if role.arn == arn), None)
        return backend.tagger.get_tag_dict_for_resource(arn)

    def _kms_tags(self, arn: str, resource: str) -> Any:
        del arn
        return kms_backends[self.account][self.region].tagger.get_tag_dict_for_resource(resource.removeprefix("key/"))

    def _eks_tags(self, arn: str, resource: str) -> Any:
        kind, name = resource.split("/")[:2]
        cluster = eks_backends[self.account][self.region].clusters.get(name)
        if cluster is None or kind == "cluster":
            return cluster and cluster.tags
        entries = getattr(cluster, "access_entries", {}).values()
        return next((entry["tags"] for entry in entries if entry["accessEntryArn"] == arn), None)

    def _rds_tags(self, arn: str, resource: str) -> Any:
        kind, name = resource.split(":", 1)
        backend = rds_backends[self.account][self.region]
        collections: dict[str, Any] = {
            "db": backend.databases,
            "pg": backend.db_parameter_groups,
            "snapshot": backend.database_snapshots,
            "subgrp": backend.subnet_groups,
        }
        record = collections.get(kind, {}).get(name)
        return record and _by_key(record.get_tags())

    def _sns_tags(self, arn: str, resource: str) -> Any:
        del resource
        topic = sns_backends[self.account][self.region].topics.get(arn)
        return topic and topic._tags

    def _acm_tags(self, arn: str, resource: str) -> Any:
        del resource
        certificate = acm_backends[self.account][self.region]._certificates.get(arn)
        return certificate and certificate.tags


def _by_key(tags: list[dict[str, str]]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in tags}
