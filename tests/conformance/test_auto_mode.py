"""What Auto Mode's controllers do with target group bindings, readiness gates, node pools and NetworkPolicies."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.conformance import workload as w
from tests.conformance.account import client, cluster, eventually, kubectl
from tests.conformance.behaviours import behaviour

GUIDE = "https://docs.aws.amazon.com/eks/latest/userguide"
CONTROLLER = "https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest"
GATES = f"{CONTROLLER}/deploy/pod_readiness_gate/"
POLICIES = f"{GUIDE}/auto-net-pol.html"
# Print "open" or "closed" for a TCP connection to an address.
CONNECT = """
import socket, sys
try:
    socket.create_connection((sys.argv[1], int(sys.argv[2])), 3).close()
    print("open")
except OSError:
    print("closed")
"""


@pytest.fixture(scope="module")
def workload() -> Iterator[w.Workload]:
    with w.deployed() as made:
        w.create(w.deployment(made.namespace, "client"))
        made.kubectl("rollout", "status", "deployment/client", "--timeout=240s")
        yield made


def pods(workload: w.Workload, app: str = "web") -> list[dict[str, Any]]:
    """Return the pods of a Deployment."""
    found: list[dict[str, Any]] = json.loads(workload.kubectl("get", "pods", "-l", f"app={app}", "-o", "json"))["items"]
    assert found
    return found


@behaviour("AUTO-1", f"{GUIDE}/create-node-pool.html")
@pytest.mark.parametrize(
    ("version", "kind"),
    [
        ("eks.amazonaws.com/v1", "NodeClass"),
        ("eks.amazonaws.com/v1", "TargetGroupBinding"),
        ("karpenter.sh/v1", "NodePool"),
    ],
)
def test_kinds(version: str, kind: str) -> None:
    """The API server serves NodeClass, NodePool and TargetGroupBinding in the versions that the program names."""
    served = json.loads(kubectl("get", "--raw", f"/apis/{version}").stdout)["resources"]
    assert kind in {each["kind"] for each in served}


@behaviour("AUTO-2", f"{CONTROLLER}/guide/targetgroupbinding/targetgroupbinding/")
def test_pods_become_targets(workload: w.Workload) -> None:
    """The pods behind a binding's Service become targets, by their addresses."""
    health = client("elbv2").describe_target_health(TargetGroupArn=workload.target_group_arn)["TargetHealthDescriptions"]
    assert {each["Target"]["Id"] for each in health} == {pod["status"]["podIP"] for pod in pods(workload)}


@behaviour("AUTO-3", f"{CONTROLLER}/guide/targetgroupbinding/targetgroupbinding/")
def test_target_group_of_a_binding(workload: w.Workload) -> None:
    """A binding's target group cannot be changed."""
    other = workload.target_group_arn.replace("targetgroup/", "targetgroup/x")
    patch = json.dumps({"spec": {"targetGroupARN": other}})
    done = kubectl(
        "--namespace",
        workload.namespace,
        "patch",
        "targetgroupbindings.eks.amazonaws.com",
        "web",
        "--type=merge",
        "-p",
        patch,
        check=False,
    )
    assert done.returncode != 0
    assert "immutable" in done.stderr


@behaviour("AUTO-4", f"{CONTROLLER}/guide/targetgroupbinding/targetgroupbinding/")
def test_second_binding(workload: w.Workload) -> None:
    """A target group has one binding."""
    assert "already bound" in w.create(w.binding(workload.namespace, workload.target_group_arn, "second"), check=False)


@behaviour("AUTO-5", GATES)
def test_readiness_gate(workload: w.Workload) -> None:
    """A pod that is created after its Service and binding gets a readiness gate of the target's health."""
    gates = {gate["conditionType"] for pod in pods(workload) for gate in pod["spec"].get("readinessGates", [])}
    assert {gate.split("/")[0] for gate in gates} == {"target-health.eks.amazonaws.com"}


@behaviour("AUTO-6", GATES)
def test_no_gate_without_a_binding(workload: w.Workload) -> None:
    """A pod that no binding's Service selects gets no readiness gate."""
    assert [pod["spec"].get("readinessGates") for pod in pods(workload, "client")] == [None]


@behaviour("AUTO-7", f"{GUIDE}/auto-net-pol.html")
def test_switch() -> None:
    """NetworkPolicies are switched on by the ConfigMap amazon-vpc-cni, which the stack has set."""
    config = json.loads(kubectl("get", "configmap", "amazon-vpc-cni", "-n", "kube-system", "-o", "json").stdout)
    assert config["data"]["enable-network-policy-controller"] == "true"


def connection(workload: w.Workload, host: str, port: int) -> str:
    """Return `open` or `closed` for a connection from the pod `client`."""
    program = ("exec", "deployment/client", "--", "python", "-c", CONNECT, host, str(port))
    return workload.kubectl(*program).strip()


def becomes(workload: w.Workload, state: str, host: str = "web", port: int = w.PORT) -> None:
    """Assert that connections from the pod `client` come into this state; policies take seconds to work."""

    def check() -> None:
        assert connection(workload, host, port) == state

    eventually(60, check)


@pytest.fixture
def default_deny(workload: w.Workload) -> Iterator[None]:
    """Deny all that the namespace's pods receive."""
    policy = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "default-deny", "namespace": workload.namespace},
        "spec": {"podSelector": {}, "policyTypes": ["Ingress"]},
    }
    w.create(policy)
    yield
    workload.kubectl("delete", "networkpolicy", "--all")


def allow(workload: w.Workload, name: str, peers: list[dict[str, Any]]) -> None:
    """Admit these peers to the pods of `web`."""
    rule = {"from": peers, "ports": [{"protocol": "TCP", "port": w.PORT}]}
    spec = {"podSelector": {"matchLabels": {"app": "web"}}, "policyTypes": ["Ingress"], "ingress": [rule]}
    metadata = {"name": name, "namespace": workload.namespace}
    w.create({"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata, "spec": spec})


@behaviour("NET-1", "https://kubernetes.io/docs/concepts/services-networking/network-policies/")
@pytest.mark.usefixtures("default_deny")
def test_default_deny(workload: w.Workload) -> None:
    """A policy that selects a pod and admits nobody closes it."""
    becomes(workload, "closed")


@behaviour("NET-2", "https://kubernetes.io/docs/concepts/services-networking/network-policies/")
@pytest.mark.usefixtures("default_deny")
def test_allowed_pods(workload: w.Workload) -> None:
    """A policy admits the pods that its selector matches, through the Service's address."""
    becomes(workload, "closed")
    allow(workload, "clients", [{"podSelector": {"matchLabels": {"app": "client"}}}])
    becomes(workload, "open")


@behaviour("NET-3", "https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/")
@pytest.mark.usefixtures("default_deny")
def test_empty_peers(workload: w.Workload) -> None:
    """A rule with an empty list of peers admits everybody."""
    becomes(workload, "closed")
    allow(workload, "anybody", [])
    becomes(workload, "open")


@behaviour("NET-4", f"{GUIDE}/auto-networking.html")
def test_dns(workload: w.Workload) -> None:
    """Cluster DNS answers at the tenth address of the Service range."""
    network = cluster()["kubernetesNetworkConfig"]["serviceIpv4Cidr"]
    becomes(workload, "open", f"{network.rsplit('.', 1)[0]}.10", 53)
