"""Route 53's error for the deletion of a record that does not exist or has other values."""

from __future__ import annotations

from typing import Any

from moto.route53.exceptions import InvalidInput, Route53ClientError
from moto.route53.models import Route53Backend

from rehearsal.aws.overlay import replaces


@replaces(Route53Backend)
def change_resource_record_sets(original: Any, self: Any, zone_id: str, change_list: list[dict[str, Any]], *args: Any) -> None:
    """Answer InvalidChangeBatch for a deletion that matches no record; moto answers with another error.

    Source: https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html
    """
    try:
        original(self, zone_id, change_list, *args)
    except InvalidInput as error:
        deleted = [change["ResourceRecordSet"]["Name"] for change in change_list if change["Action"] == "DELETE"]
        if not deleted or "Action=DELETE" not in str(error.message):
            raise
        raise Route53ClientError(
            "InvalidChangeBatch",
            f"[Tried to delete resource record set [name='{deleted[0]}'] but it was not found or its values do not match]",
        ) from error
