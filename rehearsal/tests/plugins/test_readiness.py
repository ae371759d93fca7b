"""When an object counts as working."""

from typing import Any

import pytest

from rehearsal.plugins.kubernetes import readiness
from rehearsal.plugins.kubernetes.rollout import readiness_of
from rehearsal.plugins.kubernetes.values import Object


def nothing(api_version: str, kind: str, name: str, namespace: str | None) -> Object | None:
    return None


def deployment(**status: Any) -> Object:
    return {
        "kind": "Deployment",
        "metadata": {"generation": 2},
        "spec": {"replicas": 2},
        "status": {"observedGeneration": 2, **status},
    }


def conditions(**found: str) -> list[Object]:
    return [{"type": name, "status": status, "reason": "R", "message": "M"} for name, status in found.items()]


def test_a_deployment_is_ready_when_all_new_pods_are_available_and_the_old_are_gone() -> None:
    assert readiness.deployment(deployment(replicas=2, updatedReplicas=2, availableReplicas=2), nothing) is None
    assert readiness.deployment(deployment(replicas=3, updatedReplicas=2, availableReplicas=3), nothing)
    assert readiness.deployment(deployment(replicas=2, updatedReplicas=1, availableReplicas=2), nothing)


def test_the_status_of_an_earlier_revision_does_not_count() -> None:
    stale = deployment(replicas=2, updatedReplicas=2, availableReplicas=2, observedGeneration=1)
    assert readiness.deployment(stale, nothing)


def test_a_deployment_that_makes_no_progress_has_failed() -> None:
    with pytest.raises(readiness.FailedError, match="R: M"):
        readiness.deployment(deployment(conditions=conditions(Progressing="False")), nothing)


def test_a_refused_pod_is_in_the_reason() -> None:
    assert "M" in str(readiness.deployment(deployment(conditions=conditions(ReplicaFailure="True")), nothing))


def test_a_job_is_waited_for_until_it_ends() -> None:
    assert readiness.job({"status": {}}, nothing)
    assert readiness.job({"status": {"conditions": conditions(Complete="True")}}, nothing) is None
    with pytest.raises(readiness.FailedError):
        readiness.job({"status": {"conditions": conditions(Failed="True")}}, nothing)


def test_a_service_without_endpoints_is_ready() -> None:
    assert readiness.service({"spec": {"type": "ClusterIP"}}, nothing) is None


def test_a_load_balancer_is_waited_for_until_it_has_an_address() -> None:
    assert readiness.service({"spec": {"type": "LoadBalancer"}}, nothing)


def test_a_claim_that_binds_at_first_use_blocks_nobody() -> None:
    def look(api_version: str, kind: str, name: str, namespace: str | None) -> Object | None:
        return {"volumeBindingMode": "WaitForFirstConsumer" if name == "late" else "Immediate"}

    assert readiness.claim({"spec": {"storageClassName": "late"}, "status": {"phase": "Pending"}}, look) is None
    assert readiness.claim({"spec": {"storageClassName": "soon"}, "status": {"phase": "Pending"}}, look)


def test_a_stateful_set_waits_for_its_updated_pods_only_where_it_rolls_them() -> None:
    spec = {"replicas": 2, "updateStrategy": {"type": "OnDelete"}}
    by_hand = {"metadata": {"generation": 1}, "spec": spec, "status": {"observedGeneration": 1, "readyReplicas": 2}}
    assert readiness.stateful_set(by_hand, nothing) is None
    assert readiness.stateful_set(by_hand | {"spec": {"replicas": 2}}, nothing)


def test_a_pod_that_has_done_its_work_is_ready() -> None:
    assert readiness.pod({"status": {"phase": "Succeeded"}}, nothing) is None
    assert readiness.pod({"status": {"phase": "Running", "conditions": conditions(Ready="False")}}, nothing)


def test_an_annotation_asks_for_a_condition_or_a_value() -> None:
    live = {"status": {"phase": "Up", "conditions": conditions(Ready="True")}}
    assert readiness.wanted("condition=Ready")(live, nothing) is None
    assert readiness.wanted("condition=Ready=False")(live, nothing)
    assert readiness.wanted("jsonpath={.status.phase}=Up")(live, nothing) is None
    assert readiness.wanted("jsonpath={.status.address}")(live, nothing)
    with pytest.raises(ValueError, match="must be condition=TYPE"):
        readiness.wanted("ready")


def test_nothing_is_waited_for_where_the_program_says_so() -> None:
    live = {"kind": "Job", "metadata": {"annotations": {"pulumi.com/skipAwait": "true"}}}
    assert readiness_of(live) is None


def test_pods_say_what_they_complain_of() -> None:
    waiting = {"name": "api", "state": {"waiting": {"reason": "ImagePullBackOff", "message": "no such image"}}}
    ended = {"name": "prepare", "state": {"terminated": {"reason": "Completed"}}}
    pod = {"metadata": {"name": "api-1"}, "status": {"initContainerStatuses": [ended], "containerStatuses": [waiting]}}
    assert readiness.complaints([pod]) == ["pod api-1: container api: ImagePullBackOff: no such image"]
