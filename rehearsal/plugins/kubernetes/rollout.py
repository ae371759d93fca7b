"""Waits until an object works, or until it is gone."""

import threading
from collections.abc import Callable
from typing import Any, Final

from tenacity import RetryCallState, RetryError, Retrying, retry_if_result, sleep_using_event, stop_when_event_set, wait_fixed

from rehearsal.plugins.kubernetes.cluster import Address, Cluster, address
from rehearsal.plugins.kubernetes.connection import ClusterError, UnknownKindError
from rehearsal.plugins.kubernetes.names import annotation
from rehearsal.plugins.kubernetes.readiness import READ, READINESS, FailedError, View, complaints
from rehearsal.plugins.kubernetes.values import Object, dig
from rehearsal.plugins.kubernetes.waits import SKIP_AWAIT, Deadline, readiness_of

PROPAGATION: Final = "pulumi.com/deletionPropagationPolicy"
POLICIES: Final = {"orphan": "Orphan", "background": "Background"}
# The kinds whose deletion is not waited for either where nothing is waited for.
SKIPPED: Final = frozenset({"DaemonSet", "Deployment", "Job", "Namespace", "Pod", "ReplicationController", "StatefulSet"})
INTERVAL_SECONDS: Final = 0.3

Warn = Callable[[str], None]


class UnreadyError(RuntimeError):
    """The object is there but does not work; `reasons` say why."""

    def __init__(self, message: str, live: Object, reasons: list[str]) -> None:
        super().__init__(message)
        self.live = live
        self.reasons = reasons


class Rollout:
    """`cancelled` ends all waits; what is waited for then counts as unready."""

    def __init__(self, cluster: Cluster, cancelled: threading.Event) -> None:
        self._cluster = cluster
        self._cancelled = cancelled

    def until_ready(self, live: Object, inputs: Object, timeout: float, warn: Warn, before: Object | None = None) -> Object:
        """Return the object once it works. Raise UnreadyError with its pods' reasons when that is not in time.

        `warn` is called with each warning event of the object; `before`: the object before an update.
        """
        if (ready := readiness_of(inputs)) is None:
            return live
        view, warnings = View(cluster=self._cluster, before=before), _Warnings(self, live, warn)
        deadline = Deadline(inputs, timeout)
        seen: dict[str, Any] = {"live": live, "waiting": None}

        def works() -> bool:
            found = self._cluster.get(*address(live))
            if found is None:
                seen["waiting"] = "it was deleted by somebody else"
                # A Job with a time to live may be cleared away between two looks.
                return is_short_lived(inputs)
            seen["live"] = found
            deadline.saw(found)
            seen["waiting"] = ready(found, view)
            warnings.pass_on()
            return seen["waiting"] is None

        name = live["metadata"]["name"]
        try:
            self._until(works, deadline.has_passed)
        except RetryError:
            if live["kind"] == "Service" and (now := seen["live"]) and READINESS["Service"](now, view) is None:
                return dict(now)
            ended = f'Resource operation was cancelled for "{name}"' if self._cancelled.is_set() else None
            raise self.unready(ended or f"'{name}' timed out waiting to be Ready", seen["live"], seen["waiting"]) from None
        except FailedError as error:
            raise self.unready(f"Resource '{name}' was created but failed to initialize", seen["live"], str(error)) from error
        except ClusterError as error:
            raise UnreadyError(str(error), seen["live"], []) from error
        return dict(seen["live"])

    def check(self, live: Object, inputs: Object) -> None:
        """Raise UnreadyError if the object does not work right now."""
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
        """Delete the object with what it owns; wait for its finalizers, and name them when that is in vain."""
        place = address(live)
        policy = POLICIES.get(str(annotation(inputs, PROPAGATION) or "").lower(), "Foreground")
        try:
            self._cluster.delete(place, policy)
            if annotation(inputs, SKIP_AWAIT) == "true" and live["kind"] in SKIPPED:
                return
            self._until(lambda: self._is_gone(place, live), Deadline({**inputs, "kind": ""}, timeout).has_passed)
        except UnknownKindError:
            # Its definition is gone, and all objects of the kind with it.
            return
        except RetryError:
            left = self._cluster.get(*place) or live
            warn(f"finalizers might be preventing deletion ({', '.join(dig(left, 'metadata', 'finalizers') or [])})")
            raise UnreadyError("timed out waiting for the condition", left, []) from None

    def _is_gone(self, place: Address, live: Object) -> bool:
        """Another object may have taken the name."""
        found = self._cluster.get(*place)
        uid = dig(live, "metadata", "uid")
        return found is None or (uid is not None and dig(found, "metadata", "uid") != uid)

    def _until(self, done: Callable[[], bool], has_passed: Callable[[], bool]) -> None:
        cancelled = stop_when_event_set(self._cancelled)

        def ends(state: RetryCallState) -> bool:
            return has_passed() or cancelled(state)

        Retrying(
            retry=retry_if_result(lambda result: not result),
            stop=ends,
            wait=wait_fixed(INTERVAL_SECONDS),
            sleep=sleep_using_event(self._cancelled),
        )(done)

    def unready(self, message: str, live: Object, waiting: str) -> UnreadyError:
        labels = dig(live, "spec", "selector", "matchLabels") or {}
        namespace = live["metadata"].get("namespace")
        selector = ",".join(f"{key}={value}" for key, value in labels.items())
        pods = self._cluster.select("v1", "Pod", namespace, labelSelector=selector) if "template" in live.get("spec", {}) else []
        return UnreadyError(message, live, [waiting, *complaints(pods if labels else []), *sorted(self.warnings(live))])

    def warnings(self, live: Object) -> set[str]:
        """Return the texts of the object's warning events."""
        if not (uid := dig(live, "metadata", "uid")):
            return set()
        selector = f"involvedObject.uid={uid},type=Warning"
        events = self._cluster.select("v1", "Event", live["metadata"].get("namespace"), fieldSelector=selector)
        return {f"{event.get('reason')}: {event.get('message')}" for event in events}


class _Warnings:
    """Passes each warning event of an object on, once; looks every few seconds."""

    LOOKS: Final = 10

    def __init__(self, rollout: Rollout, live: Object, warn: Warn) -> None:
        self._rollout, self._live, self._warn = rollout, live, warn
        self._count = 0
        self._told: set[str] = set()

    def pass_on(self) -> None:
        self._count += 1
        if self._count % self.LOOKS == 0:
            for text in sorted(self._rollout.warnings(self._live) - self._told):
                self._told.add(text)
                self._warn(text)


def is_short_lived(inputs: Object) -> bool:
    """Return whether the cluster clears the object away by itself."""
    return inputs.get("kind") == "Job" and dig(inputs, "spec", "ttlSecondsAfterFinished") is not None
