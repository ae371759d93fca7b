"""The loop of a controller: it syncs after every change of its kinds, and after the interval that the last sync returned."""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError
from kubernetes.client.exceptions import ApiException
from kubernetes.dynamic.exceptions import ResourceNotFoundError
from tenacity import before_sleep_log, retry, wait_fixed
from urllib3.exceptions import HTTPError

from rehearsal.controllers.api import Api

log = logging.getLogger(__name__)
Kind = tuple[str, str]
RETRY_SECONDS: Final = 0.5
# Heals what no watch reports: a change that others make to targets, volumes or rules.
RESYNC_SECONDS: Final = 30.0
WATCH_TIMEOUT_SECONDS: Final = 300
# Errors of a stopped server, a deleted object, or a definition that is not served yet; the next round tries again.
TRANSIENT_ERRORS: Final = (ApiException, ResourceNotFoundError, ClientError, BotoCoreError, HTTPError, OSError)


@dataclass(frozen=True, kw_only=True)
class Controller:
    """A controller and what starts its rounds.

    Attributes:
        name: The name in the log.
        kinds: (API version, kind) of the objects that `sync` reads.
        sync: Compares all objects, changes what differs, and returns the seconds until it must run again without a change.
        changed: Is set after a change of an object of one of the kinds.
    """

    name: str
    kinds: tuple[Kind, ...]
    sync: Callable[[], float]
    changed: threading.Event = field(default_factory=threading.Event)


def sync_once(controller: Controller) -> float:
    """Run a round and return the seconds until the next one. Log transient errors."""
    # Before the round: a change during it starts another one.
    controller.changed.clear()
    try:
        return controller.sync()
    except TRANSIENT_ERRORS as error:
        log.warning("%s: %s", controller.name, error)
        return RETRY_SECONDS


def run(controller: Controller) -> None:
    """Run rounds for ever."""
    while True:
        controller.changed.wait(sync_once(controller))


def watched_kinds(controllers: Sequence[Controller]) -> dict[Kind, list[threading.Event]]:
    """Return the events to set after a change of each kind."""
    events: dict[Kind, list[threading.Event]] = {}
    for controller in controllers:
        for kind in controller.kinds:
            events.setdefault(kind, []).append(controller.changed)
    return events


@retry(wait=wait_fixed(1), before_sleep=before_sleep_log(log, logging.WARNING))
def watch(connect: Callable[[], Api], kind: Kind, changed: list[threading.Event]) -> None:
    """Set the events after every change of an object of the kind. Connect again if the kind or the API server goes away."""
    api = connect()
    while True:
        # A new watch reports the objects that exist, but not those that were deleted since the last one ended.
        _set_all(changed)
        for _ in api.changes(*kind, WATCH_TIMEOUT_SECONDS):
            _set_all(changed)


def _set_all(events: list[threading.Event]) -> None:
    for event in events:
        event.set()


def start(controllers: Sequence[Controller], connect: Callable[[], Api]) -> None:
    """Start a thread for each controller and for each kind."""
    for controller in controllers:
        threading.Thread(target=run, args=(controller,), daemon=True).start()
    for kind, changed in watched_kinds(controllers).items():
        threading.Thread(target=watch, args=(connect, kind, changed), daemon=True).start()
