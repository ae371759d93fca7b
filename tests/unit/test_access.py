"""Whether the cluster lets the deployer in, asked until it does."""

import asyncio
import base64
import contextlib
import json
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pulumi
import pytest

from infra.kubernetes import access

TOKEN = "k8s-aws-v1.the-token"  # of nobody


class Cluster(HTTPServer):
    """An API server that gives prepared answers, the last one again and again."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: list[tuple[int, Any]] = []
        self.asked: list[tuple[str, str, Any]] = []


class Handler(BaseHTTPRequestHandler):
    server: Cluster

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.path, self.headers["Authorization"], body))
        status, answer = self.server.answers.pop(0) if len(self.server.answers) > 1 else self.server.answers[0]
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, *words: object) -> None:
        """Quiet."""


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    monkeypatch.setattr(access, "SECONDS_BETWEEN", 0)
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
    """On a loop of its own: Pulumi's stays the thread's."""
    with contextlib.closing(asyncio.new_event_loop()) as loop:
        loop.run_until_complete(access.until_admitted(config))


def review(allowed: bool) -> tuple[int, dict[str, Any]]:
    return 201, {"status": {"allowed": allowed}}


def test_it_asks_until_the_entry_and_then_its_policy_work(cluster: Cluster) -> None:
    cluster.answers = [(401, {}), review(False), review(True)]
    ask(kubeconfig(cluster))
    assert len(cluster.asked) == 3
    path, authorization, body = cluster.asked[-1]
    assert path == "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
    assert authorization == f"Bearer {TOKEN}"
    assert body["spec"]["resourceAttributes"] == {"verb": "create", "resource": "namespaces"}


@pytest.mark.parametrize(("answer", "reason"), [((401, {}), "401"), (review(False), "may not create namespaces yet")])
def test_one_who_is_never_let_in_is_told_what_to_look_at(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch, answer: tuple[int, Any], reason: str
) -> None:
    monkeypatch.setattr(access, "PATIENCE_SECONDS", 0)
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
