import json
import logging
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import anyio
import certifi
import pytest
import requests
from backend.app import create_app
from backend.config import Config, ConfigError
from backend.logs import JsonFormatter
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import ASGITransport, AsyncClient
from sqlalchemy import StaticPool, create_engine, text
from tenacity import retry, stop_after_delay, wait_fixed

FOLDER = Path(__file__).parent.parent
ENVIRONMENT = {
    "PORT": "8080",
    "DATABASE_HOST": "127.0.0.1",
    "DATABASE_PORT": "1",
    "DATABASE_NAME": "notes",
    "DATABASE_USER": "notes",
    "DATABASE_PASSWORD": "very-secret",
    "DATABASE_CA": certifi.where(),
}


def test_all_that_is_wrong_with_the_environment_is_named_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        Config.of({"DATABASE_PORT": "0x", "DATABASE_HOST": "h"})
    for name in ("PORT", "DATABASE_PORT", "DATABASE_NAME", "DATABASE_USER", "DATABASE_PASSWORD", "DATABASE_CA"):
        assert name in str(caught.value)
    assert "DATABASE_HOST" not in str(caught.value)


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http", "\u0663"])
def test_a_port_is_a_port(port: str) -> None:
    with pytest.raises(ConfigError, match="PORT must be a port number"):
        Config.of(ENVIRONMENT | {"PORT": port})


def test_the_password_is_in_no_text_of_the_configuration() -> None:
    config = Config.of(ENVIRONMENT)
    assert "very-secret" not in f"{config!r} {config.url!r} {config.url}"


def test_it_is_alive_but_not_ready_while_the_schema_is_missing() -> None:
    client = TestClient(create_app(create_engine("sqlite://", poolclass=StaticPool)))
    assert client.get("/livez").status_code == 200
    assert client.get("/readyz").status_code == 503


def test_it_is_alive_while_every_thread_is_taken(app: FastAPI) -> None:
    async def ask() -> int:
        threads = anyio.to_thread.current_default_thread_limiter()
        for _ in range(int(threads.total_tokens)):
            threads.acquire_on_behalf_of_nowait(object())
        with anyio.fail_after(20):
            async with AsyncClient(transport=ASGITransport(app), base_url="http://backend") as client:
                return (await client.get("/livez")).status_code

    assert anyio.run(ask) == 200


def test_it_is_ready_until_it_is_told_to_stop(app: FastAPI, client: TestClient) -> None:
    assert client.get("/readyz").status_code == 200
    app.state.stopping = True
    assert client.get("/readyz").status_code == 503
    assert client.get("/livez").status_code == 200


def test_requests_are_logged_without_bodies_and_health_checks_not_at_all(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="backend"):
        client.get("/readyz")
        client.post("/api/notes", json={"title": "between us", "text": "between us"}, headers={"X-Request-ID": "r-1"})
    lines = [json.loads(JsonFormatter().format(record)) for record in caplog.records if record.name == "backend"]
    assert [(line["path"], line["status"], line["request_id"]) for line in lines] == [("/api/notes", 201, "r-1")]
    assert "between us" not in json.dumps(lines)


def test_a_process_that_is_told_to_stop_ends_well_and_in_json() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "backend"],
        cwd=FOLDER,
        env=os.environ | ENVIRONMENT | {"PORT": str(port)},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        alive = retry(stop=stop_after_delay(20), wait=wait_fixed(0.1), reraise=True)(requests.get)
        assert alive(f"http://127.0.0.1:{port}/livez", timeout=2).status_code == 200
        # The database does not answer.
        assert requests.get(f"http://127.0.0.1:{port}/readyz", timeout=10).status_code == 503
        assert requests.get(f"http://127.0.0.1:{port}/api/notes", timeout=10).status_code == 503
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=30)
    finally:
        process.kill()
    assert process.returncode == 0
    lines = [json.loads(line) for line in output.splitlines()]
    assert {line["service"] for line in lines} == {"notes-backend"}
    assert "very-secret" not in output


@pytest.mark.parametrize(("revision", "status"), [("0001", 503), ("0002", 200), ("9999-of-the-next-version", 200), (None, 503)])
def test_a_schema_that_is_newer_will_do_until_the_new_pods_are_there(
    app: FastAPI, client: TestClient, revision: str | None, status: int
) -> None:
    with app.state.engine.begin() as connection:
        connection.execute(text("DELETE FROM alembic_version"))
        if revision:
            connection.execute(text("INSERT INTO alembic_version VALUES (:revision)"), {"revision": revision})
    assert client.get("/readyz").status_code == status
