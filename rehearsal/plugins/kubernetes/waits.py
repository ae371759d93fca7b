"""How long an object is waited for, and what counts as quiet."""

import json
import time
from collections.abc import Callable
from typing import Final

from rehearsal.plugins.kubernetes.names import annotation
from rehearsal.plugins.kubernetes.readiness import READINESS, Ready, View, has_endpoints, service, wanted
from rehearsal.plugins.kubernetes.values import Object

SKIP_AWAIT: Final = "pulumi.com/skipAwait"
WAIT_FOR: Final = "pulumi.com/waitFor"
TIMEOUT: Final = "pulumi.com/timeoutSeconds"
TIMEOUT_SECONDS: Final = 600.0
# Of a claim, whatever the program says.
CLAIM_SECONDS: Final = 300.0
# Pulumi's provider is sent each object anew as often as this.
RESYNC_SECONDS: Final = 60.0
SETTLED_SECONDS: Final = 10.0

Clock = Callable[[], float]


def readiness_of(inputs: Object) -> Ready | None:
    """Return what the annotations ask for, else what the kind does; None where nothing is waited for."""
    if annotation(inputs, SKIP_AWAIT) == "true":
        return None
    if expression := annotation(inputs, WAIT_FOR):
        return wanted(_expressions(str(expression)))
    return Settled() if inputs["kind"] == "Service" else READINESS.get(inputs["kind"])


def _expressions(text: str) -> list[str]:
    """One expression, or a JSON list of some."""
    try:
        found = json.loads(text)
    except ValueError:
        return [text]
    return [str(each) for each in found] if isinstance(found, list) and found else [text]


class Settled:
    """A Service's readiness: its endpoints have been seen, and have been left alone for ten seconds.

    Source: processEndpointEvent in https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/await/service.go
    """

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._version: str | None = None
        self._events: list[float] = []

    def __call__(self, live: Object, view: View) -> str | None:
        """Return what the Service waits for at this moment."""
        if has_endpoints(live) and not self._are_settled(live, view):
            return service(live, view) or "the Service's endpoints have not been left alone for ten seconds"
        return service(live, view)

    def _are_settled(self, live: Object, view: View) -> bool:
        meta = live["metadata"]
        found = view.cluster.get("v1", "Endpoints", meta["name"], meta.get("namespace"))
        version = found["metadata"]["resourceVersion"] if found else None
        now = self._clock()
        if version != self._version:
            self._version = version
            self._events.append(now)
        # The end of any ten seconds that comes after the last event will do, also of those that an earlier event began.
        return any(self._events[-1] < event + SETTLED_SECONDS <= now for event in self._events)


class Deadline:
    """When a wait ends in vain: a Job's begins anew with each event, and there is one in each minute.

    Source: Await in https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/await/job.go
    """

    def __init__(self, inputs: Object, timeout: float, clock: Clock = time.monotonic) -> None:
        kind = inputs["kind"]
        self._seconds = CLAIM_SECONDS if kind == "PersistentVolumeClaim" else seconds(inputs, timeout)
        self._restarts = kind == "Job" and not annotation(inputs, WAIT_FOR)
        self._clock = clock
        self._began = clock()
        self._version: str | None = None

    def saw(self, live: Object) -> None:
        """Begin anew if the object has changed, or a minute has gone by."""
        version = live["metadata"].get("resourceVersion")
        if self._restarts and (version != self._version or self._clock() - self._began >= RESYNC_SECONDS):
            self._began = self._clock()
        self._version = version

    def has_passed(self) -> bool:
        return self._clock() - self._began >= self._seconds


def seconds(inputs: Object, timeout: float) -> float:
    """Return the timeout of the resource's options, else of its annotation, else ten minutes."""
    annotated = str(annotation(inputs, TIMEOUT) or "")
    return timeout or (float(annotated) if annotated.isdecimal() else TIMEOUT_SECONDS)
