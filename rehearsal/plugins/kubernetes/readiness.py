"""The readiness of objects: each function returns what the object still waits for, or None if it is ready.

Source: https://github.com/pulumi/pulumi-kubernetes/tree/master/provider/pkg/await
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol

from rehearsal.plugins.kubernetes.names import annotation
from rehearsal.plugins.kubernetes.values import Object, dig


class Reader(Protocol):
    """The part of a cluster client that readiness uses."""

    def get(self, api_version: str, kind: str, name: str, namespace: str | None) -> Object | None:
        """Return an object, or None if it does not exist."""

    def select(self, api_version: str, kind: str, namespace: str | None, **query: str) -> list[Object]:
        """Return the objects of a kind that match the query."""


@dataclass(frozen=True, kw_only=True)
class View:
    """The cluster of an object. `before` is the object before an update, None if it was created."""

    cluster: Reader
    before: Object | None = None


Ready = Callable[[Object, View], str | None]

REVISION: Final = "deployment.kubernetes.io/revision"
# The reasons that make a failed Job final; for other reasons the wait continues.
JOB_ERRORS: Final = frozenset({"BackoffLimitExceeded", "DeadlineExceeded"})
NO_TARGETS: Final = (
    "Service does not target any Pods. Selected Pods may not be ready, or field '.spec.selector' may not match labels on any Pods"
)


class FailedError(RuntimeError):
    """The object will never become ready."""


def _conditions(live: Object) -> dict[str, Object]:
    return {condition["type"]: condition for condition in dig(live, "status", "conditions") or []}


def _is(live: Object, condition: str, status: str = "True") -> bool:
    return bool(dig(_conditions(live), condition, "status") == status)


def _is_unseen(live: Object) -> bool:
    """Return whether the status describes an earlier generation of the object."""
    return bool((dig(live, "status", "observedGeneration") or 0) < live["metadata"].get("generation", 0))


UNSEEN: Final = "its controller has not observed this revision yet"


def _counts(live: Object, *keys: str) -> list[int]:
    return [dig(live, "status", key) or 0 for key in keys]


def _owned(live: Object, objects: list[Object]) -> list[Object]:
    uid = live["metadata"].get("uid")
    return [item for item in objects if any(owner["uid"] == uid for owner in item["metadata"].get("ownerReferences") or [])]


def deployment(live: Object, view: View) -> str | None:
    """Wait for the pods of the Deployment's current ReplicaSet and, from the second revision on, for the end of the rollout."""
    revision = annotation(live, REVISION)
    if _is_unseen(live) or not revision:
        return UNSEEN
    replica_sets = _owned(live, view.cluster.select("apps/v1", "ReplicaSet", live["metadata"].get("namespace")))
    current = next((item for item in replica_sets if annotation(item, REVISION) == revision), None)
    desired, (ready,) = dig(current, "spec", "replicas") or 0, _counts(current or {}, "readyReplicas")
    if current is None or ready < desired or not _is(live, "Available"):
        return f"{ready} of {desired} replicas of revision {revision} are ready" + _failing_conditions(live)
    if revision != "1" and not _has_progressed(live):
        return f"the rollout of revision {revision} has not ended" + _failing_conditions(live)
    return _unbound_claim(live, view)


def _has_progressed(live: Object) -> bool:
    return _is(live, "Progressing") and _conditions(live)["Progressing"].get("reason") == "NewReplicaSetAvailable"


def _failing_conditions(live: Object) -> str:
    """Return the reasons of the Deployment's failing conditions as text. None of them ends the wait early."""
    conditions = _conditions(live)
    failing = [conditions[name] for name, bad in (("Progressing", "False"), ("ReplicaFailure", "True")) if _is(live, name, bad)]
    return "".join(f": [{condition.get('reason')}] {condition.get('message')}" for condition in failing)


def _unbound_claim(live: Object, view: View) -> str | None:
    volumes = dig(live, "spec", "template", "spec", "volumes") or []
    for name in (dig(volume, "persistentVolumeClaim", "claimName") for volume in volumes):
        claim = view.cluster.get("v1", "PersistentVolumeClaim", name, live["metadata"].get("namespace")) if name else None
        if claim and dig(claim, "status", "phase") != "Bound":
            return f"its claim {name} is not bound"
    return None


def stateful_set(live: Object, view: View) -> str | None:
    """Wait until all pods have the same revision. After a rollback that may never happen."""
    if _is_unseen(live):
        return UNSEEN
    desired = live["spec"].get("replicas", 1)
    total, ready, current = _counts(live, "replicas", "readyReplicas", "currentReplicas")
    if dig(live, "spec", "updateStrategy", "type") == "OnDelete" and live["metadata"].get("generation", 0) > 1:
        return None if total == ready == desired else f"{ready} of {desired} pods are ready"
    if not total == ready == current == desired:
        return f"{ready} of {desired} pods are ready, {current} have the current revision"
    old, new = (dig(live, "status", key) or "" for key in ("currentRevision", "updateRevision"))
    return None if old and old == new else f"the rollout from revision {old!r} to {new!r} has not ended"


def daemon_set(live: Object, view: View) -> str | None:
    """Wait for a new pod on each node, also if pods are updated only when they are deleted by hand."""
    if _is_unseen(live) or dig(live, "status", "desiredNumberScheduled") is None:
        return UNSEEN
    desired, *counts = _counts(
        live, "desiredNumberScheduled", "currentNumberScheduled", "updatedNumberScheduled", "numberAvailable", "numberReady"
    )
    return None if min(counts) >= desired else f"{min(counts)} of {desired} pods are updated and ready"


def job(live: Object, view: View) -> str | None:
    """Wait for the Job to complete. A suspended Job never completes."""
    failed = _conditions(live).get("Failed", {})
    if failed.get("status") == "True" and failed.get("reason") in JOB_ERRORS:
        raise FailedError(f"[{failed['reason']}] {failed.get('message')}")
    return None if dig(live, "status", "startTime") and _is(live, "Complete") else "the job has not completed"


def pod(live: Object, view: View) -> str | None:
    """Wait for the pod to be ready or to succeed. A failed pod does not end the wait."""
    phase = dig(live, "status", "phase")
    return None if phase == "Succeeded" or _is(live, "Ready") else f"the pod is {phase or 'not scheduled'}"


def service(live: Object, view: View) -> str | None:
    """Wait for the address of a load balancer, and until all existing endpoints are ready."""
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
    """Return whether the Service selects pods, so that its readiness depends on them."""
    spec = live["spec"]
    return bool(spec.get("selector")) and spec.get("type") != "ExternalName" and spec.get("clusterIP") != "None"


def claim(live: Object, view: View) -> str | None:
    """Wait for a claim to be bound, or to be pending if its class binds at first use."""
    phase = dig(live, "status", "phase")
    if view.before is not None and phase == "Bound":
        return None
    name = live["spec"].get("storageClassName")
    storage_class = view.cluster.get("storage.k8s.io/v1", "StorageClass", name, None) if name else None
    expected = "Pending" if dig(storage_class, "volumeBindingMode") == "WaitForFirstConsumer" else "Bound"
    return None if phase == expected else f"the claim is {phase}, not {expected}"


# Objects of all other kinds are ready at once.
READINESS: Final[dict[str, Ready]] = {
    "DaemonSet": daemon_set,
    "Deployment": deployment,
    "Job": job,
    "PersistentVolumeClaim": claim,
    "Pod": pod,
    "Service": service,
    "StatefulSet": stateful_set,
}
# The kinds whose readiness a refresh checks.
READ: Final = READINESS.keys() - {"PersistentVolumeClaim"}


def parse_wait_for(expressions: list[str]) -> Ready:
    """Return the readiness of the annotation `pulumi.com/waitFor`: `condition=Ready`, or `jsonpath={.status.phase}=Bound`."""
    parsed = [_parse_expression(expression) for expression in expressions]
    return lambda live, view: next(filter(None, (ready(live) for ready in parsed)), None)


def _parse_expression(expression: str) -> Callable[[Object], str | None]:
    kind, _, rest = expression.partition("=")
    if kind == "condition":
        name, _, status = rest.partition("=")
        return lambda live: None if _is(live, name, status or "True") else f"its condition {name} is not {status or 'True'}"
    if kind != "jsonpath" or not rest.startswith("{."):
        raise ValueError(f"pulumi.com/waitFor must be condition=TYPE[=STATUS] or jsonpath={{.a.b}}[=VALUE], got {expression!r}")
    path, _, value = rest.removeprefix("{.").partition("}")
    return lambda live: _compare_value(dig(live, *path.split(".")), path, value.removeprefix("="))


def _compare_value(actual: Any, path: str, expected: str) -> str | None:
    if actual is not None and expected in ("", str(actual)):
        return None
    return f"its {path} is {actual!r}"


def pod_problems(pods: list[Object]) -> list[str]:
    """Return one line for each problem in the status of a workload's pods."""
    problems = []
    for pod_object in pods:
        name, status = pod_object["metadata"]["name"], pod_object.get("status", {})
        for container in [*(status.get("initContainerStatuses") or []), *(status.get("containerStatuses") or [])]:
            state = container.get("state", {})
            reason = state.get("waiting") or state.get("terminated")
            if reason and reason.get("reason") != "Completed":
                line = f"pod {name}: container {container['name']}: {reason.get('reason')}: {reason.get('message') or ''}"
                problems.append(line.rstrip(": "))
        if _is(pod_object, "PodScheduled", "False"):
            problems.append(f"pod {name}: {_conditions(pod_object)['PodScheduled'].get('message')}")
    return problems
