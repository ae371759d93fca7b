"""Route 53: a record that is not there, or has other values, is refused as Route 53 does it."""

from __future__ import annotations

from typing import Any

from moto.route53.exceptions import InvalidInput, Route53ClientError
from moto.route53.models import Route53Backend

from .overlay import replaces


@replaces(Route53Backend)
def change_resource_record_sets(stock: Any, self: Any, zone_id: str, change_list: list[dict[str, Any]], *args: Any) -> None:
    """Answer InvalidChangeBatch for a deletion that matches no record; moto has another error for it.

    Source: https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html
    """
    try:
        stock(self, zone_id, change_list, *args)
    except InvalidInput as error:
        deleted = [change["ResourceRecordSet"]["Name"] for change in change_list if change["Action"] == "DELETE"]
        if not deleted or "Action=DELETE" not in str(error.message):
            raise
        raise Route53ClientError(
            "InvalidChangeBatch",
            f"[Tried to delete resource record set [name='{deleted[0]}'] but it was not found or its values do not match]",
        ) from error
