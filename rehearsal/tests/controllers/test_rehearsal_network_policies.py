"""Tests of network policies on the rehearsal's node: two namespaces, one of them isolated."""

import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tenacity import retry, retry_if_result, stop_after_delay, wait_fixed

from rehearsal import paths

pytestmark = pytest.mark.rehearsal
MANIFEST = Path(__file__).with_name("network_policies.yaml")
INSIDE, OUTSIDE = "policies-inside", "policies-outside"
CONNECT = "import socket, sys; socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=1.5)"
RESOLVE = "import socket, sys; socket.gethostbyname(sys.argv[1])"


def kubectl(*words: str) -> str:
    command = ["kubectl", "--kubeconfig", str(paths.KUBECONFIG), *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def python(namespace: str, *words: str) -> bool:
    """Run Python in the client's pod and return whether it succeeds."""
    command = ["kubectl", "--kubeconfig", str(paths.KUBECONFIG), "-n", namespace, "exec", "deploy/client", "--"]
    return subprocess.run([*command, "python", "-c", *words], check=False, capture_output=True).returncode == 0


def connects(namespace: str, host: str, port: int) -> bool:
    return python(namespace, CONNECT, host, str(port))


def reaches_from_the_node(source: str, host: str, port: int) -> bool:
    """Return whether a packet arrives. If the pod refuses the connection, the packet has arrived."""
    try:
        socket.create_connection((host, port), timeout=1.5, source_address=(source, 0)).close()
    except ConnectionRefusedError:
        return True
    except TimeoutError:
        return False
    return True


@pytest.fixture(scope="module")
def switch() -> Iterator[None]:
    """Create the ConfigMap that enables policies, unless a deployed stack has created it."""
    name = ("-n", "kube-system", "configmap", "amazon-vpc-cni")
    there = kubectl("get", *name, "--ignore-not-found") != ""
    if not there:
        kubectl("create", *name, "--from-literal=enable-network-policy-controller=true")
    yield
    if not there:
        kubectl("delete", *name)


@pytest.fixture(scope="module")
def server(switch: None) -> Iterator[str]:
    """Return the address of the isolated server once its policies are enforced."""
    try:
        kubectl("apply", "-f", str(MANIFEST))
        for namespace in (INSIDE, OUTSIDE):
            kubectl("-n", namespace, "rollout", "status", "deployment", "--timeout=120s")
        address = address_of("server")
        isolated = retry(retry=retry_if_result(bool), stop=stop_after_delay(10), wait=wait_fixed(0.2))(connects)
        isolated(OUTSIDE, address, 8080)
        yield address
    finally:
        kubectl("delete", "namespace", INSIDE, OUTSIDE, "--ignore-not-found")


def address_of(app: str) -> str:
    return kubectl("-n", INSIDE, "get", "pods", "-l", f"app={app}", "-o", "jsonpath={.items[0].status.podIP}")


def service(name: str) -> str:
    return kubectl("-n", INSIDE, "get", "service", name, "-o", "jsonpath={.spec.clusterIP}")


def test_an_admitted_client_reaches_the_pod_and_its_service(server: str) -> None:
    assert connects(INSIDE, server, 8080)
    assert connects(INSIDE, service("same-port"), 8080)


def test_a_service_with_another_port_than_the_container_is_not_reachable(server: str) -> None:
    assert not connects(INSIDE, service("other-port"), 80)


def test_dns_answers_through_its_service_only(server: str) -> None:
    assert python(INSIDE, RESOLVE, f"same-port.{INSIDE}.svc.cluster.local")
    assert connects(INSIDE, paths.CLUSTER_DNS, 53)
    assert not connects(INSIDE, paths.DNS_ADDRESS, 53)


def test_an_isolated_pod_does_not_reach_the_api_server_but_others_do(server: str) -> None:
    assert not connects(INSIDE, "172.20.0.1", 443)
    assert not connects(INSIDE, paths.NODE_ADDRESS, 6443)
    assert connects(OUTSIDE, "172.20.0.1", 443)


def test_a_namespace_that_no_policy_names_is_blocked(server: str) -> None:
    assert not connects(OUTSIDE, server, 8080)
    assert not connects(OUTSIDE, service("same-port"), 8080)


def test_processes_of_the_machine_are_admitted_by_their_source_address(server: str) -> None:
    client = address_of("client")
    assert reaches_from_the_node(paths.NODE_ADDRESS, client, 8080), "kubelet's probes would fail"
    assert not reaches_from_the_node(paths.DNS_ADDRESS, client, 8080)
    assert reaches_from_the_node(paths.DNS_ADDRESS, server, 8080), "an ipBlock admits this address"
    assert not reaches_from_the_node(paths.DNS_ADDRESS, server, 8081), "on one port only"
