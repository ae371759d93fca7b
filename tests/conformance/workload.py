"""A namespace with one small web server behind the stack's load balancer, on an image that the stack has built."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import requests

from tests.conformance.account import balancer, client, cluster, kubectl, listener, outputs
from tests.conformance.conftest import NAME

PORT = 8080
# Unhealthy while /tmp/unhealthy is there; /slow answers after ten seconds.
SERVER = """
import http.server, os, signal, threading, time
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        if self.path == "/slow": time.sleep(10)
        bad = self.path == "/readyz" and os.path.exists("/tmp/unhealthy")
        body = os.environ["HOSTNAME"].encode()
        self.send_response(503 if bad else 200); self.send_header("Content-Length", str(len(body))); self.end_headers()
        self.wfile.write(body)
    def log_message(self, *words): pass
signal.signal(signal.SIGTERM, lambda *words: threading.Timer(15, os._exit, (0,)).start())
http.server.ThreadingHTTPServer(("", 8080), Handler).serve_forever()
"""


@dataclass(frozen=True)
class Workload:
    """A Deployment `web` and its Service, bound to a target group. `host` is the name that the load balancer knows it by."""

    namespace: str
    host: str
    target_group_arn: str

    def get(self, path: str = "/", timeout: float = 30) -> requests.Response:
        """Send a GET through the load balancer, by the name of a site that resolves and with this workload's Host header."""
        site = next(iter(outputs()["site_urls"].values()))
        return requests.get(f"{site}{path}", headers={"Host": self.host}, timeout=timeout, verify=False)  # noqa: S501

    def states(self) -> list[str]:
        """Return the states of the target group's targets."""
        found = client("elbv2").describe_target_health(TargetGroupArn=self.target_group_arn)["TargetHealthDescriptions"]
        return sorted(each["TargetHealth"]["State"] for each in found)

    def kubectl(self, *arguments: str, **options: Any) -> str:
        """Run kubectl in the namespace and return what it prints."""
        return str(kubectl("--namespace", self.namespace, *arguments, **options).stdout)


def container(program: str = SERVER) -> dict[str, Any]:
    """Return a container on the message board's image that runs a Python program."""
    return {
        "name": "web",
        "image": outputs()["image_refs"]["messageboard-api"],
        "command": ["python", "-c", program],
        "ports": [{"containerPort": PORT}],
        "readinessProbe": {"httpGet": {"path": "/livez", "port": PORT}, "periodSeconds": 1},
        "resources": {"requests": {"cpu": "20m", "memory": "32Mi"}},
        "volumeMounts": [{"name": "tmp", "mountPath": "/tmp"}],
    }


def deployment(namespace: str, name: str = "web", program: str = SERVER) -> dict[str, Any]:
    """Return a Deployment of one pod."""
    labels = {"app": name}
    pod = {
        "containers": [container(program)],
        "volumes": [{"name": "tmp", "emptyDir": {}}],
        "terminationGracePeriodSeconds": 30,
        "securityContext": {"runAsUser": 10001, "runAsNonRoot": True},
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels}, "spec": pod}},
    }


def service(namespace: str, name: str = "web", port: int = PORT) -> dict[str, Any]:
    """Return the Service of a Deployment."""
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"selector": {"app": name}, "ports": [{"port": port, "targetPort": PORT}]},
    }


def binding(namespace: str, target_group_arn: str, name: str = "web") -> dict[str, Any]:
    """Return a TargetGroupBinding of the Service `web`."""
    return {
        "apiVersion": "eks.amazonaws.com/v1",
        "kind": "TargetGroupBinding",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"serviceRef": {"name": "web", "port": PORT}, "targetGroupARN": target_group_arn, "targetType": "ip"},
    }


def create(*objects: dict[str, Any], check: bool = True) -> str:
    """Create objects, in this order; return what kubectl says of a refusal."""
    done = [kubectl("create", "-f", "-", stdin=json.dumps(each), check=check) for each in objects]
    return "".join(each.stderr for each in done)


@contextmanager
def target_group() -> Iterator[str]:
    """Create a target group in the stack's VPC that the cluster may fill, and yield its ARN."""
    made = client("elbv2").create_target_group(
        Name=NAME,
        Protocol="HTTP",
        Port=PORT,
        VpcId=balancer()["VpcId"],
        TargetType="ip",
        HealthCheckPath="/readyz",
        HealthCheckIntervalSeconds=5,
        HealthCheckTimeoutSeconds=2,
        HealthyThresholdCount=2,
        UnhealthyThresholdCount=2,
        Tags=[{"Key": "eks:eks-cluster-name", "Value": cluster()["name"]}],
    )["TargetGroups"][0]["TargetGroupArn"]
    attributes = [{"Key": "deregistration_delay.timeout_seconds", "Value": "20"}]
    client("elbv2").modify_target_group_attributes(TargetGroupArn=made, Attributes=attributes)
    try:
        yield made
    finally:
        client("elbv2").delete_target_group(TargetGroupArn=made)


@contextmanager
def rule(host: str, target_group_arn: str) -> Iterator[str]:
    """Create a listener rule that sends a host to a target group, and yield its ARN."""
    made = client("elbv2").create_rule(
        ListenerArn=listener(443),
        Priority=49_000 + int(time.time()) % 900,
        Conditions=[{"Field": "host-header", "HostHeaderConfig": {"Values": [host]}}],
        Actions=[{"Type": "forward", "TargetGroupArn": target_group_arn}],
    )["Rules"][0]["RuleArn"]
    try:
        yield made
    finally:
        client("elbv2").delete_rule(RuleArn=made)


@contextmanager
def namespace(name: str, labels: dict[str, str]) -> Iterator[str]:
    """Create a namespace, and delete it with all that is in it."""
    create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}})
    try:
        yield name
    finally:
        kubectl("delete", "namespace", name, "--timeout=240s")


@contextmanager
def deployed() -> Iterator[Workload]:
    """Deploy the workload in the order that the readiness gate needs: Service, binding, Deployment."""
    host = f"{NAME}.invalid"
    labels = {"eks.amazonaws.com/pod-readiness-gate-inject": "enabled"}
    with target_group() as group, rule(host, group), namespace(NAME, labels) as made:
        create(service(made), binding(made, group), deployment(made))
        kubectl("rollout", "status", "--namespace", made, "deployment/web", "--timeout=240s")
        yield Workload(made, host, group)
