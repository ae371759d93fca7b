"""The controller of TargetGroupBindings: it registers a Service's pods as targets and sets the pods' readiness gates."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from botocore.exceptions import ClientError

from rehearsal.controllers.api import Api, Object
from rehearsal.controllers.loop import RESYNC_SECONDS, RETRY_SECONDS

log = logging.getLogger(__name__)
API_VERSION: Final = "eks.amazonaws.com/v1"
KINDS: Final = (
    (API_VERSION, "TargetGroupBinding"),
    ("v1", "Service"),
    ("discovery.k8s.io/v1", "EndpointSlice"),
    ("v1", "Pod"),
)
# How often the health of healthy targets is read.
HEALTH_INTERVAL_SECONDS: Final = 5.0
FINALIZER: Final = "elbv2.eks.amazonaws.com/resources"
GATE: Final = "target-health.eks.amazonaws.com/"
Target = tuple[str, int]


@dataclass(frozen=True)
class Snapshot:
    """The objects of one round, read at one moment."""

    bindings: list[Object]
    services: dict[tuple[str, str], Object]
    slices: list[Object]
    pods: dict[tuple[str, str], Object]


def take_snapshot(api: Api) -> Snapshot:
    """Read the objects of a round; nothing but the bindings if there are none."""

    def by_name(items: list[Object]) -> dict[tuple[str, str], Object]:
        return {(item["metadata"]["namespace"], item["metadata"]["name"]): item for item in items}

    bindings = api.items(API_VERSION, "TargetGroupBinding")
    if not bindings:
        return Snapshot([], {}, [], {})
    return Snapshot(
        bindings,
        by_name(api.items("v1", "Service")),
        api.items("discovery.k8s.io/v1", "EndpointSlice"),
        by_name(api.items("v1", "Pod")),
    )


def condition_of(item: Object, kind: str) -> Object:
    """Return the object's condition of a type, or an empty one."""
    conditions = item.get("status", {}).get("conditions") or []
    return next((condition for condition in conditions if condition["type"] == kind), {})


def gate_of(binding: Object) -> str:
    """Return the condition type of the binding's readiness gate."""
    return GATE + str(binding["metadata"]["name"])


def has_gate(pod: Object, gate: str) -> bool:
    """Return whether the pod has a readiness gate of the condition type."""
    return any(item["conditionType"] == gate for item in pod["spec"].get("readinessGates") or [])


def receives_traffic(endpoint: Object, pod: Object | None, gate: str) -> bool:
    """Return whether an endpoint should be a target.

    A pod whose containers are ready and that waits for its gate alone should: the gate waits for the target's health.
    """
    conditions = endpoint.get("conditions") or {}
    if conditions.get("terminating") or (pod and pod["metadata"].get("deletionTimestamp")):
        return False
    if pod and has_gate(pod, gate):
        return bool(condition_of(pod, "ContainersReady").get("status") == "True")
    return bool(conditions.get("ready"))


def targets(binding: Object, snapshot: Snapshot) -> dict[Target, Object | None]:
    """Return the pod of each target that a binding's target group should have, keyed by (address, port)."""
    meta, reference = binding["metadata"], binding["spec"]["serviceRef"]
    service = snapshot.services.get((meta["namespace"], reference["name"]))
    if service is None or meta.get("deletionTimestamp"):
        return {}
    ports = [port for port in service["spec"].get("ports", []) if reference["port"] in (port["port"], port.get("name"))]
    port_names = {port.get("name") or "" for port in ports}
    return {
        target: pod
        for endpoint_slice in snapshot.slices
        if endpoint_slice["metadata"]["namespace"] == meta["namespace"]
        and (endpoint_slice["metadata"].get("labels") or {}).get("kubernetes.io/service-name") == reference["name"]
        for target, pod in _slice_targets(endpoint_slice, port_names, meta["namespace"], gate_of(binding), snapshot)
    }


def _slice_targets(
    endpoint_slice: Object, port_names: set[str], namespace: str, gate: str, snapshot: Snapshot
) -> Iterator[tuple[Target, Object | None]]:
    ports = [port["port"] for port in endpoint_slice.get("ports") or [] if (port.get("name") or "") in port_names]
    for endpoint in endpoint_slice.get("endpoints") or []:
        reference = endpoint.get("targetRef") or {}
        pod = snapshot.pods.get((namespace, reference.get("name", "")))
        if receives_traffic(endpoint, pod, gate):
            yield from (((address, port), pod) for address in endpoint["addresses"] for port in ports)


class Binder:
    """Keeps the targets of target groups equal to the pods of their bindings."""

    def __init__(self, api: Api, elbv2: Any) -> None:
        """Use a Kubernetes client and a boto3 client of ELBv2."""
        self._api = api
        self._elbv2 = elbv2

    def sync(self) -> float:
        """Compare every binding with its target group and change what differs. Return the interval.

        No watch reports the health of targets: read it often until all are healthy, and now and then afterwards.
        """
        snapshot = take_snapshot(self._api)
        if not snapshot.bindings:
            return RESYNC_SECONDS
        are_settled = [self._try_sync(binding, snapshot) for binding in snapshot.bindings]
        return HEALTH_INTERVAL_SECONDS if all(are_settled) else RETRY_SECONDS

    def _try_sync(self, binding: Object, snapshot: Snapshot) -> bool:
        try:
            return self._sync(binding, snapshot)
        except ClientError as error:
            log.warning("binding %s: %s", binding["metadata"]["name"], error)
            return False

    def _sync(self, binding: Object, snapshot: Snapshot) -> bool:
        """Return whether all targets of the binding are healthy."""
        meta, arn = binding["metadata"], binding["spec"]["targetGroupARN"]
        desired = targets(binding, snapshot)
        health = self._target_health(arn)
        self._register(arn, desired.keys() - health.keys())
        self._deregister(arn, {target for target, state in health.items() if target not in desired and state != "draining"})
        if meta.get("deletionTimestamp"):
            self._remove_finalizer(binding)
            return True
        self._add_finalizer(binding)
        for target, pod in desired.items():
            if pod is not None and has_gate(pod, gate_of(binding)):
                self._set_gate(pod, gate_of(binding), health.get(target, "initial"))
        return all(health.get(target) == "healthy" for target in desired)

    def _target_health(self, arn: str) -> dict[Target, str]:
        try:
            answer = self._elbv2.describe_target_health(TargetGroupArn=arn)
        except self._elbv2.exceptions.TargetGroupNotFoundException:
            return {}
        return {
            (item["Target"]["Id"], int(item["Target"]["Port"])): item["TargetHealth"]["State"]
            for item in answer["TargetHealthDescriptions"]
        }

    def _register(self, arn: str, added: set[Target]) -> None:
        if added:
            log.info("register %s", sorted(added))
            self._elbv2.register_targets(
                TargetGroupArn=arn, Targets=[{"Id": address, "Port": port} for address, port in sorted(added)]
            )

    def _deregister(self, arn: str, removed: set[Target]) -> None:
        if removed:
            log.info("deregister %s", sorted(removed))
            self._elbv2.deregister_targets(
                TargetGroupArn=arn, Targets=[{"Id": address, "Port": port} for address, port in sorted(removed)]
            )

    def _add_finalizer(self, binding: Object) -> None:
        """Add the finalizer that keeps a deleted binding until its targets are deregistered."""
        meta = binding["metadata"]
        if FINALIZER not in (meta.get("finalizers") or []):
            self._api.patch(binding, {"metadata": {"finalizers": [*(meta.get("finalizers") or []), FINALIZER]}})

    def _remove_finalizer(self, binding: Object) -> None:
        others = [name for name in binding["metadata"].get("finalizers") or [] if name != FINALIZER]
        self._api.patch(binding, {"metadata": {"finalizers": others or None}})

    def _set_gate(self, pod: Object, gate: str, state: str) -> None:
        status = "True" if state == "healthy" else "False"
        if condition_of(pod, gate).get("status") != status:
            now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            self._api.patch_pod_condition(
                pod, {"type": gate, "status": status, "reason": f"Target{state.title()}", "lastTransitionTime": now}
            )
