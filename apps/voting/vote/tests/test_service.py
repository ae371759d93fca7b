import json
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest
import requests
from fakeredis import FakeServer
from flask.testing import FlaskClient
from redis.exceptions import RedisError
from tenacity import retry, stop_after_delay, wait_fixed
from vote.config import Config, ConfigError
from vote.logs import JsonFormatter
from vote.queue import PATIENCE_SECONDS, cast, connect

FOLDER = Path(__file__).parent.parent
VOTE = b"choice=a"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
ENVIRONMENT = {"REDIS_HOST": "127.0.0.1", "REDIS_PORT": "1", "REDIS_USER": "voting", "REDIS_PASSWORD": "very-secret"}


def test_all_that_is_wrong_with_the_environment_is_named_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        Config.of({"REDIS_PORT": "0x", "REDIS_HOST": "h"})
    for name in ("REDIS_PORT", "REDIS_USER", "REDIS_PASSWORD"):
        assert name in str(caught.value)
    assert "REDIS_HOST" not in str(caught.value)
    assert "very-secret" not in repr(Config.of(ENVIRONMENT))


def test_it_is_ready_while_redis_answers_and_alive_anyway(client: FlaskClient, server: FakeServer) -> None:
    assert client.get("/readyz").status_code == 200
    server.connected = False
    assert client.get("/readyz").status_code == 503
    assert client.get("/livez").status_code == 200


def test_requests_are_logged_without_the_vote_and_health_checks_not_at_all(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="vote"):
        client.get("/readyz")
        client.post("/", data={"choice": "a"})
    lines = [json.loads(JsonFormatter().format(record)) for record in caplog.records if record.name == "vote"]
    assert [(line["method"], line["path"], line["status"]) for line in lines] == [("POST", "/", 303)]
    cookie = client.get_cookie("voter")
    assert cookie is not None
    assert cookie.value not in json.dumps(lines)


def test_a_process_with_a_bad_environment_names_it_and_ends() -> None:
    process = subprocess.run(
        [sys.executable, "-m", "gunicorn", "vote.wsgi:app"],
        cwd=FOLDER,
        env=os.environ | ENVIRONMENT | {"PORT": "0", "REDIS_PORT": "0x"},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert process.returncode == 1
    assert "REDIS_PORT must be a port number, got '0x'" in process.stderr
    assert "Traceback" not in process.stderr


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
        return number


@pytest.fixture
def process(port: int) -> Iterator[subprocess.Popen[str]]:
    """As in a pod, and alive; Redis does not answer."""
    command = [sys.executable, "-m", "gunicorn", "vote.wsgi:app"]
    environment = os.environ | ENVIRONMENT | {"PORT": str(port)}
    with subprocess.Popen(command, cwd=FOLDER, env=environment, stdout=subprocess.PIPE, text=True) as started:
        try:
            alive = retry(stop=stop_after_delay(20), wait=wait_fixed(0.1), reraise=True)(requests.get)
            assert alive(f"http://127.0.0.1:{port}/livez", timeout=2).status_code == 200
            yield started
        finally:
            started.kill()


@pytest.fixture
def connection(port: int) -> Iterator[HTTPConnection]:
    with closing(HTTPConnection("127.0.0.1", port, timeout=60)) as made:
        yield made


def begin_vote(connection: HTTPConnection) -> None:
    """Returns when the body is waited for."""
    connection.putrequest("POST", "/")
    connection.putheader("Content-Type", "application/x-www-form-urlencoded")
    connection.putheader("Content-Length", str(len(VOTE)))
    connection.putheader("Expect", "100-continue")
    connection.endheaders()
    assert connection.sock.recv(len(CONTINUE)) == CONTINUE


def end(process: subprocess.Popen[str]) -> str:
    """What it has logged until it ended by SIGTERM."""
    process.send_signal(signal.SIGTERM)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert all(json.loads(line)["service"] == "voting-vote" for line in output.splitlines())
    return output


def test_a_process_that_is_told_to_stop_ends_well_and_in_json(process: subprocess.Popen[str], port: int) -> None:
    assert requests.get(f"http://127.0.0.1:{port}/readyz", timeout=20).status_code == 503
    assert requests.post(f"http://127.0.0.1:{port}/", data={"choice": "a"}, timeout=20).status_code == 503
    assert "very-secret" not in end(process)


def test_a_process_that_is_told_to_stop_finishes_what_it_has_taken_on(
    process: subprocess.Popen[str], connection: HTTPConnection
) -> None:
    begin_vote(connection)
    process.send_signal(signal.SIGTERM)
    connection.send(VOTE)
    assert connection.getresponse().status == 503
    process.communicate(timeout=60)
    assert process.returncode == 0


def test_a_redis_that_is_silent_does_not_hold_a_request() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        redis = connect(Config.of({**ENVIRONMENT, "REDIS_PORT": str(silent.getsockname()[1])}))
        began = time.monotonic()
        with pytest.raises(RedisError):
            cast(redis, "0" * 32, "a")
        # The client's own retries would take longer by far.
        assert time.monotonic() - began < 10 * PATIENCE_SECONDS
