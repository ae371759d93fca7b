"""The engine's operations on the objects of a cluster.

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
class LiveResource:
    """A live object in the form of the state, and the inputs that describe it."""

    inputs: Object
    outputs: Object


@dataclass(frozen=True, kw_only=True)
class ResourceRequest:
    """A resource's inputs in the program and its state.

    Attributes:
        urn: The resource's URN.
        inputs: The program's inputs.
        state: The resource's outputs in the state; empty for a resource that is to be created.
        timeout: The timeout of the resource's options in seconds; 0 if not set.
        ignored: The paths of the fields whose changes are ignored.
    """

    urn: str
    inputs: Object
    state: Object
    timeout: float = 0
    ignored: tuple[str, ...] = ()


class Objects:
    """The operations on objects. All methods raise ProviderError or InitializationError."""

    def __init__(self, cluster: Cluster, host: Host, cancelled: threading.Event, options: Options) -> None:
        """Use a cluster and an engine. `cancelled` ends all waits."""
        self._cluster = cluster
        self._host = host
        self._requests = Requests(cluster, cancelled, options)
        self._rollout = Rollout(cluster, cancelled)

    def create(self, resource: ResourceRequest) -> Object:
        """Create an object and wait until it is ready. Return its outputs."""
        body, manager = plain(resource.inputs), names.field_manager(resource.inputs, {})
        try:
            readiness_of(body)
            live = self._requests.create(body, manager, names.is_patch(resource.urn))
        except UnreachableError as error:
            raise ProviderError(str(error)) from error
        except UnknownKindError as error:
            raise ProviderError(_unknown_kind_message("creation", resource.urn, error)) from error
        except (ClusterError, ValueError) as error:
            raise ProviderError(
                f'resource "{resource.urn}" was not successfully created by the Kubernetes API server: {error}'
            ) from error
        try:
            live = self._rollout.until_ready(live, body, resource.timeout, self._warn(resource.urn))
        except UnreadyError as error:
            message = (
                f'resource "{resource.urn}" was successfully created, but the Kubernetes API server reported that it failed to '
                f"fully initialize or become live: {error}"
            )
            raise _initialization_error(
                message, drift.outputs(body, error.live, resource.inputs, manager), error.reasons
            ) from error
        return drift.outputs(body, live, resource.inputs, manager)

    def preview_create(self, resource: ResourceRequest) -> Object | None:
        """Return the outputs of a dry run, or None if a dry run is not possible or an object of the same name exists."""
        body, manager = plain(resource.inputs), names.field_manager(resource.inputs, {})
        if self._cannot_dry_run(resource) or names.is_patch(resource.urn):
            return None
        try:
            live = self._requests.try_creation(body, manager)
        except ClusterError as error:
            if isinstance(error, RefusedError) and (error.status == FORBIDDEN or exists_already(error)):
                return None
            raise ProviderError(
                f'resource "{resource.urn}" was not successfully created by the Kubernetes API server: {error}'
            ) from error
        return None if live is None else drift.outputs(body, without(live, "status"), resource.inputs, manager)

    def update(self, resource: ResourceRequest, *, preview: bool = False) -> Object | None:
        """Update an object and return its outputs; in a preview return those of a dry run, or None if that is not possible.

        A failed update leaves the new inputs in the state if the object can be read.
        """
        if preview and self._cannot_dry_run(resource):
            return None
        body = self._cluster.connection.schema.normalised(plain(resource.inputs))
        _, old = drift.parts(resource.state)
        manager = names.field_manager(resource.inputs, resource.state)
        object_address = (body["apiVersion"], body["kind"], *address(old)[2:])
        try:
            change = Change(manager=manager, ignored=resource.ignored, is_patch=names.is_patch(resource.urn), dry_run=preview)
            before, live = self._requests.update(body, object_address, change)
            if not preview:
                live = self._rollout.until_ready(live, body, resource.timeout, self._warn(resource.urn), before)
        except UnreachableError as error:
            raise ProviderError(str(error)) from error
        except UnknownKindError as error:
            raise ProviderError(_unknown_kind_message("update", resource.urn, error)) from error
        except (ClusterError, UnreadyError) as error:
            if preview and isinstance(error, RefusedError) and error.status == FORBIDDEN:
                return None
            current = self._read_after_failure(error, resource.urn, old)
            message = (
                f'the Kubernetes API server reported that "{names.identifier(current)}" failed to fully initialize or become '
                f"live: {error}"
            )
            raise _initialization_error(
                message, drift.outputs(body, current, resource.inputs, manager), getattr(error, "reasons", [])
            ) from error
        self._relinquish_former_manager(resource, live, manager, preview=preview)
        return drift.outputs(body, live, resource.inputs, manager)

    def _read_after_failure(self, error: Exception, urn: str, old: Object) -> Object:
        try:
            current = self._cluster.get(*address(old))
        except ClusterError as unread:
            reason = str(unread)
        else:
            if current is not None:
                return current
            reason = f'{old["kind"]} "{old["metadata"]["name"]}" not found'
        raise ProviderError(f'update of resource "{urn}" failed: {error}\nunable to get cluster state: {reason}') from error

    def _relinquish_former_manager(self, resource: ResourceRequest, live: Object, manager: str, *, preview: bool) -> None:
        """Relinquish the fields that the resource has set under its former field manager."""
        former_manager = plain(resource.state).get(names.MANAGER_KEY)
        if former_manager and former_manager != manager and not preview:
            self._cluster.relinquish(address(live), former_manager)

    def read(self, resource: ResourceRequest, resource_id: str) -> LiveResource | None:
        """Return the live object, or None if it does not exist. Its inputs show changes to the program's fields."""
        if reason := self._cluster.connection.unreachable:
            self._host.warn(resource.urn, f"configured Kubernetes cluster is unreachable: {reason}")
            if os.environ.get(DELETE_UNREACHABLE) == "true":
                return None
            raise ProviderError(f"failed to read resource state due to unreachable cluster. {REMEDY}")
        old = self._cluster.connection.schema.normalised(plain(resource.inputs))
        reference = old or drift.parts(resource.state)[1]
        manager = names.field_manager(resource.inputs, resource.state)
        try:
            live = self._cluster.get(*_object_address(resource.urn, resource_id, reference))
            if live is None:
                return None
            inputs = pruned(live, old) if reference else drift.imported(live)
            outputs = drift.outputs(inputs, live, resource.inputs, manager)
            if reference:
                self._rollout.check(live, old)
        except UnknownKindError:
            return None
        except UnreadyError as error:
            raise _initialization_error(str(error), outputs, error.reasons, mark(resource.inputs, inputs)) from error
        except ClusterError as error:
            raise ProviderError(str(error)) from error
        return LiveResource(inputs=mark(resource.inputs, inputs), outputs=outputs)

    def delete(self, resource: ResourceRequest, resource_id: str) -> None:
        """Delete the object; for a patch, relinquish its fields and keep the object."""
        inputs, live = drift.parts(resource.state)
        manager = names.field_manager({}, resource.state)
        if reason := self._cluster.connection.unreachable:
            self._host.warn(resource.urn, f"configured Kubernetes cluster is unreachable: {reason}")
            if os.environ.get(DELETE_UNREACHABLE) == "true":
                return
            raise ProviderError(f"configured Kubernetes cluster is unreachable. {REMEDY}")
        object_address = _object_address(resource.urn, resource_id, live)
        try:
            if names.is_patch(resource.urn):
                self._cluster.relinquish(object_address, manager)
            else:
                self._rollout.delete(live, inputs, resource.timeout, lambda text: self._host.warn(resource.urn, text))
        except UnreadyError as error:
            raise _initialization_error(
                str(error), drift.outputs(live, error.live, resource.state, manager), error.reasons
            ) from error
        except UnknownKindError:
            return
        except ClusterError as error:
            raise ProviderError(str(error)) from error

    def _cannot_dry_run(self, resource: ResourceRequest) -> bool:
        """Return whether a dry run is impossible: a value is unknown, the cluster is unreachable, or the kind is not served."""
        if has_unknown(resource.inputs) or self._cluster.connection.unreachable:
            return True
        body = plain(resource.inputs)
        try:
            return not self._cluster.serves(body["apiVersion"], body["kind"])
        except ClusterError:
            return True

    def _warn(self, urn: str) -> Callable[[str], None]:
        return lambda text: self._host.warn(urn, text, ephemeral=True)


def _object_address(urn: str, resource_id: str, reference: Object) -> tuple[str, str, str, str | None]:
    api_version, kind = names.api_version_and_kind(urn)
    namespace, _, name = resource_id.rpartition("/")
    return reference.get("apiVersion", api_version), reference.get("kind", kind), name, namespace or None


def _unknown_kind_message(operation: str, urn: str, error: Exception) -> str:
    return (
        f'{operation} of resource "{urn}" failed because the Kubernetes API server reported that the apiVersion for this '
        f"resource does not exist. Verify that any required CRDs have been created: {error}"
    )


def _initialization_error(message: str, outputs: Object, reasons: list[str], inputs: Object | None = None) -> InitializationError:
    return InitializationError(
        message,
        resource_id=names.identifier(plain(outputs)),
        inputs=inputs,
        outputs=outputs,
        reasons=[message.rpartition("live: ")[2], *reasons],
    )
