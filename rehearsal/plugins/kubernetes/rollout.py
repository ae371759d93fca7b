"""Applies an object and waits until it works, deletes one and waits until it is gone."""

import threading
from collections.abc import Callable
from typing import Any, Final

from tenacity import (
    RetryError,
    Retrying,
    retry_if_result,
    sleep_using_event,
    stop_after_delay,
    stop_any,
    stop_when_event_set,
    wait_fixed,
)

from rehearsal.plugins.kubernetes.cluster import Cluster, ClusterError, UnknownKindError
from rehearsal.plugins.kubernetes.names import annotation
from rehearsal.plugins.kubernetes.readiness import READINESS, FailedError, Ready, complaints, wanted
from rehearsal.plugins.kubernetes.values import Object, dig

SKIP_AWAIT: Final = "pulumi.com/skipAwait"
WAIT_FOR: Final = "pulumi.com/waitFor"
TIMEOUT: Final = "pulumi.com/timeoutSeconds"
PROPAGATION: Final = "pulumi.com/deletionPropagationPolicy"
TIMEOUT_SECONDS: Final = 600.0
INTERVAL_SECONDS: Final = 0.3


class UnreadyError(RuntimeError):
    """The object is there but does not work; `reasons` say why."""

    def __init__(self, live: Object, reasons: list[str]) -> None:
        super().__init__(reasons[0])
        self.live = live
        self.reasons = reasons


class GoneError(RuntimeError):
    """The object went away while it was waited for."""


class Rollout:
    """`cancelled` ends all waits; what is waited for then counts as unready."""

    def __init__(self, cluster: Cluster, cancelled: threading.Event) -> None:
        self._cluster = cluster
        self._cancelled = cancelled

    def until_ready(self, live: Object, timeout: float) -> Object:
        """The object once it works; UnreadyError with its pods' reasons when that is not in time."""
        if (ready := readiness_of(live)) is None:
            return live
        seen: dict[str, Any] = {"live": live, "waiting": None}

        def works() -> bool:
            found = self._cluster.get(*address(live))
            if found is None and short_lived(live):
                return True
            if found is None:
                raise GoneError(f"{live['kind']} {live['metadata']['name']} was deleted by somebody else")
            seen["live"] = found
            seen["waiting"] = ready(found, self._cluster.get)
            return seen["waiting"] is None

        try:
            self._until(works, timeout or float(annotation(live, TIMEOUT) or TIMEOUT_SECONDS))
        except RetryError:
            early = "it was cancelled while " if self._cancelled.is_set() else ""
            raise self._unready(seen["live"], early + seen["waiting"]) from None
        except FailedError as error:
            raise self._unready(seen["live"], str(error)) from error
        except ClusterError as error:
            raise UnreadyError(seen["live"], [str(error)]) from error
        return dict(seen["live"])

    def check(self, live: Object) -> None:
        """UnreadyError if it does not work right now."""
        if (ready := readiness_of(live)) is None:
            return
        try:
            waiting = ready(live, self._cluster.get)
        except FailedError as error:
            waiting = str(error)
        if waiting:
            raise self._unready(live, waiting)

    def delete(self, live: Object, timeout: float) -> None:
        """With what it owns; waits for its finalizers."""
        try:
            self._cluster.delete(*address(live), annotation(live, PROPAGATION) or "Foreground")
            if annotation(live, SKIP_AWAIT) != "true":
                self._until(lambda: self._is_gone(live), timeout or TIMEOUT_SECONDS)
        except UnknownKindError:
            # Its definition is gone, and all objects of the kind with it.
            return
        except RetryError:
            left = self._cluster.get(*address(live)) or {}
            holders = ", ".join(dig(left, "metadata", "finalizers") or []) or "what it owns"
            raise self._unready(live, f"it is still there, held by {holders}") from None

    def _is_gone(self, live: Object) -> bool:
        """Another object may have taken the name."""
        found = self._cluster.get(*address(live))
        uid = dig(live, "metadata", "uid")
        return found is None or (uid is not None and dig(found, "metadata", "uid") != uid)

    def _until(self, done: Callable[[], bool], timeout: float) -> None:
        Retrying(
            retry=retry_if_result(lambda result: not result),
            stop=stop_any(stop_after_delay(timeout), stop_when_event_set(self._cancelled)),
            wait=wait_fixed(INTERVAL_SECONDS),
            sleep=sleep_using_event(self._cancelled),
        )(done)

    def _unready(self, live: Object, reason: str) -> UnreadyError:
        labels = dig(live, "spec", "selector", "matchLabels") or {}
        pods = self._pods(live["metadata"].get("namespace"), labels) if labels and "template" in live.get("spec", {}) else []
        return UnreadyError(live, [reason, *complaints(pods), *self._warnings(live)])

    def _pods(self, namespace: str | None, labels: Object) -> list[Object]:
        return self._cluster.select("Pod", namespace, labelSelector=",".join(f"{key}={value}" for key, value in labels.items()))

    def _warnings(self, live: Object) -> list[str]:
        if not (uid := dig(live, "metadata", "uid")):
            return []
        selector = f"involvedObject.uid={uid},type=Warning"
        events = self._cluster.select("Event", live["metadata"].get("namespace"), fieldSelector=selector)
        return sorted({f"{event.get('reason')}: {event.get('message')}" for event in events})


def readiness_of(live: Object) -> Ready | None:
    """What its annotations ask for, else what its kind does."""
    if annotation(live, SKIP_AWAIT) == "true":
        return None
    if expression := annotation(live, WAIT_FOR):
        return wanted(str(expression))
    return READINESS.get(live["kind"])


def short_lived(inputs: Object) -> bool:
    """A Job that the cluster clears away once it has succeeded."""
    return inputs.get("kind") == "Job" and dig(inputs, "spec", "ttlSecondsAfterFinished") is not None


def address(live: Object) -> tuple[str, str, str, str | None]:
    return live["apiVersion"], live["kind"], live["metadata"]["name"], live["metadata"].get("namespace")
