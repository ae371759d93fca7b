"""The account and the stack that the suite runs against. The environment alone says which: AWS's variables and Pulumi's."""

from __future__ import annotations

import base64
import functools
import json
import os
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
import requests
import yaml
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

SUFFIX = uuid.uuid4().hex[:8]
"""Part of every name that the suite gives, so that two runs do not meet."""


@functools.cache
def client(service: str) -> Any:
    """Return a boto3 client with the environment's credentials; throttled calls are repeated."""
    return boto3.client(service)


@contextmanager
def refused(*codes: str) -> Iterator[None]:
    """Expect the API to refuse the call with one of these error codes."""
    with pytest.raises(ClientError) as caught:
        yield
    assert caught.value.response["Error"]["Code"] in codes, caught.value


@contextmanager
def removed_afterwards(service: str, operation: str, **arguments: Any) -> Iterator[None]:
    """Call an operation that deletes what the block has created, also when the block fails."""
    try:
        yield
    finally:
        with suppress(ClientError):
            getattr(client(service), operation)(**arguments)


def eventually(seconds: float, check: Any) -> None:
    """Repeat a check, which asserts, until it passes; raise its last AssertionError after so many seconds."""
    waiting = Retrying(retry=retry_if_exception_type(AssertionError), stop=stop_after_delay(seconds), wait=wait_fixed(0.5))
    waiting.reraise = True
    waiting(check)


@functools.cache
def outputs() -> dict[str, Any]:
    """Return the outputs of the stack that PULUMI_STACK names."""
    command = ["pulumi", "stack", "output", "--json", "--stack", os.environ["PULUMI_STACK"]]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def cluster() -> dict[str, Any]:
    """Return EKS's description of the stack's cluster."""
    found: dict[str, Any] = client("eks").describe_cluster(name=outputs()["cluster_name"])["cluster"]
    return found


def database() -> dict[str, Any]:
    """Return RDS's description of the stack's database instance."""
    address = outputs()["database_endpoint"].rsplit(":", 1)[0]
    instances = client("rds").describe_db_instances()["DBInstances"]
    (found,) = (each for each in instances if each.get("Endpoint", {}).get("Address") == address)
    return dict(found)


def balancer() -> dict[str, Any]:
    """Return ELB's description of the stack's load balancer."""
    name = outputs()["load_balancer_dns_name"]
    balancers = client("elbv2").describe_load_balancers()["LoadBalancers"]
    (found,) = (each for each in balancers if each["DNSName"] == name)
    return dict(found)


def listener(port: int) -> str:
    """Return the ARN of the load balancer's listener on a port."""
    found = client("elbv2").describe_listeners(LoadBalancerArn=balancer()["LoadBalancerArn"])["Listeners"]
    return str(next(each["ListenerArn"] for each in found if each["Port"] == port))


@dataclass(frozen=True)
class Keys:
    """An access key of the account."""

    key_id: str
    secret: str
    token: str | None = None

    def client(self, service: str) -> Any:
        """Return a boto3 client with these credentials."""
        return boto3.client(
            service, aws_access_key_id=self.key_id, aws_secret_access_key=self.secret, aws_session_token=self.token
        )

    def cluster_token(self, cluster_name: str) -> str:
        """Return a token for the Kubernetes API as `aws eks get-token` makes it: a presigned GetCallerIdentity."""
        region = client("sts").meta.region_name
        url = f"https://sts.{region}.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15"
        request = AWSRequest(method="GET", url=url, headers={"x-k8s-aws-id": cluster_name})
        SigV4QueryAuth(Credentials(self.key_id, self.secret, self.token), "sts", region, expires=60).add_auth(request)
        return "k8s-aws-v1." + base64.urlsafe_b64encode(str(request.url).encode()).decode().rstrip("=")


def kubernetes_status(token: str | None, path: str = "/api/v1/namespaces") -> int:
    """Return the HTTP status of the stack's Kubernetes API for a GET with this token, on a fresh connection."""
    config = yaml.safe_load(outputs()["kubeconfig"]) if isinstance(outputs()["kubeconfig"], str) else outputs()["kubeconfig"]
    place = config["clusters"][0]["cluster"]
    authority = Path(os.environ.get("TMPDIR", "/tmp")) / f"conformance-{SUFFIX}.pem"
    authority.write_bytes(base64.b64decode(place["certificate-authority-data"]))
    with requests.Session() as session:
        session.trust_env = False
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return session.get(place["server"] + path, headers=headers, verify=str(authority), timeout=15).status_code


def kubectl(*arguments: str, stdin: str | None = None, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run kubectl on the stack's cluster, by KUBECONFIG or else by the stack's own kubeconfig."""
    config = os.environ.get("KUBECONFIG") or str(_kubeconfig())
    command = ["kubectl", "--kubeconfig", config, *arguments]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, check=check, timeout=300)


@functools.cache
def _kubeconfig() -> Path:
    path = Path(os.environ.get("TMPDIR", "/tmp")) / f"conformance-{SUFFIX}.kubeconfig"
    config = outputs()["kubeconfig"]
    path.write_text(config if isinstance(config, str) else json.dumps(config))
    return path
