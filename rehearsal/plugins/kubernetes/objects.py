"""Resources as objects of a cluster: what an operation of the engine means there."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from rehearsal.plugins.kubernetes import drift, names
from rehearsal.plugins.kubernetes.answers import InitializationError, ProviderError
from rehearsal.plugins.kubernetes.cluster import INVALID, NOT_FOUND, Cluster, ClusterError, Kind, RefusedError, UnknownKindError
from rehearsal.plugins.kubernetes.rollout import GoneError, Rollout, UnreadyError, address, readiness_of, short_lived
from rehearsal.plugins.kubernetes.values import Object, plain

PATCH_FORCE: Final = "pulumi.com/patchForce"
CONFLICT: Final = 409


@dataclass(frozen=True, kw_only=True)
class Found:
    """A live object as the state keeps it, and the inputs that would have made it."""

    inputs: Object
    outputs: Object


class Objects:
    """All methods raise ProviderError or InitializationError."""

    def __init__(self, kubeconfig: str | None, namespace: str, cancelled: threading.Event) -> None:
        self._cluster = Cluster(kubeconfig, cancelled)
        self._cluster.greet()
        self._rollout = Rollout(self._cluster, cancelled)
        self._namespace = namespace

    def apply(self, urn: str, inputs: Object, state: Object, timeout: float) -> Object:
        """The outputs of an object that works."""
        manager = names.field_manager(urn, inputs, state)
        try:
            body = self._body(inputs, self._cluster.awaited_kind)
            readiness_of(body)
            live = self._cluster.apply(body, manager, force=self._forced(inputs))
            live = self._rollout.until_ready(live, timeout)
        except UnreadyError as error:
            raise self._unready(inputs, inputs, manager, error) from error
        except (ClusterError, GoneError, ValueError) as error:
            raise ProviderError(_advice(error)) from error
        return drift.outputs(inputs, live, manager)

    def try_out(self, urn: str, inputs: Object, state: Object) -> Object | None:
        """The outputs of a dry run, or None where the cluster cannot tell yet."""
        manager = names.field_manager(urn, inputs, state)
        body: Object = {}
        try:
            body = self._body(inputs, self._cluster.kind)
            live = self._cluster.apply(body, manager, force=self._forced(inputs), dry_run=True)
        except UnknownKindError:
            return None
        except RefusedError as error:
            # Its namespace is not there yet, or the object whose place it will take still is.
            if error.status == NOT_FOUND or error.is_lack_of_permission:
                return None
            if error.status == INVALID and not state and self._cluster.get(*address(body)) is not None:
                return None
            raise ProviderError(_advice(error)) from error
        except ClusterError as error:
            raise ProviderError(_advice(error)) from error
        return {key: value for key, value in drift.outputs(inputs, live, manager).items() if key != "status"}

    def read(self, urn: str, resource_id: str, inputs: Object, state: Object) -> Found | None:
        try:
            live = self._cluster.get(*self._place(urn, resource_id, plain(inputs) or plain(state)))
        except UnknownKindError:
            return None
        except ClusterError as error:
            raise ProviderError(_advice(error)) from error
        if live is None:
            return Found(inputs=inputs, outputs=state) if short_lived(plain(inputs)) else None
        known = drift.drifted(inputs, live) if inputs else drift.imported(live)
        manager = names.field_manager(urn, inputs, state)
        try:
            self._rollout.check(live)
        except UnreadyError as error:
            raise self._unready(known, inputs, manager, error) from error
        except (ClusterError, ValueError) as error:
            raise ProviderError(_advice(error)) from error
        return Found(inputs=known, outputs=drift.outputs(inputs or known, live, manager))

    def delete(self, urn: str, resource_id: str, state: Object, timeout: float) -> None:
        """A patch gives back what it has set, and leaves the object."""
        known = plain(state)
        try:
            if not names.is_patch(urn):
                self._rollout.delete(known, timeout)
            elif live := self._cluster.get(*self._place(urn, resource_id, known)):
                self._cluster.relinquish(live, names.field_manager(urn, {}, known))
        except UnreadyError as error:
            raise ProviderError(f"{known['kind']} {resource_id} is not deleted: {error}") from error
        except UnknownKindError:
            return
        except ClusterError as error:
            raise ProviderError(_advice(error)) from error

    def _body(self, inputs: Object, look_up: Callable[[str, str], Kind]) -> Object:
        body: Object = plain(inputs)
        meta = dict(body["metadata"])
        if look_up(body["apiVersion"], body["kind"]).namespaced:
            meta.setdefault("namespace", self._namespace)
        return body | {"metadata": meta}

    @staticmethod
    def _forced(inputs: Object) -> bool:
        return bool(names.annotation(inputs, PATCH_FORCE) == "true")

    @staticmethod
    def _place(urn: str, resource_id: str, known: Object) -> tuple[str, str, str, str | None]:
        api_version, kind = names.api_version_and_kind(urn)
        namespace, _, name = resource_id.rpartition("/")
        return known.get("apiVersion", api_version), known.get("kind", kind), name, namespace or None

    @staticmethod
    def _unready(inputs: Object, marks: Object, manager: str, error: UnreadyError) -> InitializationError:
        return InitializationError(
            f"{error.live['kind']} {names.identifier(error.live)} is there but does not work: {error}",
            resource_id=names.identifier(error.live),
            inputs=inputs,
            outputs=drift.outputs(marks, error.live, manager),
            reasons=error.reasons,
        )


def _advice(error: Exception) -> str:
    if isinstance(error, RefusedError) and error.status == CONFLICT:
        return f"{error}. To take these fields over, set the annotation {PATCH_FORCE}: 'true'"
    return str(error)
