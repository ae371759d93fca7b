"""CloudWatch log groups: refuse keys that CloudWatch Logs cannot use, and create the log groups of EKS and RDS.

EKS and RDS create the log groups that they write to, without retention and key. They create them again for events that arrive
after the cluster or the instance was deleted. Sources: https://github.com/terraform-aws-modules/terraform-aws-eks/issues/2763 ,
https://github.com/hashicorp/terraform-provider-aws/issues/42858
"""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import Any, Final

from moto.core.utils import utcnow
from moto.logs.exceptions import LogsClientError
from moto.logs.models import LogsBackend, logs_backends

from rehearsal.aws import kms
from rehearsal.aws.patching import replaces
from rehearsal.aws.timing import later

SECONDS_UNTIL_NEXT_EVENT: Final = 1.0
# How long events arrive after a cluster or an instance was deleted
LATE_EVENTS: Final = timedelta(minutes=2)
# Source of the message: https://github.com/hashicorp/terraform-provider-aws/issues/29282
NOT_ALLOWED: Final = "The specified KMS key does not exist or is not allowed to be used with Arn '{}'"

_lock = threading.Lock()
# {(account, region, name): the time of the last event; None while events are written}
_writers: dict[tuple[str, str, str], datetime | None] = {}


def write_to(account: str, region: str, name: str) -> None:
    """Let a service write to a log group from now on; create the group if there is none."""
    with _lock:
        _writers[account, region, name] = None
    logs_backends[account][region].ensure_log_group(name)


def stop_writing_to(account: str, region: str, name: str) -> None:
    """Stop a service from writing to a log group; its last events arrive within LATE_EVENTS."""
    key = account, region, name
    with _lock:
        if key not in _writers:
            return
        _writers[key] = utcnow() + LATE_EVENTS
    later(SECONDS_UNTIL_NEXT_EVENT, lambda: _write_event(key))


def _write_event(key: tuple[str, str, str]) -> None:
    """Create a log group if it was deleted; after its service was deleted, do so once only."""
    account, region, name = key
    with _lock:
        end = _writers.get(key, datetime.min)
        backend = logs_backends[account][region]
        if (end is not None and end < utcnow()) or name in backend.groups:
            return
        backend.ensure_log_group(name)
        if end is not None:
            del _writers[key]


@replaces(LogsBackend)
def delete_log_group(original: Any, self: Any, log_group_name: str) -> None:
    original(self, log_group_name)
    key = self.account_id, self.region_name, log_group_name
    if key in _writers:
        later(SECONDS_UNTIL_NEXT_EVENT, lambda: _write_event(key))


@replaces(LogsBackend)
def create_log_group(original: Any, self: Any, log_group_name: str, *args: Any, **kwargs: Any) -> Any:
    """Refuse a key that is disabled, named by its ID alone, or does not admit CloudWatch Logs.

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    """
    if key_arn := kwargs.get("kmsKeyId"):
        arn = f"arn:aws:logs:{self.region_name}:{self.account_id}:log-group:{log_group_name}"
        key = kms.find(self.account_id, self.region_name, key_arn) if key_arn.startswith("arn:") else None
        if key is None or key.key_state != "Enabled" or not kms.admits_logs(key, self.region_name, arn):
            raise LogsClientError("AccessDeniedException", NOT_ALLOWED.format(arn))
    return original(self, log_group_name, *args, **kwargs)
