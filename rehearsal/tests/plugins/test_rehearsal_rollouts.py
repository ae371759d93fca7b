"""Tests of the Kubernetes provider with the rehearsal's node: objects that take time to become ready."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from pulumi.runtime.proto import provider_pb2 as pb

from rehearsal import paths
from rehearsal.tests.plugins.conftest import Kubectl
from rehearsal.tests.plugins.engine import AnswerError, Engine

pytestmark = pytest.mark.rehearsal

DEPLOYMENT = "kubernetes:apps/v1:Deployment"
JOB = "kubernetes:batch/v1:Job"
SERVICE = "kubernetes:core/v1:Service"
AGAIN = {"pulumi.com/replaceUnready": "true"}
RUNNING = "jsonpath={.status.phase}=Running"
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


def service(namespace: str, **labels: str) -> dict[str, Any]:
    meta = {"namespace": namespace, "name": "web", "labels": labels}
    spec = {"selector": {"app": "plugins-test"}, "ports": [{"port": 80, "targetPort": 80, "protocol": "TCP"}]}
    return {"apiVersion": "v1", "kind": "Service", "metadata": meta, "spec": spec}


def test_a_failed_rollout_reports_pod_problems_and_the_next_update_repairs_it(engine: Engine, namespace: str) -> None:
    with pytest.raises(AnswerError) as failed:
        engine.create(DEPLOYMENT, "web", deployment(namespace, MISSING), timeout=8)
    web = engine.kept(failed.value, DEPLOYMENT, "web", deployment(namespace, MISSING))
    assert web.id == f"{namespace}/web"
    assert failed.value.partial is not None
    assert any("ErrImagePull" in reason or "ImagePullBackOff" in reason for reason in failed.value.partial.reasons)
    assert engine.update(web, deployment(namespace, IMAGE))["status"]["availableReplicas"] == 1
    engine.delete(web)


def test_a_refresh_reports_a_deployment_that_is_no_longer_ready(engine: Engine, namespace: str, kubectl: Kubectl) -> None:
    web = engine.create(DEPLOYMENT, "web", deployment(namespace, IMAGE))
    kubectl("set", "image", "-n", namespace, "deployment/web", f"main={MISSING}")
    changed = r"jsonpath={.metadata.annotations.deployment\.kubernetes\.io/revision}=2"
    kubectl("wait", "-n", namespace, "deployment/web", f"--for={changed}", "--timeout=30s")
    with pytest.raises(AnswerError, match="failed to initialize"):
        engine.refresh(web)
    engine.delete(web)
    assert not kubectl("get", "pods", "-n", namespace, "-l", "app=plugins-test", "-o", "json")["items"]


def test_skip_await_disables_the_wait(engine: Engine, namespace: str) -> None:
    patient = deployment(namespace, MISSING, annotations={"pulumi.com/skipAwait": "true"})
    web = engine.create(DEPLOYMENT, "web", patient, timeout=5)
    engine.delete(web)


def test_a_job_is_waited_for_until_it_ends(engine: Engine, namespace: str) -> None:
    done = engine.create(JOB, "migrate", job(namespace, "true"))
    assert done.outputs["status"]["succeeded"] == 1
    engine.delete(done)


def test_a_failed_job_is_an_error_with_its_reason(engine: Engine, namespace: str) -> None:
    again = job(namespace, "false")
    again["metadata"]["annotations"] = AGAIN
    with pytest.raises(AnswerError, match="failed to initialize") as failed:
        engine.create(JOB, "broken", again)
    broken = engine.kept(failed.value, JOB, "broken", again)
    assert failed.value.partial is not None
    assert any("[BackoffLimitExceeded]" in reason for reason in failed.value.partial.reasons)
    assert engine.diff(broken, again).replaces, "the next `up` must run it again"
    engine.delete(broken)


def test_a_running_job_is_replaced_and_a_completed_one_is_not(engine: Engine, namespace: str, kubectl: Kubectl) -> None:
    """After an `up` that is interrupted during a migration, a second migration runs in parallel with the first."""
    slow = job(namespace, "sleep", "8")
    slow["metadata"]["annotations"] = AGAIN | {"pulumi.com/skipAwait": "true"}
    running = engine.create(JOB, "slow", slow)
    found = engine.diff(running, slow)
    assert list(found.replaces) == ['.metadata.annotations["pulumi.com/replaceUnready"]']
    assert not found.deleteBeforeReplace
    kubectl("wait", "-n", namespace, "--for=condition=Complete", f"job/{running.id.split('/')[1]}", "--timeout=60s")
    assert engine.diff(running, slow).changes == pb.DiffResponse.DIFF_NONE
    engine.delete(running)


def test_a_job_that_deleted_itself_is_removed_by_a_refresh(engine: Engine, namespace: str, kubectl: Kubectl) -> None:
    done = engine.create(JOB, "tidy", job(namespace, "true", ttlSecondsAfterFinished=3))
    kubectl("wait", "-n", namespace, "--for=delete", f"job/{done.id.split('/')[1]}", "--timeout=30s")
    assert not engine.refresh(done), "so the next `up` runs it again"
    engine.delete(done)


def test_a_service_waits_until_its_pods_are_ready_and_then_ten_seconds_more(
    engine: Engine, namespace: str, kubectl: Kubectl
) -> None:
    # An update of a Service whose pods fail therefore blocks the rollout that would repair them.
    broken = deployment(namespace, IMAGE, annotations={"pulumi.com/skipAwait": "true"})
    container = broken["spec"]["template"]["spec"]["containers"][0]
    container["readinessProbe"] = {"exec": {"command": ["test", "-e", "/tmp/ready"]}, "periodSeconds": 1}
    web = engine.create(DEPLOYMENT, "web", broken)
    kubectl("wait", "-n", namespace, "pod", "-l", "app=plugins-test", f"--for={RUNNING}", "--timeout=60s")
    with pytest.raises(AnswerError, match="timed out waiting to be Ready") as failed:
        engine.create(SERVICE, "web", service(namespace), timeout=13)
    assert failed.value.partial is not None
    assert any("does not target any Pods" in reason for reason in failed.value.partial.reasons)
    front = engine.kept(failed.value, SERVICE, "web", service(namespace))
    with pytest.raises(AnswerError, match="failed to initialize"):
        engine.refresh(front)
    kubectl("exec", "-n", namespace, "deployment/web", "--", "touch", "/tmp/ready")
    started = time.monotonic()
    engine.update(front, service(namespace, marked="yes"))
    assert time.monotonic() - started >= 9.5
    engine.delete(front)
    engine.delete(web)


def test_a_namespace_is_deleted_with_what_is_in_it(engine: Engine, kubectl: Kubectl) -> None:
    inputs = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "plugins-test-inner"}}
    inner = engine.create("kubernetes:core/v1:Namespace", "inner", inputs)
    kubectl("create", "configmap", "a", "-n", "plugins-test-inner")
    engine.delete(inner)
    assert not engine.refresh(inner)


@pytest.mark.parametrize(("expiry", "once"), [("2099-01-01T00:00:00Z", True), ("2020-01-01T00:00:00Z", False)])
def test_the_command_of_a_kubeconfig_runs_again_only_after_its_token_expired(
    expiry: str, once: bool, namespace: str, kubectl: Kubectl, tmp_path: Path
) -> None:
    """`aws eks get-token` takes almost a second, and its tokens are valid for 15 minutes."""
    calls = tmp_path / "calls"
    token = kubectl("create", "token", "default", "-n", namespace).strip()
    version = "client.authentication.k8s.io/v1beta1"
    credential = {"apiVersion": version, "kind": "ExecCredential", "status": {"token": token, "expirationTimestamp": expiry}}
    (tmp_path / "credential.json").write_text(json.dumps(credential))
    command = tmp_path / "get-token"
    command.write_text(f"#!/bin/sh\necho called >> {calls}\ncat {tmp_path}/credential.json\n")
    command.chmod(0o755)
    kubeconfig = yaml.safe_load(paths.KUBECONFIG.read_text())
    kubeconfig["users"][0]["user"] = {"exec": {"apiVersion": version, "command": str(command), "interactiveMode": "Never"}}
    binding = ("--clusterrole=edit", f"--serviceaccount={namespace}:default", "--dry-run=client", "-o", "yaml")
    kubectl("apply", "-f", "-", stdin=kubectl("create", "rolebinding", "edits", "-n", namespace, *binding))
    asking = Engine(json.dumps(kubeconfig))
    try:
        for name in ("one", "two"):
            inputs = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"namespace": namespace}}
            asking.delete(asking.create("kubernetes:core/v1:ConfigMap", name, inputs))
    finally:
        asking.stop()
    assert (calls.read_text() == "called\n") is once


def test_a_user_who_is_forbidden_at_the_start_gets_an_unreachable_cluster(namespace: str) -> None:
    """Pulumi's provider behaves like this while an access entry is not effective yet."""
    kubeconfig = yaml.safe_load(paths.KUBECONFIG.read_text())
    kubeconfig["users"][0]["user"] = {"token": "of-nobody"}
    refused = Engine(json.dumps(kubeconfig))
    try:
        inputs = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"namespace": namespace}}
        with pytest.raises(AnswerError, match="configured Kubernetes cluster is unreachable"):
            refused.create("kubernetes:core/v1:ConfigMap", "refused", inputs)
    finally:
        refused.stop()
