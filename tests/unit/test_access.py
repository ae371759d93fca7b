"""The program waits until the cluster lets the deployer in."""

import asyncio
import base64
import contextlib
import json
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pulumi
import pytest

from infra.kubernetes import access
from tests.engine import program

CUSTOM = ("kubernetes:eks.amazonaws.com/", "kubernetes:karpenter.sh/")
TOKEN = "k8s-aws-v1.the-token"  # of nobody


class Cluster(ThreadingHTTPServer):
    """An API server that gives prepared answers and repeats the last one of each path."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: list[tuple[int, Any]] = []
        """Answers to access reviews."""
        self.served: dict[str, list[tuple[int, Any]]] = {
            "/openapi/v2": [(200, {})],
            "/apis/eks.amazonaws.com/v1": [kinds("NodeClass", "TargetGroupBinding", "TargetGroupBinding")],
            "/apis/karpenter.sh/v1": [kinds("NodePool")],
        }
        self.asked: list[tuple[str, str, Any]] = []
        self.clients: list[tuple[str, int]] = []

    @property
    def paths(self) -> list[str]:
        return [path for path, _, _ in self.asked]


class Handler(BaseHTTPRequestHandler):
    server: Cluster
    protocol_version = "HTTP/1.1"  # connections are kept if the client keeps them

    def do_POST(self) -> None:
        self.answer(self.server.answers, json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def do_GET(self) -> None:
        self.answer(self.server.served[self.path], None)

    def answer(self, prepared: list[tuple[int, Any]], body: Any) -> None:
        self.server.asked.append((self.path, self.headers["Authorization"], body))
        self.server.clients.append(self.client_address)
        status, answer = prepared.pop(0) if len(prepared) > 1 else prepared[0]
        content = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *words: object) -> None:
        """Log nothing."""


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    monkeypatch.setattr(access, "POLL_INTERVAL_SECONDS", 0)
    monkeypatch.setattr(access, "SESSION_COMMAND", (sys.executable, "-c", ""))
    monkeypatch.setattr(pulumi.log, "info", lambda *words, **options: None)
    with Cluster() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def kubeconfig(cluster: Cluster, program: str = f"print('{json.dumps({'status': {'token': TOKEN}})}')") -> dict[str, Any]:
    authority = base64.b64encode(b"").decode()
    command = {"command": sys.executable, "args": ["-c", program]}
    server = {"server": f"http://127.0.0.1:{cluster.server_port}", "certificate-authority-data": authority}
    return {"clusters": [{"cluster": server}], "users": [{"user": {"exec": command}}]}


def ask(config: dict[str, Any]) -> None:
    """Wait on an event loop of its own, because Pulumi keeps the thread's."""
    with contextlib.closing(asyncio.new_event_loop()) as loop:
        loop.run_until_complete(access.wait_until_ready(config))


def review(allowed: bool) -> tuple[int, dict[str, Any]]:
    return 201, {"status": {"allowed": allowed}}


def kinds(*names: str) -> tuple[int, dict[str, Any]]:
    return 200, {"resources": [{"kind": name} for name in names]}


REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"


def test_the_wait_ends_when_the_access_entry_and_its_policy_work(cluster: Cluster) -> None:
    cluster.answers = [(401, {}), review(False), review(True)]
    ask(kubeconfig(cluster))
    reviews = [(authorization, body) for path, authorization, body in cluster.asked if path == REVIEWS]
    assert len(reviews) > len(cluster.answers)
    authorization, body = reviews[-1]
    assert authorization == f"Bearer {TOKEN}"
    assert body["spec"]["resourceAttributes"] == {"verb": "create", "resource": "namespaces"}


def test_one_api_server_that_grants_access_is_not_enough(cluster: Cluster) -> None:
    """A cluster has several API servers: the provider's request may reach one that does not know the entry yet."""
    cluster.answers = [(403, {}), review(True), (401, {}), review(True), review(True), review(True), (403, {})]
    ask(kubeconfig(cluster))
    assert cluster.paths.count(REVIEWS) == 6
    assert cluster.answers == [(403, {})], "it asked for no more than it needed"


def test_each_request_may_reach_another_api_server(cluster: Cluster) -> None:
    cluster.answers = [review(True)]
    ask(kubeconfig(cluster))
    assert len(set(cluster.clients)) == len(cluster.asked) > 3


@pytest.mark.parametrize("refusal", [(401, {}), (403, {}), (503, {})])
def test_the_wait_reads_what_the_provider_reads_at_its_start(cluster: Cluster, refusal: tuple[int, Any]) -> None:
    cluster.answers = [review(True)]
    cluster.served["/openapi/v2"] = [refusal, (200, {})]
    ask(kubeconfig(cluster))
    assert cluster.paths.count("/openapi/v2") == 2
    assert cluster.paths.count(REVIEWS) == 6, "a refusal counts against the yeses before it"


@pytest.mark.parametrize(
    ("path", "late"),
    [
        ("/apis/eks.amazonaws.com/v1", (404, {})),
        ("/apis/eks.amazonaws.com/v1", kinds("NodeClass")),
        ("/apis/karpenter.sh/v1", (404, {})),
        ("/apis/karpenter.sh/v1", kinds("NodeClaim")),
    ],
)
def test_the_wait_continues_until_all_kinds_are_served(cluster: Cluster, path: str, late: tuple[int, Any]) -> None:
    cluster.answers = [review(True)]
    served = cluster.served[path]
    cluster.served[path] = [late, late, *served]
    ask(kubeconfig(cluster))
    assert cluster.paths.count(path) == 3


def test_the_program_waits_for_every_custom_kind_that_it_declares() -> None:
    graph = program()
    custom = {resource.inputs["apiVersion"]: set[str]() for resource in graph.resources if resource.typ.startswith(CUSTOM)}
    for resource in graph.resources:
        if resource.typ.startswith(CUSTOM):
            custom[resource.inputs["apiVersion"]].add(resource.inputs["kind"])
    assert custom
    assert {f"/apis/{version}": names for version, names in custom.items()} == access.KINDS


@pytest.mark.parametrize(("answer", "reason"), [((401, {}), "401"), (review(False), "may not create namespaces yet")])
def test_a_deployer_without_access_is_told_what_to_check(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch, answer: tuple[int, Any], reason: str
) -> None:
    monkeypatch.setattr(access, "TIMEOUT_SECONDS", 0)
    cluster.answers = [answer]
    with pytest.raises(access.AccessError, match=reason) as caught:
        ask(kubeconfig(cluster))
    assert "slipway:api_access_cidrs" in str(caught.value)
    assert "slipway:admin_role_arns" in str(caught.value)
    assert TOKEN not in str(caught.value)


def test_a_command_that_gives_no_token_is_an_error_at_once(cluster: Cluster) -> None:
    with pytest.raises(access.AccessError, match="gave no token: the session has expired"):
        ask(kubeconfig(cluster, "raise SystemExit('the session has expired')"))
    missing = kubeconfig(cluster)
    missing["users"][0]["user"]["exec"]["command"] = "no-such-command"
    with pytest.raises(access.AccessError, match="`no-such-command` is not installed"):
        ask(missing)
    assert not cluster.asked


def test_an_ended_session_is_an_error_at_once(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    expired = "import sys; sys.exit('ExpiredToken: the security token is expired')"
    monkeypatch.setattr(access, "SESSION_COMMAND", (sys.executable, "-c", expired))
    cluster.answers = [(401, {})]
    with pytest.raises(access.AccessError, match=r"ExpiredToken.*make recover"):
        ask(kubeconfig(cluster))
    assert cluster.paths == [REVIEWS]
