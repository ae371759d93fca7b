"""A cluster's endpoint while one of its API servers does not know the access entry."""

import base64
import json
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import requests
from flask import Flask, jsonify, request
from tenacity import retry, retry_if_exception_type, retry_if_not_result, stop_after_delay, wait_fixed
from werkzeug.serving import make_server

from infra.kubernetes import access
from rehearsal.aws import pki
from rehearsal.aws.eks import endpoint

KINDS = ("NodeClass", "TargetGroupBinding", "NodePool", "CNINode")


@pytest.fixture
def folder(tmp_path: Path) -> Any:
    """Return a folder with a certificate authority, and its certificate for localhost."""
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", f"{tmp_path}/ca.key")
    subject = ("-subj", "/CN=test", "-days", "2")
    command = ["openssl", "req", "-x509", *key, "-out", f"{tmp_path}/ca.crt", *subject]
    subprocess.run(command, check=True, capture_output=True)
    (tmp_path / "server.pem").write_bytes(b"".join(pki.sign(["localhost"], tmp_path)))
    (tmp_path / "401.json").write_text(json.dumps(endpoint.UNAUTHORIZED))
    return tmp_path


@pytest.fixture
def api_server(folder: Path) -> Iterator[Any]:
    """Serve an API that accepts every caller and has every kind; yield its `host:port`."""
    app = Flask(__name__)

    @app.route("/<path:path>", methods=["GET", "POST"])
    def answer(path: Any) -> Any:
        return jsonify(status={"allowed": True}, resources=[{"kind": kind} for kind in KINDS], path=path, method=request.method)

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    server = make_server("127.0.0.1", 0, app, threaded=True, ssl_context=context)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture
def cluster(folder: Path, api_server: Any) -> Iterator[Any]:
    """Start the endpoint; yield the `cluster` of a kubeconfig for it."""
    if not shutil.which("haproxy"):
        pytest.skip("haproxy is not on this machine")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    config = folder / "haproxy.cfg"
    config.write_text(endpoint.render(folder, f"127.0.0.1:{port}", api_server, folder / "server.pem"))
    process = subprocess.Popen(["haproxy", "-db", "-f", config], stderr=subprocess.DEVNULL)
    authority = base64.b64encode((folder / "ca.crt").read_bytes()).decode()
    kubeconfig_cluster = {"server": f"https://localhost:{port}", "certificate-authority-data": authority}
    wait_for_endpoint(kubeconfig_cluster, folder)
    yield kubeconfig_cluster
    process.terminate()
    process.wait()


@retry(retry=retry_if_exception_type(requests.ConnectionError), stop=stop_after_delay(20), wait=wait_fixed(0.1), reraise=True)
def wait_for_endpoint(cluster: Any, folder: Path) -> None:
    status(cluster, folder)


def status(cluster: Any, folder: Path) -> int:
    """Return the status of the response to a request on a new connection."""
    with requests.Session() as session:
        session.trust_env = False
        return session.get(cluster["server"] + "/openapi/v2", verify=str(folder / "ca.crt"), timeout=5).status_code


def ask(cluster: Any) -> None:
    """Check the access once, as the program does before it uses the cluster."""
    access._check(cluster, {"command": "echo", "args": [json.dumps({"status": {"token": "t"}})]})


def test_every_second_connection_is_refused_while_a_server_is_unaware(cluster: Any, folder: Path) -> None:
    assert [status(cluster, folder) for _ in range(4)] == [200] * 4
    endpoint.set_unaware_server(folder / "admin.sock", unaware=True)
    assert sorted(status(cluster, folder) for _ in range(4)) == [200, 200, 401, 401]
    endpoint.set_unaware_server(folder / "admin.sock", unaware=False)
    assert [status(cluster, folder) for _ in range(4)] == [200] * 4


def test_the_program_waits_until_every_server_accepts_it(cluster: Any, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "localhost")
    endpoint.set_unaware_server(folder / "admin.sock", unaware=True)
    for _ in range(2):  # whichever server comes first
        with pytest.raises(requests.HTTPError, match="401"):
            ask(cluster)
        status(cluster, folder)
    endpoint.set_unaware_server(folder / "admin.sock", unaware=False)
    ask(cluster)


def test_connections_to_the_unaware_server_end_when_it_learns_of_the_entry(cluster: Any, folder: Path) -> None:
    endpoint.set_unaware_server(folder / "admin.sock", unaware=True)
    with requests.Session() as session:
        session.trust_env = False
        session.verify = str(folder / "ca.crt")
        refused = retry(retry=retry_if_not_result(lambda code: code == 401), stop=stop_after_delay(10))
        assert refused(lambda: session.get(cluster["server"] + "/api", timeout=5).status_code)() == 401
        endpoint.set_unaware_server(folder / "admin.sock", unaware=False)
        assert session.get(cluster["server"] + "/api", timeout=5).status_code == 200


def cluster_with_policies(*times: Any) -> Any:
    policies = {str(number): {"associatedAt": time} for number, time in enumerate(times)}
    return SimpleNamespace(access_entries={"arn": {"policies": policies}})


def test_a_server_is_unaware_for_a_time_after_the_first_policy_only() -> None:
    first, second = datetime(2026, 1, 1, 12, 0), datetime(2026, 1, 1, 13, 0)
    assert endpoint.has_unaware_server([cluster_with_policies(first)], first)
    assert not endpoint.has_unaware_server([cluster_with_policies(first)], first + endpoint.UNAWARE)
    assert not endpoint.has_unaware_server([cluster_with_policies(first, second)], second)
    assert not endpoint.has_unaware_server([cluster_with_policies()], first)
