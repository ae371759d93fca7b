"""TargetGroupBinding: the targets of a target group are the pods of a Service, and pods wait for their target's health."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from botocore.exceptions import ClientError

from rehearsal.controllers.api import Api, Object

log = logging.getLogger(__name__)
API_VERSION: Final = "eks.amazonaws.com/v1"
FINALIZER: Final = "elbv2.eks.amazonaws.com/resources"
GATE: Final = "target-health.eks.amazonaws.com/"
Target = tuple[str, int]


@dataclass(frozen=True)
class Picture:
    """What one round looks at."""

    bindings: list[Object]
    services: dict[tuple[str, str], Object]
    slices: list[Object]
    pods: dict[tuple[str, str], Object]


def look(api: Api) -> Picture:
    def by_name(items: list[Object]) -> dict[tuple[str, str], Object]:
        return {(item["metadata"]["namespace"], item["metadata"]["name"]): item for item in items}

    bindings = api.items(API_VERSION, "TargetGroupBinding")
    if not bindings:
        return Picture([], {}, [], {})
    return Picture(
        bindings,
        by_name(api.items("v1", "Service")),
        api.items("discovery.k8s.io/v1", "EndpointSlice"),
        by_name(api.items("v1", "Pod")),
    )


def condition_of(item: Object, kind: str) -> Object:
    return next((c for c in item.get("status", {}).get("conditions") or [] if c["type"] == kind), {})


def gate_of(binding: Object) -> str:
    return GATE + str(binding["metadata"]["name"])


def has_gate(pod: Object, gate: str) -> bool:
    return any(g["conditionType"] == gate for g in pod["spec"].get("readinessGates") or [])


def serves(endpoint: Object, pod: Object | None, gate: str) -> bool:
    """Whether an endpoint gets traffic. A pod that is not ready for its gate alone must: the gate waits for the target."""
    conditions = endpoint.get("conditions") or {}
    if conditions.get("terminating") or (pod and pod["metadata"].get("deletionTimestamp")):
        return False
    if pod and has_gate(pod, gate):
        return bool(condition_of(pod, "ContainersReady").get("status") == "True")
    return bool(conditions.get("ready"))


def targets(binding: Object, picture: Picture) -> dict[Target, Object | None]:
    """`{(address, port): pod}` that a binding's target group should have."""
    meta, reference = binding["metadata"], binding["spec"]["serviceRef"]
    service = picture.services.get((meta["namespace"], reference["name"]))
    if service is None or meta.get("deletionTimestamp"):
        return {}
    names = {p.get("name") or "" for p in service["spec"].get("ports", []) if reference["port"] in (p["port"], p.get("name"))}
    return {
        target: pod
        for piece in picture.slices
        if piece["metadata"]["namespace"] == meta["namespace"]
        and (piece["metadata"].get("labels") or {}).get("kubernetes.io/service-name") == reference["name"]
        for target, pod in _of_slice(piece, names, meta["namespace"], gate_of(binding), picture)
    }


def _of_slice(
    piece: Object, names: set[str], namespace: str, gate: str, picture: Picture
) -> Iterator[tuple[Target, Object | None]]:
    ports = [port["port"] for port in piece.get("ports") or [] if (port.get("name") or "") in names]
    for endpoint in piece.get("endpoints") or []:
        reference = endpoint.get("targetRef") or {}
        pod = picture.pods.get((namespace, reference.get("name", "")))
        if serves(endpoint, pod, gate):
            yield from (((address, port), pod) for address in endpoint["addresses"] for port in ports)


class Binder:
    """Brings target groups in step with bindings, round by round."""

    def __init__(self, api: Api, elbv2: Any) -> None:
        self._api = api
        self._elbv2 = elbv2

    def sync(self) -> None:
        picture = look(self._api)
        for binding in picture.bindings:
            try:
                self._sync(binding, picture)
            except ClientError as error:
                log.warning("binding %s: %s", binding["metadata"]["name"], error)

    def _sync(self, binding: Object, picture: Picture) -> None:
        meta, arn = binding["metadata"], binding["spec"]["targetGroupARN"]
        wanted = targets(binding, picture)
        health = self._health(arn)
        self._register(arn, wanted.keys() - health.keys())
        self._deregister(arn, {target for target, state in health.items() if target not in wanted and state != "draining"})
        if meta.get("deletionTimestamp"):
            self._finish(binding)
            return
        self._note(binding)
        for target, pod in wanted.items():
            if pod is not None and has_gate(pod, gate_of(binding)):
                self._open_gate(pod, gate_of(binding), health.get(target, "initial"))

    def _health(self, arn: str) -> dict[Target, str]:
        try:
            found = self._elbv2.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
        except self._elbv2.exceptions.TargetGroupNotFoundException:
            return {}
        return {(one["Target"]["Id"], int(one["Target"]["Port"])): one["TargetHealth"]["State"] for one in found}

    def _register(self, arn: str, new: set[Target]) -> None:
        if new:
            log.info("register %s", sorted(new))
            self._elbv2.register_targets(
                TargetGroupArn=arn, Targets=[{"Id": address, "Port": port} for address, port in sorted(new)]
            )

    def _deregister(self, arn: str, gone: set[Target]) -> None:
        if gone:
            log.info("deregister %s", sorted(gone))
            self._elbv2.deregister_targets(
                TargetGroupArn=arn, Targets=[{"Id": address, "Port": port} for address, port in sorted(gone)]
            )

    def _note(self, binding: Object) -> None:
        """The finalizer keeps a binding until its targets are gone; the status says which version was seen."""
        meta = binding["metadata"]
        if FINALIZER not in (meta.get("finalizers") or []):
            self._api.patch(binding, {"metadata": {"finalizers": [*(meta.get("finalizers") or []), FINALIZER]}})

    def _finish(self, binding: Object) -> None:
        kept = [name for name in binding["metadata"].get("finalizers") or [] if name != FINALIZER]
        self._api.patch(binding, {"metadata": {"finalizers": kept or None}})

    def _open_gate(self, pod: Object, gate: str, state: str) -> None:
        status = "True" if state == "healthy" else "False"
        if condition_of(pod, gate).get("status") != status:
            now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            self._api.patch_pod_condition(
                pod, {"type": gate, "status": status, "reason": f"Target{state.title()}", "lastTransitionTime": now}
            )
