"""When an object works: each function answers with what it still waits for, or None."""

from collections.abc import Callable
from typing import Any, Final

from rehearsal.plugins.kubernetes.values import Object, dig

# Reads an object: API version, kind, name, namespace.
Look = Callable[[str, str, str, str | None], Object | None]
Ready = Callable[[Object, Look], str | None]


class FailedError(RuntimeError):
    """It will never work."""


def _conditions(live: Object) -> dict[str, Object]:
    return {condition["type"]: condition for condition in dig(live, "status", "conditions") or []}


def _is(live: Object, condition: str, status: str = "True") -> bool:
    return bool(dig(_conditions(live), condition, "status") == status)


def _unseen(live: Object) -> str | None:
    """Until its controller has seen the last change, the status is of the one before."""
    if (dig(live, "status", "observedGeneration") or 0) < live["metadata"].get("generation", 0):
        return "its controller has not seen this revision yet"
    return None


def _counts(live: Object, *keys: str) -> list[int]:
    return [dig(live, "status", key) or 0 for key in keys]


def deployment(live: Object, look: Look) -> str | None:
    if waiting := _unseen(live):
        return waiting
    wanted = live["spec"].get("replicas", 1)
    if _is(live, "Progressing", "False"):
        stuck = _conditions(live)["Progressing"]
        raise FailedError(f"{stuck.get('reason')}: {stuck.get('message')}")
    total, updated, available = _counts(live, "replicas", "updatedReplicas", "availableReplicas")
    if updated >= wanted and available >= wanted and total <= wanted:
        return None
    refused = dig(_conditions(live), "ReplicaFailure", "message") if _is(live, "ReplicaFailure") else None
    return f"{available} of {wanted} replicas are available, {updated} are updated" + (f": {refused}" if refused else "")


def stateful_set(live: Object, look: Look) -> str | None:
    if waiting := _unseen(live):
        return waiting
    wanted = live["spec"].get("replicas", 1)
    kept = dig(live, "spec", "updateStrategy", "rollingUpdate", "partition") or 0
    updated, ready = _counts(live, "updatedReplicas", "readyReplicas")
    by_hand = dig(live, "spec", "updateStrategy", "type") == "OnDelete"
    if ready >= wanted and (by_hand or updated >= wanted - kept):
        return None
    return f"{ready} of {wanted} pods are ready, {updated} are updated"


def daemon_set(live: Object, look: Look) -> str | None:
    if waiting := _unseen(live):
        return waiting
    wanted, updated, available = _counts(live, "desiredNumberScheduled", "updatedNumberScheduled", "numberAvailable")
    by_hand = dig(live, "spec", "updateStrategy", "type") == "OnDelete"
    if available >= wanted and (by_hand or updated >= wanted):
        return None
    return f"{available} of {wanted} pods are available, {updated} are updated"


def job(live: Object, look: Look) -> str | None:
    if _is(live, "Complete") or dig(live, "spec", "suspend"):
        return None
    if _is(live, "Failed"):
        failed = _conditions(live)["Failed"]
        raise FailedError(f"the job failed: {failed.get('reason')}: {failed.get('message')}")
    return "the job has not ended"


def pod(live: Object, look: Look) -> str | None:
    phase = dig(live, "status", "phase")
    if phase == "Succeeded" or _is(live, "Ready"):
        return None
    if phase == "Failed":
        raise FailedError(
            f"the pod failed: {dig(live, 'status', 'reason') or dig(live, 'status', 'message') or 'see its containers'}"
        )
    return f"the pod is {phase or 'not scheduled'}"


def service(live: Object, look: Look) -> str | None:
    """One without endpoints works: its pods may come after it."""
    if live["spec"].get("type") == "LoadBalancer" and not dig(live, "status", "loadBalancer", "ingress"):
        return "the load balancer has no address yet"
    return None


def claim(live: Object, look: Look) -> str | None:
    """A class that binds at first use leaves the claim pending until a pod has it."""
    if dig(live, "status", "phase") == "Bound":
        return None
    name = live["spec"].get("storageClassName")
    storage_class = look("storage.k8s.io/v1", "StorageClass", name, None) if name else None
    if dig(storage_class, "volumeBindingMode") == "WaitForFirstConsumer":
        return None
    return "the claim is not bound"


def namespace(live: Object, look: Look) -> str | None:
    return None if dig(live, "status", "phase") == "Active" else "the namespace is not active"


def definition(live: Object, look: Look) -> str | None:
    return None if _is(live, "Established") else "the API server does not serve the kind yet"


READINESS: Final[dict[str, Ready]] = {
    "CustomResourceDefinition": definition,
    "DaemonSet": daemon_set,
    "Deployment": deployment,
    "Job": job,
    "Namespace": namespace,
    "PersistentVolumeClaim": claim,
    "Pod": pod,
    "Service": service,
    "StatefulSet": stateful_set,
}


def wanted(expression: str) -> Ready:
    """For the annotation `pulumi.com/waitFor`: `condition=Ready`, or `jsonpath={.status.phase}=Bound`."""
    what, _, rest = expression.partition("=")
    if what == "condition":
        name, _, status = rest.partition("=")
        return lambda live, look: None if _is(live, name, status or "True") else f"its condition {name} is not {status or 'True'}"
    if what != "jsonpath" or not rest.startswith("{."):
        raise ValueError(
            f"pulumi.com/waitFor is {expression!r}, but must be condition=TYPE[=STATUS] or jsonpath={{.a.b}}[=VALUE]"
        )
    path, _, value = rest.removeprefix("{.").partition("}")
    return lambda live, look: _holds(dig(live, *path.split(".")), path, value.removeprefix("="))


def _holds(found: Any, path: str, value: str) -> str | None:
    if found is not None and value in ("", str(found)):
        return None
    return f"its {path} is {found!r}"


def complaints(pods: list[Object]) -> list[str]:
    """What a workload's pods complain of, a line each."""
    found = []
    for each in pods:
        name, status = each["metadata"]["name"], each.get("status", {})
        for container in [*(status.get("initContainerStatuses") or []), *(status.get("containerStatuses") or [])]:
            state = container.get("state", {})
            reason = state.get("waiting") or state.get("terminated")
            if reason and reason.get("reason") != "Completed":
                line = f"pod {name}: container {container['name']}: {reason.get('reason')}: {reason.get('message') or ''}"
                found.append(line.rstrip(": "))
        if _is(each, "PodScheduled", "False"):
            found.append(f"pod {name}: {_conditions(each)['PodScheduled'].get('message')}")
    return found
