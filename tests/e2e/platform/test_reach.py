"""Tests of connections from every pod to every service, store and pod of all apps, compared with the declared `uses`."""

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from infra.spec import Store
from tests.e2e import rehearsal as r
from tests.e2e.systems import deployed

WORKLOADS = {"ReplicaSet", "StatefulSet"}
# Runs in a pod's network namespace: it connects to each address on standard input and prints those that accept.
CONNECT = """
import asyncio, json, sys

async def opens(address, port):
    try:
        _, writer = await asyncio.wait_for(asyncio.open_connection(address, port), 3)
    except (OSError, asyncio.TimeoutError):
        return False
    writer.close()
    return True

async def main():
    targets = json.load(sys.stdin)
    found = await asyncio.gather(*(opens(address, port) for address, port in targets))
    print(json.dumps([target for target, got in zip(targets, found) if got]))

asyncio.run(main())
"""


@dataclass(frozen=True)
class Component:
    """A service or a store of an app."""

    app: str
    name: str


@dataclass(frozen=True)
class Target:
    owner: Component | str
    address: str
    port: int


def component(pod: dict[str, Any]) -> Component:
    labels = pod["metadata"]["labels"]
    return Component(labels["app.kubernetes.io/part-of"], labels["app.kubernetes.io/name"])


def workload_pods() -> list[dict[str, Any]]:
    pods = [pod for app in deployed() for pod in r.items("pods", "-n", app.name)]
    return [
        pod
        for pod in pods
        if pod["metadata"]["ownerReferences"][0]["kind"] in WORKLOADS and not pod["metadata"].get("deletionTimestamp")
    ]


def database() -> tuple[str, int]:
    """Return the database's address and port: a process of this machine in a pod's network does not have the pod's DNS."""
    name, port = json.loads(r.pulumi("stack", "output", "database_endpoint", "--json")).split(":")
    known = [line.split() for line in (r.STATE / "hosts").read_text().splitlines()]
    (address,) = (words[0] for words in known if name in words[1:])
    return address, int(port)


def targets(pods: list[dict[str, Any]]) -> Iterator[Target]:
    for app in deployed():
        ports = {service.name: service.port for service in app.services}
        ports |= {store.name: store.port for store in app.stores if store.in_pod}
        for service in r.items("services", "-n", app.name):
            name = service["metadata"]["name"]
            yield Target(Component(app.name, name), service["spec"]["clusterIP"], ports[name])
        for pod in pods:
            owner = component(pod)
            if owner.app == app.name:
                yield Target(owner, pod["status"]["podIP"], ports[owner.name])
    yield Target("rds", *database())
    yield Target("kubernetes", "10.111.0.1", 6443)


def allowed() -> set[tuple[Component, Component | str]]:
    pairs: set[tuple[Component, Component | str]] = set()
    for app in deployed():
        for service in app.services:
            for used in service.uses:
                on_rds = isinstance(used, Store) and not used.in_pod
                pairs.add((Component(app.name, service.name), "rds" if on_rds else Component(app.name, used.name)))
    return pairs


def process_of(pod: dict[str, Any]) -> int:
    """Return the PID of a process of the pod: all of them are in its network namespace."""
    found = next(r.processes(f"pod{pod['metadata']['uid']}"), None)
    assert found, f"no process of pod {pod['metadata']['name']}"
    return found


def reached(pod: dict[str, Any], all_targets: list[Target]) -> set[Target]:
    asked = [target for target in all_targets if target.address != pod["status"]["podIP"]]
    done = subprocess.run(
        ["nsenter", f"--net=/proc/{process_of(pod)}/ns/net", sys.executable, "-c", CONNECT],
        input=json.dumps([(target.address, target.port) for target in asked]),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    opened = {(address, port) for address, port in json.loads(done.stdout)}
    return {target for target in asked if (target.address, target.port) in opened}


def test_every_pod_reaches_what_its_uses_say_and_nothing_else() -> None:
    pods = workload_pods()
    all_targets = list(targets(pods))
    with ThreadPoolExecutor(4) as pool:
        answers = dict(zip((p["metadata"]["uid"] for p in pods), pool.map(lambda p: reached(p, all_targets), pods), strict=True))
    wrong, right = [], allowed()
    seen = set()
    for pod in pods:
        client = component(pod)
        for target in all_targets:
            # A connection to itself through its own Service is not traffic between workloads.
            if target.owner == client:
                continue
            expected, got = (client, target.owner) in right, target in answers[pod["metadata"]["uid"]]
            if got:
                seen.add((client, target.owner))
            if expected != got:
                wrong.append(f"{client} {'reaches' if got else 'does not reach'} {target}")
    assert wrong == []
    assert seen == right, "each declared use was tried"


def test_network_policies_are_enforced_only_while_the_config_map_enables_them() -> None:
    client, target = r.pods("frontend")[0], Target("api", r.pods("api")[0]["status"]["podIP"], 8080)

    def open_() -> bool:
        return target in reached(client, [target])

    patch = ("patch", "configmap", "-n", "kube-system", "amazon-vpc-cni", "--type", "merge", "-p")
    assert not open_()
    r.kubectl(*patch, '{"data": {"enable-network-policy-controller": "false"}}')
    try:
        r.until(open_, 20, "the policies still count")
    finally:
        r.kubectl(*patch, '{"data": {"enable-network-policy-controller": "true"}}')
    r.until(lambda: not open_(), 20, "the policies do not count again")
