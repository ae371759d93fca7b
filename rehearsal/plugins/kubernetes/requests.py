"""How objects are made and changed: created by POST, updated by server-side apply.

Source: https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/await/await.go
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tenacity import (
    Retrying,
    retry_if_exception,
    sleep_using_event,
    stop_after_attempt,
    stop_any,
    stop_when_event_set,
    wait_exponential,
)

from rehearsal.plugins.kubernetes import fields, names
from rehearsal.plugins.kubernetes.cluster import Address, Cluster, Manager
from rehearsal.plugins.kubernetes.connection import CONFLICT, NOT_FOUND, RefusedError, UnknownKindError
from rehearsal.plugins.kubernetes.values import Object

# At first, and after 1, 2, 4, 8 and 16 seconds: what it needs, a namespace or a kind, may be made at the same time.
TRIES: Final = 6
UPSERT: Final = "PULUMI_K8S_UPSERT_EXISTING_OBJECTS"
FORCE: Final = "PULUMI_K8S_ENABLE_PATCH_FORCE"
PATCH_FORCE: Final = "pulumi.com/patchForce"
CONFLICTS_GUIDE: Final = (
    "https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/managing-resources-with-server-side-apply/"
    "#handle-field-conflicts-on-existing-resources"
)
# What Pulumi's provider says to it, in short.
EXISTS: Final = (
    "The resource already exists in the cluster. Fix: alias a renamed resource, adopt the object by `pulumi import`, manage some "
    "of its fields by a Patch resource, or let creates take existing objects over: upsertExistingObjects of the provider, or "
    f"{UPSERT}=true in the environment"
)


@dataclass(frozen=True, kw_only=True)
class Change:
    """How an object is updated. `ignored`: fields that keep the values they have; `dry_run`: nothing is kept."""

    manager: str
    ignored: tuple[str, ...] = ()
    is_patch: bool = False
    dry_run: bool = False


@dataclass(frozen=True, kw_only=True)
class Options:
    """What the provider's configuration asks for. `upsert`: creates take existing objects over; `force`: others' fields too."""

    upsert: bool = False
    force: bool = False


def options(arguments: Object, environment: Mapping[str, str]) -> Options:
    """Return the options of the provider's arguments, and where they are silent those of the environment."""

    def is_on(argument: str, variable: str) -> bool:
        return str(arguments.get(argument, environment.get(variable))).lower() == "true"

    return Options(upsert=is_on("upsertExistingObjects", UPSERT), force=is_on("enablePatchForce", FORCE))


class Requests:
    """Requests of one provider; `cancelled` ends its retries."""

    def __init__(self, cluster: Cluster, cancelled: threading.Event, options: Options) -> None:
        self._cluster = cluster
        self._cancelled = cancelled
        self._options = options

    def create(self, body: Object, manager: str, is_patch: bool) -> Object:
        """Return the new object. Raise RefusedError if there is one of the name; a patch wants that."""
        retrying = Retrying(
            retry=retry_if_exception(_may_come),
            stop=stop_any(stop_after_attempt(TRIES), stop_when_event_set(self._cancelled)),
            wait=wait_exponential(multiplier=1),
            sleep=sleep_using_event(self._cancelled),
            reraise=True,
        )
        if is_patch or self._options.upsert:
            found: Object = retrying(self._apply, body, Manager(name=manager, force=self._is_forced(body)))
            return found
        try:
            made: Object = retrying(self._cluster.create, body, names.CREATOR)
        except RefusedError as error:
            if exists_already(error):
                raise RefusedError(error.status, f"{error}\n\n{EXISTS}", error.reason) from error
            raise
        return made

    def try_creation(self, body: Object, manager: str) -> Object | None:
        """Return what a dry run makes, None if its namespace is not there yet."""
        try:
            if self._options.upsert:
                return self._apply(body, Manager(name=manager, force=True, dry_run=True))
            return self._cluster.create(body, names.CREATOR, dry_run=True)
        except RefusedError as error:
            if error.status == NOT_FOUND:
                return None
            raise

    def update(self, body: Object, place: Address, change: Change) -> tuple[Object, Object]:
        """Return the object before and after. Raise RefusedError if it is gone."""
        before = self._cluster.get(*place)
        if before is None:
            kind = self._cluster.kind(*place[:2])
            raise RefusedError(NOT_FOUND, f'{kind.plural} "{place[2]}" not found', "NotFound")
        live = before
        entries = None if change.is_patch or change.dry_run else fields.taken_over(live, change.manager)
        if entries is not None:
            live = self._cluster.set_managers(live, entries)
        force = self._is_forced(body) or (change.dry_run and fields.is_forced_in_preview(live))
        wanted = fields.left_alone(body, live, change.manager, change.ignored)
        return before, self._apply(wanted, Manager(name=change.manager, force=force, dry_run=change.dry_run))

    def _is_forced(self, body: Object) -> bool:
        return self._options.force or bool(names.annotation(body, PATCH_FORCE) == "true")

    def _apply(self, body: Object, manager: Manager) -> Object:
        try:
            return self._cluster.apply(body, manager)
        except RefusedError as error:
            if error.status != CONFLICT:
                raise
            message = (
                f"server-side apply field conflict detected, see {CONFLICTS_GUIDE} for troubleshooting help\n"
                f'The resource managed by field manager "{manager.name}" had an apply conflict: {error}'
            )
            raise RefusedError(error.status, message, error.reason) from error


def exists_already(error: RefusedError) -> bool:
    return error.status == CONFLICT and error.reason == "AlreadyExists"


def _may_come(error: BaseException) -> bool:
    return isinstance(error, UnknownKindError) or (isinstance(error, RefusedError) and error.status == NOT_FOUND)
