"""Refuse to create a record that exists, and to delete a record that does not exist."""

from __future__ import annotations

from typing import Any

from moto.route53.exceptions import InvalidInput, ResourceRecordAlreadyExists, Route53ClientError
from moto.route53.models import Route53Backend

from rehearsal.aws.patching import replaces

Change = dict[str, Any]


def _key(record: dict[str, Any]) -> tuple[str, str, str | None]:
    return record["Name"].strip("."), record["Type"], record.get("SetIdentifier")


def _require_absent(zone: Any, changes: list[Change]) -> None:
    """Refuse to create a record that exists; moto compares with earlier requests instead.

    Raises:
        ResourceRecordAlreadyExists: A change creates an existing record.
    """
    present = {(record.name.strip("."), record.type, record.set_identifier or None) for record in zone.rrsets}
    for change in changes:
        key = _key(change["ResourceRecordSet"])
        if change["Action"] == "CREATE" and key in present:
            raise ResourceRecordAlreadyExists(name=f"{key[0]}.", _type=key[1])
        if change["Action"] == "DELETE":
            present.discard(key)
        else:
            present.add(key)


@replaces(Route53Backend)
def change_resource_record_sets(original: Any, self: Any, zone_id: str, change_list: list[Change], *args: Any) -> None:
    """Answer InvalidChangeBatch for a deletion that matches no record; moto answers with another error.

    Source: https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html
    """
    zone = self.get_hosted_zone(zone_id)
    _require_absent(zone, change_list)
    deleted = {_key(change["ResourceRecordSet"]) for change in change_list if change["Action"] == "DELETE"}
    try:
        original(self, zone_id, change_list, *args)
    except InvalidInput as error:
        if not deleted or "Action=DELETE" not in str(error.message):
            raise
        raise Route53ClientError(
            "InvalidChangeBatch",
            f"[Tried to delete resource record set [name='{min(deleted)[0]}'] but it was not found or its values do not match]",
        ) from error
    # moto compares with earlier requests, which still contain a deleted record
    zone.rr_changes[:] = [change for change in zone.rr_changes if _key(change["ResourceRecordSet"]) not in deleted]
