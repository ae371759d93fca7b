"""Waits until an object is ready, or until it is deleted."""

import threading
from collections.abc import Callable
from typing import Any, Final

from tenacity import RetryCallState, RetryError, Retrying, retry_if_result, sleep_using_event, stop_when_event_set, wait_fixed

from rehearsal.plugins.kubernetes.cluster import Address, Cluster, address
from rehearsal.plugins.kubernetes.connection import ClusterError, UnknownKindError
from rehearsal.plugins.kubernetes.names import annotation
from rehearsal.plugins.kubernetes.readiness import READ, READINESS, FailedError, View, pod_problems
from rehearsal.plugins.kubernetes.values import Object, dig
from rehearsal.plugins.kubernetes.waits import SKIP_AWAIT, Deadline, readiness_of

PROPAGATION: Final = "pulumi.com/deletionPropagationPolicy"
POLICIES: Final = {"orphan": "Orphan", "background": "Background"}
# The kinds whose deletion is not waited for if `skipAwait` is set.
SKIPPED: Final = frozenset({"DaemonSet", "Deployment", "Job", "Namespace", "Pod", "ReplicationController", "StatefulSet"})
INTERVAL_SECONDS: Final = 0.3

Warn = Callable[[str], None]


class UnreadyError(RuntimeError):
    """The object exists but is not ready."""

    def __init__(self, message: str, live: Object, reasons: list[str]) -> None:
        """Keep the live object and the reasons why it is not ready."""
        super().__init__(message)
        self.live = live
        self.reasons = reasons


class Rollout:
    """The waits of one provider."""

    def __init__(self, cluster: Cluster, cancelled: threading.Event) -> None:
        """Use a cluster. `cancelled` ends all waits; their objects then count as unready."""
        self._cluster = cluster
        self._cancelled = cancelled

    def until_ready(self, live: Object, inputs: Object, timeout: float, warn: Warn, before: Object | None = None) -> Object:
        """Wait until the object is ready and return it. Raise UnreadyError with its pods' problems after the timeout.

        `warn` is called with each warning event of the object; `before` is the object before an update.
        """
        if (ready := readiness_of(inputs)) is None:
            return live
        view, warnings = View(cluster=self._cluster, before=before), _Warnings(self, live, warn)
        deadline = Deadline(inputs, timeout)
        seen: dict[str, Any] = {"live": live, "waiting": None}

        def is_ready() -> bool:
            current = self._cluster.get(*address(live))
            if current is None:
                seen["waiting"] = "it was deleted by another client"
                # A Job with a time to live may be deleted between two reads.
                return is_short_lived(inputs)
            seen["live"] = current
            deadline.observe(current)
            seen["waiting"] = ready(current, view)
            warnings.report()
            return seen["waiting"] is None

        name = live["metadata"]["name"]
        try:
            self._wait(is_ready, deadline.has_passed)
        except RetryError:
            if live["kind"] == "Service" and (current := seen["live"]) and READINESS["Service"](current, view) is None:
                return dict(current)
            cancelled = f'Resource operation was cancelled for "{name}"' if self._cancelled.is_set() else None
            raise self.unready(cancelled or f"'{name}' timed out waiting to be Ready", seen["live"], seen["waiting"]) from None
        except FailedError as error:
            raise self.unready(f"Resource '{name}' was created but failed to initialize", seen["live"], str(error)) from error
        except ClusterError as error:
            raise UnreadyError(str(error), seen["live"], []) from error
        return dict(seen["live"])

    def check(self, live: Object, inputs: Object) -> None:
        """Raise UnreadyError if the object is not ready now."""
        if live["kind"] not in READ or annotation(inputs, SKIP_AWAIT) == "true":
            return
        try:
            waiting = READINESS[live["kind"]](live, View(cluster=self._cluster))
        except FailedError as error:
            waiting = str(error)
        if waiting:
            name = live["metadata"]["name"]
            raise self.unready(f"Resource '{name}' was created but failed to initialize", live, waiting)

    def delete(self, live: Object, inputs: Object, timeout: float, warn: Warn) -> None:
        """Delete the object and its dependents, and wait. Raise UnreadyError after the timeout and warn of its finalizers."""
        object_address = address(live)
        policy = POLICIES.get(str(annotation(inputs, PROPAGATION) or "").lower(), "Foreground")
        try:
            self._cluster.delete(object_address, policy)
            if annotation(inputs, SKIP_AWAIT) == "true" and live["kind"] in SKIPPED:
                return
            self._wait(lambda: self._is_deleted(object_address, live), Deadline({**inputs, "kind": ""}, timeout).has_passed)
        except UnknownKindError:
            # The kind's definition was deleted, and all its objects with it.
            return
        except RetryError:
            remaining = self._cluster.get(*object_address) or live
            warn(f"finalizers might be preventing deletion ({', '.join(dig(remaining, 'metadata', 'finalizers') or [])})")
            raise UnreadyError("timed out waiting for the condition", remaining, []) from None

    def _is_deleted(self, object_address: Address, live: Object) -> bool:
        """Return whether the object is deleted. A new object of the same name has another UID."""
        current = self._cluster.get(*object_address)
        uid = dig(live, "metadata", "uid")
        return current is None or (uid is not None and dig(current, "metadata", "uid") != uid)

    def _wait(self, is_done: Callable[[], bool], has_passed: Callable[[], bool]) -> None:
        cancelled = stop_when_event_set(self._cancelled)

        def stop(state: RetryCallState) -> bool:
            return has_passed() or cancelled(state)

        Retrying(
            retry=retry_if_result(lambda result: not result),
            stop=stop,
            wait=wait_fixed(INTERVAL_SECONDS),
            sleep=sleep_using_event(self._cancelled),
        )(is_done)

    def unready(self, message: str, live: Object, waiting: str) -> UnreadyError:
        """Return an error with the object's pod problems and warning events as reasons."""
        labels = dig(live, "spec", "selector", "matchLabels") or {}
        namespace = live["metadata"].get("namespace")
        selector = ",".join(f"{key}={value}" for key, value in labels.items())
        pods = self._cluster.select("v1", "Pod", namespace, labelSelector=selector) if "template" in live.get("spec", {}) else []
        return UnreadyError(message, live, [waiting, *pod_problems(pods if labels else []), *sorted(self.warnings(live))])

    def warnings(self, live: Object) -> set[str]:
        """Return the texts of the object's warning events."""
        if not (uid := dig(live, "metadata", "uid")):
            return set()
        selector = f"involvedObject.uid={uid},type=Warning"
        events = self._cluster.select("v1", "Event", live["metadata"].get("namespace"), fieldSelector=selector)
        return {f"{event.get('reason')}: {event.get('message')}" for event in events}


class _Warnings:
    """Reports each warning event of an object once; reads the events in every tenth call."""

    CALLS_PER_READ: Final = 10

    def __init__(self, rollout: Rollout, live: Object, warn: Warn) -> None:
        self._rollout, self._live, self._warn = rollout, live, warn
        self._count = 0
        self._reported: set[str] = set()

    def report(self) -> None:
        self._count += 1
        if self._count % self.CALLS_PER_READ == 0:
            for text in sorted(self._rollout.warnings(self._live) - self._reported):
                self._reported.add(text)
                self._warn(text)


def is_short_lived(inputs: Object) -> bool:
    """Return whether the cluster deletes the object by itself after it has completed."""
    return inputs.get("kind") == "Job" and dig(inputs, "spec", "ttlSecondsAfterFinished") is not None
