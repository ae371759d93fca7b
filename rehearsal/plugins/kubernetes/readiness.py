"""When an object works: each function answers with what it still waits for, or None."""

from collections.abc import Callable
from typing import Final

from rehearsal.plugins.kubernetes.values import Object


class FailedError(RuntimeError):
    """It will never be ready."""


def _conditions(live: Object) -> list[Object]:
    return live.get("status", {}).get("conditions") or []


def workload(live: Object) -> str | None:
    """Of a Deployment or StatefulSet."""
    status, wanted = live.get("status", {}), live["spec"].get("replicas", 1)
    if status.get("observedGeneration", 0) < live["metadata"]["generation"]:
        return "its controller has not seen this revision yet"
    for condition in _conditions(live):
        if condition["type"] == "Progressing" and condition["status"] == "False":
            raise FailedError(f"{condition['reason']}: {condition['message']}")
    updated, available, total = (status.get(key, 0) for key in ("updatedReplicas", "availableReplicas", "replicas"))
    if updated < wanted or available < wanted or total > wanted:
        return f"{available} of {wanted} replicas are available, {updated} are updated"
    return None


def job(live: Object) -> str | None:
    for condition in _conditions(live):
        if condition["status"] == "True" and condition["type"] == "Complete":
            return None
        if condition["status"] == "True" and condition["type"] == "Failed":
            raise FailedError(f"the job failed: {condition.get('message')}")
    return "the job runs"


READINESS: Final[dict[str, Callable[[Object], str | None]]] = {"Deployment": workload, "StatefulSet": workload, "Job": job}


def complaints(pods: list[Object]) -> list[str]:
    """What a workload's pods complain of, a line each."""
    found = []
    for pod in pods:
        name, status = pod["metadata"]["name"], pod.get("status", {})
        for container in status.get("containerStatuses") or []:
            state = container.get("state", {})
            reason = state.get("waiting") or state.get("terminated")
            if reason:
                text = f"pod {name}: container {container['name']}: {reason.get('reason')}: {reason.get('message') or ''}"
                found.append(text.rstrip(": "))
        found += [
            f"pod {name}: {condition.get('message')}"
            for condition in status.get("conditions") or []
            if condition["type"] == "PodScheduled" and condition["status"] == "False"
        ]
    return found
