"""The Kubernetes provider against the rehearsal's node: objects that take time to work."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from rehearsal import paths
from rehearsal.plugins.kubernetes.values import from_struct
from rehearsal.tests.plugins.conftest import Kubectl
from rehearsal.tests.plugins.engine import AnswerError, Engine

pytestmark = pytest.mark.rehearsal

DEPLOYMENT = "kubernetes:apps/v1:Deployment"
JOB = "kubernetes:batch/v1:Job"
IMAGE = "public.ecr.aws/docker/library/debian:bookworm-slim"
MISSING = "public.ecr.aws/docker/library/debian:there-is-no-such-tag"


def pod(image: str, *command: str, **fields: Any) -> dict[str, Any]:
    container = {"name": "main", "image": image, "command": list(command)}
    return {
        "metadata": {"labels": {"app": "plugins-test"}},
        "spec": {"containers": [container], "terminationGracePeriodSeconds": 1, **fields},
    }


def deployment(namespace: str, image: str, **meta: Any) -> dict[str, Any]:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"namespace": namespace, "name": "web", **meta},
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": {"app": "plugins-test"}},
            "template": pod(image, "sleep", "infinity"),
        },
    }


def job(namespace: str, *command: str, **spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"namespace": namespace},
        "spec": {"backoffLimit": 0, "template": pod(IMAGE, *command, restartPolicy="Never"), **spec},
    }


def test_a_roll_out_that_fails_says_what_its_pods_complain_of_and_heals_by_the_next_update(
    engine: Engine, namespace: str
) -> None:
    with pytest.raises(AnswerError) as failed:
        engine.create(DEPLOYMENT, "web", deployment(namespace, MISSING), timeout=8)
    partial = failed.value.partial
    assert partial is not None
    assert partial.id == f"{namespace}/web"
    assert any("container main: ErrImagePull" in reason or "ImagePullBackOff" in reason for reason in partial.reasons)
    web = engine.create(DEPLOYMENT, "web", deployment(namespace, IMAGE))
    assert web.outputs["status"]["availableReplicas"] == 1
    engine.delete(web)


def test_a_refresh_sees_that_a_deployment_has_stopped_working(engine: Engine, namespace: str, kubectl: Kubectl) -> None:
    web = engine.create(DEPLOYMENT, "web", deployment(namespace, IMAGE))
    kubectl("set", "image", "-n", namespace, "deployment/web", f"main={MISSING}")
    with pytest.raises(AnswerError, match="does not work"):
        engine.refresh(web)
    engine.delete(web)
    assert not kubectl("get", "pods", "-n", namespace, "-l", "app=plugins-test", "-o", "json")["items"]


def test_nothing_is_waited_for_where_the_program_says_so(engine: Engine, namespace: str) -> None:
    patient = deployment(namespace, MISSING, annotations={"pulumi.com/skipAwait": "true"})
    web = engine.create(DEPLOYMENT, "web", patient, timeout=5)
    engine.delete(web)


def test_a_job_is_waited_for_until_it_ends(engine: Engine, namespace: str) -> None:
    done = engine.create(JOB, "migrate", job(namespace, "true"))
    assert done.outputs["status"]["succeeded"] == 1
    engine.delete(done)


def test_a_job_that_fails_is_an_error_that_shows_how_it_ended(engine: Engine, namespace: str, kubectl: Kubectl) -> None:
    with pytest.raises(AnswerError, match="the job failed: BackoffLimitExceeded") as failed:
        engine.create(JOB, "broken", job(namespace, "false"))
    assert failed.value.partial is not None
    assert any("container main: Error" in reason for reason in failed.value.partial.reasons)
    conditions = from_struct(failed.value.partial.properties)["status"]["conditions"]
    assert "Failed" in {condition["type"] for condition in conditions}, "the state must know, or nothing is made anew"
    kubectl("delete", "job", "-n", namespace, failed.value.partial.id.split("/")[1])


def test_a_job_that_clears_itself_away_is_still_done(engine: Engine, namespace: str, kubectl: Kubectl) -> None:
    done = engine.create(JOB, "tidy", job(namespace, "true", ttlSecondsAfterFinished=0))
    kubectl("wait", "-n", namespace, "--for=delete", f"job/{done.id.split('/')[1]}", "--timeout=30s")
    assert engine.refresh(done)
    engine.delete(done)


def test_a_namespace_is_deleted_with_what_is_in_it(engine: Engine, kubectl: Kubectl) -> None:
    inputs = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "plugins-test-inner"}}
    inner = engine.create("kubernetes:core/v1:Namespace", "inner", inputs)
    kubectl("create", "configmap", "a", "-n", "plugins-test-inner")
    engine.delete(inner)
    assert not engine.refresh(inner)


def test_a_kubeconfigs_command_is_run_once_for_many_requests(namespace: str, kubectl: Kubectl, tmp_path: Path) -> None:
    """`aws eks get-token` takes most of a second."""
    calls = tmp_path / "calls"
    token = kubectl("create", "token", "default", "-n", namespace).strip()
    credential = {
        "apiVersion": "client.authentication.k8s.io/v1beta1",
        "kind": "ExecCredential",
        "status": {"token": token, "expirationTimestamp": "2099-01-01T00:00:00Z"},
    }
    (tmp_path / "credential.json").write_text(json.dumps(credential))
    command = tmp_path / "get-token"
    command.write_text(f"#!/bin/sh\necho called >> {calls}\ncat {tmp_path}/credential.json\n")
    command.chmod(0o755)
    kubeconfig = yaml.safe_load(paths.KUBECONFIG.read_text())
    exec_section = {"apiVersion": credential["apiVersion"], "command": str(command), "interactiveMode": "Never"}
    kubeconfig["users"][0]["user"] = {"exec": exec_section}
    kubectl("create", "rolebinding", "edits", "-n", namespace, "--clusterrole=edit", f"--serviceaccount={namespace}:default")
    asking = Engine(json.dumps(kubeconfig))
    try:
        for name in ("one", "two"):
            inputs = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"namespace": namespace}}
            asking.delete(asking.create("kubernetes:core/v1:ConfigMap", name, inputs))
    finally:
        asking.stop()
    assert calls.read_text() == "called\n"


def test_somebody_who_is_refused_at_the_start_finds_no_cluster(namespace: str) -> None:
    """As Pulumi's provider where an access entry does not work yet."""
    kubeconfig = yaml.safe_load(paths.KUBECONFIG.read_text())
    kubeconfig["users"][0]["user"] = {"token": "of-nobody"}
    refused = Engine(json.dumps(kubeconfig))
    try:
        inputs = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"namespace": namespace}}
        with pytest.raises(AnswerError, match="configured Kubernetes cluster is unreachable: Unauthorized"):
            refused.create("kubernetes:core/v1:ConfigMap", "refused", inputs)
    finally:
        refused.stop()
