"""When an object works: each function returns what it still waits for, or None.

Source: https://github.com/pulumi/pulumi-kubernetes/tree/master/provider/pkg/await
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol

from rehearsal.plugins.kubernetes.names import annotation
from rehearsal.plugins.kubernetes.values import Object, dig


class Reader(Protocol):
    """What readiness reads of a cluster."""

    def get(self, api_version: str, kind: str, name: str, namespace: str | None) -> Object | None: ...

    def select(self, api_version: str, kind: str, namespace: str | None, **query: str) -> list[Object]: ...


@dataclass(frozen=True, kw_only=True)
class View:
    """The cluster around an object; `before`: the object as it was before an update, None if it was created."""

    cluster: Reader
    before: Object | None = None


Ready = Callable[[Object, View], str | None]

REVISION: Final = "deployment.kubernetes.io/revision"
# The other reasons of a failed Job are waited for.
JOB_ERRORS: Final = frozenset({"BackoffLimitExceeded", "DeadlineExceeded"})
NO_TARGETS: Final = (
    "Service does not target any Pods. Selected Pods may not be ready, or field '.spec.selector' may not match labels on any Pods"
)


class FailedError(RuntimeError):
    """It will never work."""


def _conditions(live: Object) -> dict[str, Object]:
    return {condition["type"]: condition for condition in dig(live, "status", "conditions") or []}


def _is(live: Object, condition: str, status: str = "True") -> bool:
    return bool(dig(_conditions(live), condition, "status") == status)


def _is_unseen(live: Object) -> bool:
    """Return whether the status is of an earlier revision than the object."""
    return (dig(live, "status", "observedGeneration") or 0) < live["metadata"].get("generation", 0)


UNSEEN: Final = "its controller has not seen this revision yet"


def _counts(live: Object, *keys: str) -> list[int]:
    return [dig(live, "status", key) or 0 for key in keys]


def _owned(live: Object, found: list[Object]) -> list[Object]:
    uid = live["metadata"].get("uid")
    return [each for each in found if any(owner["uid"] == uid for owner in each["metadata"].get("ownerReferences") or [])]


def deployment(live: Object, view: View) -> str | None:
    """Wait for the pods of the Deployment's current ReplicaSet, and from the second revision on for the roll-out to end."""
    revision = annotation(live, REVISION)
    if _is_unseen(live) or not revision:
        return UNSEEN
    found = _owned(live, view.cluster.select("apps/v1", "ReplicaSet", live["metadata"].get("namespace")))
    current = next((each for each in found if annotation(each, REVISION) == revision), None)
    wanted, (ready,) = dig(current, "spec", "replicas") or 0, _counts(current or {}, "readyReplicas")
    if current is None or ready < wanted or not _is(live, "Available"):
        return f"{ready} of {wanted} replicas of revision {revision} are ready" + _explained(live)
    if revision != "1" and not _has_progressed(live):
        return f"the roll-out of revision {revision} has not ended" + _explained(live)
    return _unbound(live, view)


def _has_progressed(live: Object) -> bool:
    return _is(live, "Progressing") and _conditions(live)["Progressing"].get("reason") == "NewReplicaSetAvailable"


def _explained(live: Object) -> str:
    """What the Deployment's conditions say: none of them ends the wait before its time."""
    found = _conditions(live)
    failing = [found[name] for name, bad in (("Progressing", "False"), ("ReplicaFailure", "True")) if _is(live, name, bad)]
    return "".join(f": [{condition.get('reason')}] {condition.get('message')}" for condition in failing)


def _unbound(live: Object, view: View) -> str | None:
    volumes = dig(live, "spec", "template", "spec", "volumes") or []
    for name in (dig(volume, "persistentVolumeClaim", "claimName") for volume in volumes):
        found = view.cluster.get("v1", "PersistentVolumeClaim", name, live["metadata"].get("namespace")) if name else None
        if found and dig(found, "status", "phase") != "Bound":
            return f"its claim {name} is not bound"
    return None


def stateful_set(live: Object, view: View) -> str | None:
    """Wait for all pods of one revision: also after a roll-back, which may never come to that."""
    if _is_unseen(live):
        return UNSEEN
    wanted = live["spec"].get("replicas", 1)
    total, ready, current = _counts(live, "replicas", "readyReplicas", "currentReplicas")
    if dig(live, "spec", "updateStrategy", "type") == "OnDelete" and live["metadata"].get("generation", 0) > 1:
        return None if total == ready == wanted else f"{ready} of {wanted} pods are ready"
    if not total == ready == current == wanted:
        return f"{ready} of {wanted} pods are ready, {current} are of the current revision"
    now, then = (dig(live, "status", key) or "" for key in ("currentRevision", "updateRevision"))
    return None if now and now == then else f"the roll-out from revision {now!r} to {then!r} has not ended"


def daemon_set(live: Object, view: View) -> str | None:
    """Wait for a new pod on each node, also where pods are to be deleted by hand."""
    if _is_unseen(live) or dig(live, "status", "desiredNumberScheduled") is None:
        return UNSEEN
    wanted, *counts = _counts(
        live, "desiredNumberScheduled", "currentNumberScheduled", "updatedNumberScheduled", "numberAvailable", "numberReady"
    )
    return None if min(counts) >= wanted else f"{min(counts)} of {wanted} pods are updated and ready"


def job(live: Object, view: View) -> str | None:
    """Wait for the Job to complete; one that is suspended never does."""
    failed = _conditions(live).get("Failed", {})
    if failed.get("status") == "True" and failed.get("reason") in JOB_ERRORS:
        raise FailedError(f"[{failed['reason']}] {failed.get('message')}")
    return None if dig(live, "status", "startTime") and _is(live, "Complete") else "the job has not completed"


def pod(live: Object, view: View) -> str | None:
    """Wait for the pod to be ready; one that has failed may yet be."""
    phase = dig(live, "status", "phase")
    return None if phase == "Succeeded" or _is(live, "Ready") else f"the pod is {phase or 'not scheduled'}"


def service(live: Object, view: View) -> str | None:
    """Wait for an address of a load balancer, and for each endpoint that is there to be ready."""
    if live["spec"].get("type") == "LoadBalancer" and not dig(live, "status", "loadBalancer", "ingress"):
        return "Service was not allocated an IP address; does your cloud provider support this?"
    if not has_endpoints(live):
        return None
    meta = live["metadata"]
    subsets = (view.cluster.get("v1", "Endpoints", meta["name"], meta.get("namespace")) or {}).get("subsets") or []
    if not any(subset.get("notReadyAddresses") for subset in subsets):
        return None
    if any(subset.get("addresses") for subset in subsets):
        return "some of the Service's pods are not ready"
    return NO_TARGETS


def has_endpoints(live: Object) -> bool:
    """Return whether the Service's pods are waited for."""
    spec = live["spec"]
    return bool(spec.get("selector")) and spec.get("type") != "ExternalName" and spec.get("clusterIP") != "None"


def claim(live: Object, view: View) -> str | None:
    """Wait for a claim to be bound, or to be pending where its class binds at first use."""
    phase = dig(live, "status", "phase")
    if view.before is not None and phase == "Bound":
        return None
    name = live["spec"].get("storageClassName")
    storage_class = view.cluster.get("storage.k8s.io/v1", "StorageClass", name, None) if name else None
    wanted = "Pending" if dig(storage_class, "volumeBindingMode") == "WaitForFirstConsumer" else "Bound"
    return None if phase == wanted else f"the claim is {phase}, not {wanted}"


# Namespaces, definitions and all other kinds are not waited for.
READINESS: Final[dict[str, Ready]] = {
    "DaemonSet": daemon_set,
    "Deployment": deployment,
    "Job": job,
    "PersistentVolumeClaim": claim,
    "Pod": pod,
    "Service": service,
    "StatefulSet": stateful_set,
}
# The kinds that a refresh judges.
READ: Final = READINESS.keys() - {"PersistentVolumeClaim"}


def wanted(expressions: list[str]) -> Ready:
    """Return the readiness of the annotation `pulumi.com/waitFor`: `condition=Ready`, or `jsonpath={.status.phase}=Bound`."""
    parsed = [_wanted(expression) for expression in expressions]
    return lambda live, view: next(filter(None, (ready(live) for ready in parsed)), None)


def _wanted(expression: str) -> Callable[[Object], str | None]:
    what, _, rest = expression.partition("=")
    if what == "condition":
        name, _, status = rest.partition("=")
        return lambda live: None if _is(live, name, status or "True") else f"its condition {name} is not {status or 'True'}"
    if what != "jsonpath" or not rest.startswith("{."):
        raise ValueError(
            f"pulumi.com/waitFor is {expression!r}, but must be condition=TYPE[=STATUS] or jsonpath={{.a.b}}[=VALUE]"
        )
    path, _, value = rest.removeprefix("{.").partition("}")
    return lambda live: _holds(dig(live, *path.split(".")), path, value.removeprefix("="))


def _holds(found: Any, path: str, value: str) -> str | None:
    if found is not None and value in ("", str(found)):
        return None
    return f"its {path} is {found!r}"


def complaints(pods: list[Object]) -> list[str]:
    """Return what a workload's pods complain of, a line each."""
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
