"""Resources as objects of a cluster: what an operation of the engine means there.

Source: https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/provider/provider.go
"""

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from rehearsal.plugins.kubernetes import drift, names
from rehearsal.plugins.kubernetes.answers import InitializationError, ProviderError
from rehearsal.plugins.kubernetes.cluster import Cluster, address
from rehearsal.plugins.kubernetes.connection import FORBIDDEN, ClusterError, RefusedError, UnknownKindError, UnreachableError
from rehearsal.plugins.kubernetes.host import Host
from rehearsal.plugins.kubernetes.requests import Change, Options, Requests, exists_already
from rehearsal.plugins.kubernetes.rollout import Rollout, UnreadyError
from rehearsal.plugins.kubernetes.schema import pruned
from rehearsal.plugins.kubernetes.values import Object, has_unknown, mark, plain, without
from rehearsal.plugins.kubernetes.waits import readiness_of

DELETE_UNREACHABLE: Final = "PULUMI_K8S_DELETE_UNREACHABLE"
REMEDY: Final = (
    "If the cluster was deleted, you can remove this resource from Pulumi state by rerunning the operation with the "
    f'{DELETE_UNREACHABLE} environment variable set to "true"'
)


@dataclass(frozen=True, kw_only=True)
class Found:
    """A live object as the state keeps it, and the inputs that would have made it."""

    inputs: Object
    outputs: Object


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the program wants of a resource, and what the state knows of it: nothing if it is to be created."""

    urn: str
    inputs: Object
    state: Object
    timeout: float = 0
    ignored: tuple[str, ...] = ()


class Objects:
    """All methods raise ProviderError or InitializationError."""

    def __init__(self, cluster: Cluster, host: Host, cancelled: threading.Event, options: Options) -> None:
        self._cluster = cluster
        self._host = host
        self._requests = Requests(cluster, cancelled, options)
        self._rollout = Rollout(cluster, cancelled)

    def create(self, wanted: Wanted) -> Object:
        """Return the outputs of a new object that works."""
        body, manager = plain(wanted.inputs), names.field_manager(wanted.inputs, {})
        try:
            readiness_of(body)
            live = self._requests.create(body, manager, names.is_patch(wanted.urn))
        except UnreachableError as error:
            raise ProviderError(str(error)) from error
        except UnknownKindError as error:
            raise ProviderError(_unknown("creation", wanted.urn, error)) from error
        except (ClusterError, ValueError) as error:
            raise ProviderError(
                f'resource "{wanted.urn}" was not successfully created by the Kubernetes API server: {error}'
            ) from error
        try:
            live = self._rollout.until_ready(live, body, wanted.timeout, self._warn(wanted.urn))
        except UnreadyError as error:
            message = (
                f'resource "{wanted.urn}" was successfully created, but the Kubernetes API server reported that it failed to '
                f"fully initialize or become live: {error}"
            )
            raise _unready(message, drift.outputs(body, error.live, wanted.inputs, manager), error.reasons) from error
        return drift.outputs(body, live, wanted.inputs, manager)

    def preview_create(self, wanted: Wanted) -> Object | None:
        """Return the outputs of a dry run, None where the cluster cannot tell. An object of the name may be there."""
        body, manager = plain(wanted.inputs), names.field_manager(wanted.inputs, {})
        if self._cannot_tell(wanted) or names.is_patch(wanted.urn):
            return None
        try:
            live = self._requests.try_creation(body, manager)
        except ClusterError as error:
            if isinstance(error, RefusedError) and (error.status == FORBIDDEN or exists_already(error)):
                return None
            raise ProviderError(
                f'resource "{wanted.urn}" was not successfully created by the Kubernetes API server: {error}'
            ) from error
        return None if live is None else drift.outputs(body, without(live, "status"), wanted.inputs, manager)

    def update(self, wanted: Wanted, *, preview: bool = False) -> Object | None:
        """Return the outputs of the object after an update; in a preview those of a dry run, or None.

        An update that fails leaves the new inputs in the state, as long as the object can be read.
        """
        if preview and self._cannot_tell(wanted):
            return None
        body = self._cluster.connection.schema.normalised(plain(wanted.inputs))
        _, old = drift.parts(wanted.state)
        manager = names.field_manager(wanted.inputs, wanted.state)
        place = (body["apiVersion"], body["kind"], *address(old)[2:])
        try:
            change = Change(manager=manager, ignored=wanted.ignored, is_patch=names.is_patch(wanted.urn), dry_run=preview)
            before, live = self._requests.update(body, place, change)
            if not preview:
                live = self._rollout.until_ready(live, body, wanted.timeout, self._warn(wanted.urn), before)
        except UnreachableError as error:
            raise ProviderError(str(error)) from error
        except UnknownKindError as error:
            raise ProviderError(_unknown("update", wanted.urn, error)) from error
        except (ClusterError, UnreadyError) as error:
            if preview and isinstance(error, RefusedError) and error.status == FORBIDDEN:
                return None
            now = self._live_after(error, wanted.urn, old)
            message = (
                f'the Kubernetes API server reported that "{names.identifier(now)}" failed to fully initialize or become live: '
                f"{error}"
            )
            raise _unready(message, drift.outputs(body, now, wanted.inputs, manager), getattr(error, "reasons", [])) from error
        self._drop_manager(wanted, live, manager, preview=preview)
        return drift.outputs(body, live, wanted.inputs, manager)

    def _live_after(self, error: Exception, urn: str, old: Object) -> Object:
        try:
            now = self._cluster.get(*address(old))
        except ClusterError as unread:
            reason = str(unread)
        else:
            if now is not None:
                return now
            reason = f'{old["kind"]} "{old["metadata"]["name"]}" not found'
        raise ProviderError(f'update of resource "{urn}" failed: {error}\nunable to get cluster state: {reason}') from error

    def _drop_manager(self, wanted: Wanted, live: Object, manager: str, *, preview: bool) -> None:
        """Give back what the resource has set under another manager's name before."""
        was = plain(wanted.state).get(names.MANAGER_KEY)
        if was and was != manager and not preview:
            self._cluster.relinquish(address(live), was)

    def read(self, wanted: Wanted, resource_id: str) -> Found | None:
        """Return the live object, None if it is gone; its inputs show what of the program's has changed."""
        if reason := self._cluster.connection.unreachable:
            self._host.warn(wanted.urn, f"configured Kubernetes cluster is unreachable: {reason}")
            if os.environ.get(DELETE_UNREACHABLE) == "true":
                return None
            raise ProviderError(f"failed to read resource state due to unreachable cluster. {REMEDY}")
        old = self._cluster.connection.schema.normalised(plain(wanted.inputs))
        known = old or drift.parts(wanted.state)[1]
        manager = names.field_manager(wanted.inputs, wanted.state)
        try:
            live = self._cluster.get(*_place(wanted.urn, resource_id, known))
            if live is None:
                return None
            inputs = pruned(live, old) if known else drift.imported(live)
            outputs = drift.outputs(inputs, live, wanted.inputs, manager)
            if known:
                self._rollout.check(live, old)
        except UnknownKindError:
            return None
        except UnreadyError as error:
            raise _unready(str(error), outputs, error.reasons, mark(wanted.inputs, inputs)) from error
        except ClusterError as error:
            raise ProviderError(str(error)) from error
        return Found(inputs=mark(wanted.inputs, inputs), outputs=outputs)

    def delete(self, wanted: Wanted, resource_id: str) -> None:
        """Delete the object; a patch gives back what it has set, and leaves the object."""
        inputs, live = drift.parts(wanted.state)
        manager = names.field_manager({}, wanted.state)
        if reason := self._cluster.connection.unreachable:
            self._host.warn(wanted.urn, f"configured Kubernetes cluster is unreachable: {reason}")
            if os.environ.get(DELETE_UNREACHABLE) == "true":
                return
            raise ProviderError(f"configured Kubernetes cluster is unreachable. {REMEDY}")
        place = _place(wanted.urn, resource_id, live)
        try:
            if names.is_patch(wanted.urn):
                self._cluster.relinquish(place, manager)
            else:
                self._rollout.delete(live, inputs, wanted.timeout, lambda text: self._host.warn(wanted.urn, text))
        except UnreadyError as error:
            raise _unready(str(error), drift.outputs(live, error.live, wanted.state, manager), error.reasons) from error
        except UnknownKindError:
            return
        except ClusterError as error:
            raise ProviderError(str(error)) from error

    def _cannot_tell(self, wanted: Wanted) -> bool:
        """Return whether a preview has nobody to ask: values are to come, or the cluster or the kind is."""
        if has_unknown(wanted.inputs) or self._cluster.connection.unreachable:
            return True
        body = plain(wanted.inputs)
        try:
            return not self._cluster.serves(body["apiVersion"], body["kind"])
        except ClusterError:
            return True

    def _warn(self, urn: str) -> Callable[[str], None]:
        return lambda text: self._host.warn(urn, text, in_passing=True)


def _place(urn: str, resource_id: str, known: Object) -> tuple[str, str, str, str | None]:
    api_version, kind = names.api_version_and_kind(urn)
    namespace, _, name = resource_id.rpartition("/")
    return known.get("apiVersion", api_version), known.get("kind", kind), name, namespace or None


def _unknown(operation: str, urn: str, error: Exception) -> str:
    return (
        f'{operation} of resource "{urn}" failed because the Kubernetes API server reported that the apiVersion for this '
        f"resource does not exist. Verify that any required CRDs have been created: {error}"
    )


def _unready(message: str, outputs: Object, reasons: list[str], inputs: Object | None = None) -> InitializationError:
    return InitializationError(
        message,
        resource_id=names.identifier(plain(outputs)),
        inputs=inputs,
        outputs=outputs,
        reasons=[message.rpartition("live: ")[2], *reasons],
    )
