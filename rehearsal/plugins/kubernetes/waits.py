"""The timeouts of waits, and when the endpoints of a Service count as settled."""

import json
import time
from collections.abc import Callable
from typing import Final

from rehearsal.plugins.kubernetes.names import annotation
from rehearsal.plugins.kubernetes.readiness import READINESS, Ready, View, has_endpoints, parse_wait_for, service
from rehearsal.plugins.kubernetes.values import Object

SKIP_AWAIT: Final = "pulumi.com/skipAwait"
WAIT_FOR: Final = "pulumi.com/waitFor"
TIMEOUT: Final = "pulumi.com/timeoutSeconds"
TIMEOUT_SECONDS: Final = 600.0
# The timeout of a claim, which a program cannot change.
CLAIM_SECONDS: Final = 300.0
# The interval at which the informers of Pulumi's provider deliver each object again.
RESYNC_SECONDS: Final = 60.0
SETTLED_SECONDS: Final = 10.0

Clock = Callable[[], float]


def readiness_of(inputs: Object) -> Ready | None:
    """Return the readiness of the object's annotations, else of its kind, or None if it is not waited for."""
    if annotation(inputs, SKIP_AWAIT) == "true":
        return None
    if expression := annotation(inputs, WAIT_FOR):
        return parse_wait_for(_expressions(str(expression)))
    return Settled() if inputs["kind"] == "Service" else READINESS.get(inputs["kind"])


def _expressions(text: str) -> list[str]:
    """Return the expressions of an annotation, which is one expression or a JSON list of them."""
    try:
        parsed = json.loads(text)
    except ValueError:
        return [text]
    return [str(item) for item in parsed] if isinstance(parsed, list) and parsed else [text]


class Settled:
    """A Service's readiness: its endpoints exist and have not changed for ten seconds.

    Source: processEndpointEvent in https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/await/service.go
    """

    def __init__(self, clock: Clock = time.monotonic) -> None:
        """Use a clock that returns seconds."""
        self._clock = clock
        self._version: str | None = None
        self._events: list[float] = []

    def __call__(self, live: Object, view: View) -> str | None:
        """Return what the Service waits for, or None if it is ready."""
        if has_endpoints(live) and not self._are_settled(live, view):
            return service(live, view) or "the Service's endpoints have changed in the last ten seconds"
        return service(live, view)

    def _are_settled(self, live: Object, view: View) -> bool:
        meta = live["metadata"]
        endpoints = view.cluster.get("v1", "Endpoints", meta["name"], meta.get("namespace"))
        version = endpoints["metadata"]["resourceVersion"] if endpoints else None
        now = self._clock()
        if version != self._version:
            self._version = version
            self._events.append(now)
        # As in Pulumi's provider, the ten seconds may start at an earlier event if they end after the last one.
        return any(self._events[-1] < event + SETTLED_SECONDS <= now for event in self._events)


class Deadline:
    """The end of a wait. A Job's timeout starts again with each of its events, of which there is one in each minute.

    Source: Await in https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/await/job.go
    """

    def __init__(self, inputs: Object, timeout: float, clock: Clock = time.monotonic) -> None:
        """Start the timeout of an object in seconds; 0 means the timeout of its annotation or the default."""
        kind = inputs["kind"]
        self._seconds = CLAIM_SECONDS if kind == "PersistentVolumeClaim" else seconds(inputs, timeout)
        self._restarts = kind == "Job" and not annotation(inputs, WAIT_FOR)
        self._clock = clock
        self._started_at = clock()
        self._version: str | None = None

    def observe(self, live: Object) -> None:
        """Start a Job's timeout again if the Job has changed or a minute has passed."""
        version = live["metadata"].get("resourceVersion")
        if self._restarts and (version != self._version or self._clock() - self._started_at >= RESYNC_SECONDS):
            self._started_at = self._clock()
        self._version = version

    def has_passed(self) -> bool:
        """Return whether the timeout is over."""
        return self._clock() - self._started_at >= self._seconds


def seconds(inputs: Object, timeout: float) -> float:
    """Return the timeout of the resource's options, else of its annotation, else ten minutes, in seconds."""
    annotated = str(annotation(inputs, TIMEOUT) or "")
    return timeout or (float(annotated) if annotated.isdecimal() else TIMEOUT_SECONDS)
