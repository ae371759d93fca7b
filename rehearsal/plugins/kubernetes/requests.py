"""Creation of objects by POST, and updates by server-side apply.

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

# At once, and after 1, 2, 4, 8 and 16 seconds: the object's namespace or kind may be created at the same time.
MAX_ATTEMPTS: Final = 6
UPSERT: Final = "PULUMI_K8S_UPSERT_EXISTING_OBJECTS"
FORCE: Final = "PULUMI_K8S_ENABLE_PATCH_FORCE"
PATCH_FORCE: Final = "pulumi.com/patchForce"
CONFLICTS_GUIDE: Final = (
    "https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/managing-resources-with-server-side-apply/"
    "#handle-field-conflicts-on-existing-resources"
)
# A short form of the message of Pulumi's provider.
EXISTS: Final = (
    "The resource already exists in the cluster. Fix: alias a renamed resource, adopt the object by `pulumi import`, manage some "
    "of its fields by a Patch resource, or let creates take existing objects over: upsertExistingObjects of the provider, or "
    f"{UPSERT}=true in the environment"
)


@dataclass(frozen=True, kw_only=True)
class Change:
    """An update of an object.

    Attributes:
        manager: The field manager.
        ignored: The paths of the fields that keep their live values.
        is_patch: Whether the resource is a patch.
        dry_run: Whether the server discards the result.
    """

    manager: str
    ignored: tuple[str, ...] = ()
    is_patch: bool = False
    dry_run: bool = False


@dataclass(frozen=True, kw_only=True)
class Options:
    """The provider's options.

    Attributes:
        upsert: Whether a create takes over an existing object.
        force: Whether an apply takes over fields of other managers.
    """

    upsert: bool = False
    force: bool = False


def options(arguments: Object, environment: Mapping[str, str]) -> Options:
    """Return the options of the provider's arguments, or those of the environment if an argument is not set."""

    def is_on(argument: str, variable: str) -> bool:
        return str(arguments.get(argument, environment.get(variable))).lower() == "true"

    return Options(upsert=is_on("upsertExistingObjects", UPSERT), force=is_on("enablePatchForce", FORCE))


class Requests:
    """The requests of one provider."""

    def __init__(self, cluster: Cluster, cancelled: threading.Event, options: Options) -> None:
        """Use a cluster. `cancelled` ends all retries."""
        self._cluster = cluster
        self._cancelled = cancelled
        self._options = options

    def create(self, body: Object, manager: str, is_patch: bool) -> Object:
        """Create an object and return it. Raise RefusedError if one of the same name exists, unless this is a patch or upsert."""
        retrying = Retrying(
            retry=retry_if_exception(_may_appear),
            stop=stop_any(stop_after_attempt(MAX_ATTEMPTS), stop_when_event_set(self._cancelled)),
            wait=wait_exponential(multiplier=1),
            sleep=sleep_using_event(self._cancelled),
            reraise=True,
        )
        if is_patch or self._options.upsert:
            applied: Object = retrying(self._apply, body, Manager(name=manager, force=self._is_forced(body)))
            return applied
        try:
            created: Object = retrying(self._cluster.create, body, names.CREATOR)
        except RefusedError as error:
            if exists_already(error):
                raise RefusedError(error.status, f"{error}\n\n{EXISTS}", error.reason) from error
            raise
        return created

    def try_creation(self, body: Object, manager: str) -> Object | None:
        """Return the object of a dry run, or None if its namespace does not exist yet."""
        try:
            if self._options.upsert:
                return self._apply(body, Manager(name=manager, force=True, dry_run=True))
            return self._cluster.create(body, names.CREATOR, dry_run=True)
        except RefusedError as error:
            if error.status == NOT_FOUND:
                return None
            raise

    def update(self, body: Object, object_address: Address, change: Change) -> tuple[Object, Object]:
        """Update an object and return it before and after. Raise RefusedError if it does not exist."""
        before = self._cluster.get(*object_address)
        if before is None:
            kind = self._cluster.kind(*object_address[:2])
            raise RefusedError(NOT_FOUND, f'{kind.plural} "{object_address[2]}" not found', "NotFound")
        live = before
        entries = None if change.is_patch or change.dry_run else fields.taken_over(live, change.manager)
        if entries is not None:
            live = self._cluster.set_managers(live, entries)
        force = self._is_forced(body) or (change.dry_run and fields.is_forced_in_preview(live))
        applied = fields.left_alone(body, live, change.manager, change.ignored)
        return before, self._apply(applied, Manager(name=change.manager, force=force, dry_run=change.dry_run))

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
    """Return whether the server refused to create an object because it exists."""
    return error.status == CONFLICT and error.reason == "AlreadyExists"


def _may_appear(error: BaseException) -> bool:
    return isinstance(error, UnknownKindError) or (isinstance(error, RefusedError) and error.status == NOT_FOUND)
