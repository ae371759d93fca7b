import json
import logging
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from threading import Event

import pytest
import requests
from backend.app import create_app
from backend.config import Config, ConfigError
from backend.database import engine_of
from backend.logs import JsonFormatter
from flask import Flask
from flask.testing import FlaskClient
from pymysql.err import OperationalError
from sqlalchemy import QueuePool, StaticPool, create_engine, event, text
from tenacity import retry, stop_after_delay, wait_fixed

FOLDER = Path(__file__).parent.parent
THREADS = 32
BODY = b'{"first_name": "Ada", "name": "Lovelace", "age": 36}'
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
ENVIRONMENT = {
    "MYSQL_HOST": "127.0.0.1",
    "MYSQL_PORT": "1",
    "MYSQL_DATABASE": "oracle",
    "MYSQL_USER": "oracle",
    "MYSQL_PASSWORD": "very-secret",
    "MODE": "production",
}


def test_all_that_is_wrong_with_the_environment_is_named_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        Config.of({"MYSQL_PORT": "0x", "MYSQL_HOST": "h", "MODE": "joke"})
    for name in ("MYSQL_PORT", "MYSQL_DATABASE", "MYSQL_USER", "MYSQL_PASSWORD", "MODE"):
        assert name in str(caught.value)
    assert "MYSQL_HOST" not in str(caught.value)


def test_the_password_is_in_no_text_of_the_configuration() -> None:
    config = Config.of(ENVIRONMENT)
    assert "very-secret" not in f"{config!r} {config.url!r} {config.url}"


def test_it_is_alive_but_not_ready_while_the_schema_is_missing() -> None:
    client = create_app(create_engine("sqlite://", poolclass=StaticPool)).test_client()
    assert client.get("/livez").status_code == 200
    assert client.get("/readyz").status_code == 503


def test_requests_are_logged_without_bodies_and_health_checks_not_at_all(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="backend"):
        client.get("/readyz")
        client.post("/api/predictions", json={"first_name": "Ada", "name": "Between-Us", "age": 36})
    lines = [json.loads(JsonFormatter().format(record)) for record in caplog.records if record.name == "backend"]
    assert [(line["path"], line["status"]) for line in lines] == [("/api/predictions", 201)]
    assert lines[0]["request_id"]
    assert "Between-Us" not in json.dumps(lines)


@pytest.mark.parametrize(("mode", "lines"), [("production", 1), ("development", 2)])
def test_development_tells_more_and_still_no_names(
    client: FlaskClient, caplog: pytest.LogCaptureFixture, mode: str, lines: int
) -> None:
    caplog.set_level(Config.of(ENVIRONMENT | {"MODE": mode}).log_level, logger="backend")
    client.post("/api/predictions", json={"first_name": "Ada", "name": "Between-Us", "age": 36})
    told = [JsonFormatter().format(record) for record in caplog.records if record.name == "backend"]
    assert len(told) == lines
    assert "Between-Us" not in "".join(told)


def test_a_process_with_a_bad_environment_names_it_and_ends() -> None:
    process = subprocess.run(
        [sys.executable, "-m", "gunicorn", "backend.wsgi:app"],
        cwd=FOLDER,
        env=os.environ | ENVIRONMENT | {"PORT": "0", "MODE": "joke"},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert process.returncode == 1
    assert "MODE must be one of production, development, got 'joke'" in process.stderr
    assert "Traceback" not in process.stderr


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
        return number


@pytest.fixture
def process(port: int) -> Iterator[subprocess.Popen[str]]:
    """As in a pod, and alive; the database does not answer."""
    command = [sys.executable, "-m", "gunicorn", "backend.wsgi:app"]
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


def begin_post(connection: HTTPConnection) -> None:
    """Returns when the body is waited for."""
    connection.putrequest("POST", "/api/predictions")
    connection.putheader("Content-Type", "application/json")
    connection.putheader("Content-Length", str(len(BODY)))
    connection.putheader("Expect", "100-continue")
    connection.endheaders()
    assert connection.sock.recv(len(CONTINUE)) == CONTINUE


def end(process: subprocess.Popen[str]) -> str:
    """What it has logged until it ended by SIGTERM."""
    process.send_signal(signal.SIGTERM)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert all(json.loads(line)["service"] == "oracle-backend" for line in output.splitlines())
    return output


def test_a_process_that_is_told_to_stop_ends_well_and_in_json(process: subprocess.Popen[str], port: int) -> None:
    assert requests.get(f"http://127.0.0.1:{port}/readyz", timeout=20).status_code == 503
    assert requests.get(f"http://127.0.0.1:{port}/api/predictions", timeout=20).status_code == 503
    assert "very-secret" not in end(process)


def test_a_process_that_is_told_to_stop_finishes_what_it_has_taken_on(
    process: subprocess.Popen[str], connection: HTTPConnection
) -> None:
    begin_post(connection)
    process.send_signal(signal.SIGTERM)
    connection.send(BODY)
    assert connection.getresponse().status == 503
    process.communicate(timeout=60)
    assert process.returncode == 0


def test_requests_beyond_the_pool_are_told_to_try_again() -> None:
    engine = engine_of(Config.of(ENVIRONMENT))
    connecting: list[object] = []
    answer = Event()

    @event.listens_for(engine, "do_connect")
    def connect(*given: object) -> None:
        connecting.append(given)
        answer.wait()
        raise OperationalError(2003, "no server")

    app = create_app(engine)
    with ThreadPoolExecutor(THREADS) as threads:
        asked = [threads.submit(app.test_client().get, "/api/predictions") for _ in range(THREADS)]
        wait(asked, return_when=FIRST_COMPLETED)
        connections = len(connecting)
        answer.set()
    assert {one.result().status_code for one in asked} == {503}
    assert isinstance(engine.pool, QueuePool)
    assert connections <= engine.pool.size()


@pytest.mark.parametrize(("revision", "status"), [("0001", 200), ("9999-of-the-next-version", 200), (None, 503)])
def test_a_schema_that_is_newer_will_do_until_the_new_pods_are_there(
    app: Flask, client: FlaskClient, revision: str | None, status: int
) -> None:
    with app.extensions["slipway"].engine.begin() as connection:
        connection.execute(text("DELETE FROM alembic_version"))
        if revision:
            connection.execute(text("INSERT INTO alembic_version VALUES (:revision)"), {"revision": revision})
    assert client.get("/readyz").status_code == status
