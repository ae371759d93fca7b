"""Tests of the readiness of objects."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from rehearsal.plugins.kubernetes import readiness
from rehearsal.plugins.kubernetes.readiness import View
from rehearsal.plugins.kubernetes.values import Object

REVISION = "deployment.kubernetes.io/revision"


@dataclass
class Around:
    """The other objects in the cluster."""

    objects: dict[str, Object] = field(default_factory=dict)
    listed: list[Object] = field(default_factory=list)

    def get(self, api_version: str, kind: str, name: str, namespace: str | None) -> Object | None:
        return self.objects.get(f"{kind}/{name}")

    def select(self, api_version: str, kind: str, namespace: str | None, **query: str) -> list[Object]:
        return self.listed


NOTHING = View(cluster=Around())


def conditions(**found: str) -> list[Object]:
    return [{"type": name, "status": status, "reason": "R", "message": "M"} for name, status in found.items()]


def replica_set(revision: str, *, ready: int, wanted: int = 2, owner: str = "d") -> Object:
    meta = {"annotations": {REVISION: revision}, "ownerReferences": [{"uid": owner}]}
    return {"metadata": meta, "spec": {"replicas": wanted}, "status": {"readyReplicas": ready}}


def deployment(revision: str, *found: Object, **status: Any) -> Object:
    return {
        "kind": "Deployment",
        "metadata": {"uid": "d", "generation": 2, "annotations": {REVISION: revision}},
        "spec": {"replicas": 2},
        "status": {"observedGeneration": 2, "conditions": list(found), **status},
    }


AVAILABLE = {"type": "Available", "status": "True"}
ROLLED_OUT = {"type": "Progressing", "status": "True", "reason": "NewReplicaSetAvailable"}
ROLLING = {"type": "Progressing", "status": "True", "reason": "ReplicaSetUpdated"}
STUCK = {"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded", "message": "no progress"}


def around(*listed: Object) -> View:
    return View(cluster=Around(listed=list(listed)))


def test_a_new_deployment_waits_for_the_pods_of_its_replica_set() -> None:
    live = deployment("1", AVAILABLE, ROLLING)
    assert readiness.deployment(live, around(replica_set("1", ready=2))) is None
    assert readiness.deployment(live, around(replica_set("1", ready=1)))
    assert readiness.deployment(live, around(replica_set("1", ready=2, owner="another")))
    assert readiness.deployment(deployment("1", ROLLING), around(replica_set("1", ready=2)))


def test_a_changed_deployment_waits_for_its_rollout() -> None:
    sets = around(replica_set("1", ready=1, wanted=1), replica_set("2", ready=2))
    assert readiness.deployment(deployment("2", AVAILABLE, ROLLED_OUT), sets) is None
    assert readiness.deployment(deployment("2", AVAILABLE, ROLLING), sets)
    assert readiness.deployment(deployment("2", AVAILABLE, ROLLED_OUT), around(replica_set("1", ready=2)))


def test_the_status_of_an_earlier_generation_is_ignored() -> None:
    stale = deployment("1", AVAILABLE, ROLLED_OUT, observedGeneration=1)
    assert readiness.deployment(stale, around(replica_set("1", ready=2)))


def test_a_deployment_without_progress_is_awaited_until_the_timeout() -> None:
    waiting = readiness.deployment(deployment("2", AVAILABLE, STUCK), around(replica_set("2", ready=1)))
    assert waiting is not None
    assert "[ProgressDeadlineExceeded] no progress" in waiting


def test_a_rejected_pod_is_part_of_the_reason() -> None:
    refused = {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": "quota"}
    assert "[FailedCreate] quota" in str(readiness.deployment(deployment("1", refused), NOTHING))


def test_a_deployment_waits_for_the_claims_of_its_pods() -> None:
    live = deployment("1", AVAILABLE)
    live["spec"]["template"] = {"spec": {"volumes": [{"persistentVolumeClaim": {"claimName": "data"}}]}}
    ready = replica_set("1", ready=2)
    for phase, waits in (("Pending", True), ("Bound", False)):
        found = Around(objects={"PersistentVolumeClaim/data": {"status": {"phase": phase}}}, listed=[ready])
        assert bool(readiness.deployment(live, View(cluster=found))) is waits


def test_a_job_is_waited_for_until_it_ends() -> None:
    assert readiness.job({"status": {}}, NOTHING)
    assert readiness.job({"status": {"startTime": "t", "conditions": conditions(Complete="True")}}, NOTHING) is None


@pytest.mark.parametrize("reason", ["BackoffLimitExceeded", "DeadlineExceeded"])
def test_a_job_over_its_backoff_limit_has_failed(reason: str) -> None:
    failed = {"type": "Failed", "status": "True", "reason": reason, "message": "M"}
    with pytest.raises(readiness.FailedError, match=rf"\[{reason}\] M"):
        readiness.job({"status": {"startTime": "t", "conditions": [failed]}}, NOTHING)


def test_a_suspended_job_or_one_with_other_failures_is_awaited() -> None:
    failed = {"type": "Failed", "status": "True", "reason": "PodFailurePolicy"}
    assert readiness.job({"status": {"startTime": "t", "conditions": [failed]}}, NOTHING)
    assert readiness.job({"spec": {"suspend": True}, "status": {"conditions": conditions(Suspended="True")}}, NOTHING)


def daemon_set(**status: Any) -> Object:
    counts = dict.fromkeys(("currentNumberScheduled", "updatedNumberScheduled", "numberAvailable", "numberReady"), 2)
    return {"metadata": {"generation": 2}, "status": {"observedGeneration": 2, "desiredNumberScheduled": 2, **counts, **status}}


@pytest.mark.parametrize("count", ["currentNumberScheduled", "updatedNumberScheduled", "numberAvailable", "numberReady"])
def test_a_daemon_set_is_ready_when_each_node_has_a_new_pod_that_is_ready(count: str) -> None:
    assert readiness.daemon_set(daemon_set(), NOTHING) is None
    assert readiness.daemon_set(daemon_set(**{count: 1}), NOTHING) == "1 of 2 pods are updated and ready"
    assert readiness.daemon_set(daemon_set(desiredNumberScheduled=None), NOTHING) == readiness.UNSEEN
    assert readiness.daemon_set(daemon_set(observedGeneration=1), NOTHING) == readiness.UNSEEN


def stateful_set(**status: Any) -> Object:
    whole = {"replicas": 2, "readyReplicas": 2, "currentReplicas": 2, "currentRevision": "a", "updateRevision": "a"}
    return {"metadata": {"generation": 2}, "spec": {"replicas": 2}, "status": {"observedGeneration": 2, **whole, **status}}


def test_a_stateful_set_is_ready_when_all_its_pods_have_the_same_revision() -> None:
    assert readiness.stateful_set(stateful_set(), NOTHING) is None
    assert readiness.stateful_set(stateful_set(readyReplicas=1), NOTHING)
    assert "from revision 'a' to 'b'" in str(readiness.stateful_set(stateful_set(updateRevision="b"), NOTHING))
    assert readiness.stateful_set(stateful_set(currentReplicas=1), NOTHING)
    assert readiness.stateful_set(stateful_set(observedGeneration=1), NOTHING)


def test_a_changed_stateful_set_whose_pods_are_deleted_by_hand_needs_ready_pods_only() -> None:
    by_hand = stateful_set(updateRevision="b", currentReplicas=0)
    by_hand["spec"]["updateStrategy"] = {"type": "OnDelete"}
    assert readiness.stateful_set(by_hand, NOTHING) is None
    by_hand["metadata"]["generation"] = 1
    assert readiness.stateful_set(by_hand, NOTHING)


def test_a_daemon_set_waits_for_updated_pods_also_where_they_are_deleted_by_hand() -> None:
    counts = ("desiredNumberScheduled", "currentNumberScheduled", "updatedNumberScheduled", "numberAvailable", "numberReady")
    live: Object = {"metadata": {}, "spec": {"updateStrategy": {"type": "OnDelete"}}, "status": dict.fromkeys(counts, 2)}
    assert readiness.daemon_set(live, NOTHING) is None
    live["status"]["updatedNumberScheduled"] = 1
    assert readiness.daemon_set(live, NOTHING)


def service(**spec: Any) -> Object:
    return {"kind": "Service", "metadata": {"name": "web", "namespace": "n"}, "spec": {"selector": {"a": "b"}, **spec}}


def endpoints(*subsets: Object) -> View:
    return View(cluster=Around(objects={"Endpoints/web": {"metadata": {"resourceVersion": "1"}, "subsets": list(subsets)}}))


def test_a_service_is_ready_without_pods_but_not_with_unready_ones() -> None:
    assert readiness.service(service(), endpoints()) is None
    assert readiness.service(service(), endpoints({"addresses": [{"ip": "1"}]})) is None
    assert readiness.service(service(), endpoints({"addresses": [{"ip": "1"}], "notReadyAddresses": [{"ip": "2"}]}))
    assert "does not target any Pods" in str(readiness.service(service(), endpoints({"notReadyAddresses": [{"ip": "2"}]})))


@pytest.mark.parametrize("spec", [{"clusterIP": "None"}, {"type": "ExternalName"}, {"selector": {}}])
def test_a_service_without_a_selector_does_not_wait_for_pods(spec: Object) -> None:
    assert readiness.service(service(**spec), endpoints({"notReadyAddresses": [{"ip": "2"}]})) is None


def test_a_load_balancer_is_waited_for_until_it_has_an_address() -> None:
    assert readiness.service(service(type="LoadBalancer"), NOTHING)


@pytest.mark.parametrize(
    ("phase", "mode", "before", "waits"),
    [
        ("Pending", "WaitForFirstConsumer", None, False),
        ("Bound", "WaitForFirstConsumer", None, True),
        ("Bound", "WaitForFirstConsumer", {}, False),
        ("Pending", "Immediate", None, True),
        ("Bound", "Immediate", None, False),
    ],
)
def test_a_new_claim_that_binds_at_first_use_is_ready_when_pending(
    phase: str, mode: str, before: Object | None, waits: bool
) -> None:
    found = Around(objects={"StorageClass/c": {"volumeBindingMode": mode}})
    live = {"spec": {"storageClassName": "c"}, "status": {"phase": phase}}
    assert bool(readiness.claim(live, View(cluster=found, before=before))) is waits


def test_a_succeeded_pod_is_ready_and_a_failed_one_is_awaited() -> None:
    assert readiness.pod({"status": {"phase": "Succeeded"}}, NOTHING) is None
    assert readiness.pod({"status": {"phase": "Running", "conditions": conditions(Ready="False")}}, NOTHING)
    assert readiness.pod({"status": {"phase": "Failed"}}, NOTHING)


def test_an_annotation_can_wait_for_conditions_or_values() -> None:
    live = {"status": {"phase": "Up", "conditions": conditions(Ready="True")}}
    asked: Callable[..., str | None] = lambda *expressions: readiness.parse_wait_for(list(expressions))(live, NOTHING)  # noqa: E731
    assert asked("condition=Ready") is None
    assert asked("condition=Ready=False")
    assert asked("jsonpath={.status.phase}=Up") is None
    assert asked("condition=Ready", "jsonpath={.status.address}")
    with pytest.raises(ValueError, match="must be condition=TYPE"):
        asked("ready")


def test_problems_of_pods_are_reported() -> None:
    waiting = {"name": "api", "state": {"waiting": {"reason": "ImagePullBackOff", "message": "no such image"}}}
    ended = {"name": "prepare", "state": {"terminated": {"reason": "Completed"}}}
    pod = {"metadata": {"name": "api-1"}, "status": {"initContainerStatuses": [ended], "containerStatuses": [waiting]}}
    assert readiness.pod_problems([pod]) == ["pod api-1: container api: ImagePullBackOff: no such image"]
