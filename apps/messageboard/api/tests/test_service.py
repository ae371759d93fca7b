import json
import logging
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from api.app import create_app
from api.config import Config, ConfigError
from api.logs import JsonFormatter
from sqlalchemy import StaticPool, create_engine, text
from tenacity import retry, stop_after_delay, wait_fixed

FOLDER = Path(__file__).parent.parent
ENVIRONMENT = {
    "DATABASE_HOST": "127.0.0.1",
    "DATABASE_PORT": "1",
    "DATABASE_NAME": "board",
    "DATABASE_USER": "board",
    "DATABASE_PASSWORD": "very-secret",
    "DATABASE_CA": "/dev/null",
}


def test_all_that_is_wrong_with_the_environment_is_named_at_once():
    with pytest.raises(ConfigError) as caught:
        Config.of({"DATABASE_PORT": "0x", "DATABASE_HOST": "h"})
    for name in ("DATABASE_PORT", "DATABASE_NAME", "DATABASE_USER", "DATABASE_PASSWORD", "DATABASE_CA"):
        assert name in str(caught.value)
    assert "DATABASE_HOST" not in str(caught.value)


def test_the_password_is_in_no_text_of_the_configuration():
    config = Config.of(ENVIRONMENT)
    assert "very-secret" not in f"{config!r} {config.url!r} {config.url}"


def test_it_is_alive_but_not_ready_while_the_schema_is_missing():
    client = create_app(create_engine("sqlite://", poolclass=StaticPool)).test_client()
    assert client.get("/livez").status_code == 200
    assert client.get("/readyz").status_code == 503


def test_it_is_ready_until_it_is_told_to_stop(app):
    client = app.test_client()
    assert client.get("/readyz").status_code == 200
    app.extensions["slipway"].stop()
    assert client.get("/readyz").status_code == 503
    assert client.get("/livez").status_code == 200


def test_requests_are_logged_without_bodies_and_health_checks_not_at_all(client, caplog):
    with caplog.at_level(logging.INFO, logger="api"):
        client.get("/readyz")
        client.post("/api/messages", json={"author": "ann", "text": "between us"})
    lines = [json.loads(JsonFormatter().format(record)) for record in caplog.records if record.name == "api"]
    assert [(line["path"], line["status"]) for line in lines] == [("/api/messages", 201)]
    assert lines[0]["request_id"]
    assert "between us" not in json.dumps(lines)


def test_a_process_with_a_bad_environment_names_it_and_ends():
    process = subprocess.run(
        [sys.executable, "-m", "gunicorn", "api.wsgi:app"],
        cwd=FOLDER,
        env=os.environ | ENVIRONMENT | {"PORT": "0", "DATABASE_PORT": "0x"},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert process.returncode == 1
    assert "DATABASE_PORT must be a port number, got '0x'" in process.stderr
    assert "Traceback" not in process.stderr


def test_a_process_that_is_told_to_stop_ends_well_and_in_json():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "api.wsgi:app"],
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
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=30)
    finally:
        process.kill()
    assert process.returncode == 0
    assert all(json.loads(line)["service"] == "messageboard-api" for line in output.splitlines())
    assert "very-secret" not in output


@pytest.mark.parametrize(("revision", "status"), [("0001", 200), ("9999-of-the-next-version", 200), (None, 503)])
def test_a_schema_that_is_newer_will_do_until_the_new_pods_are_there(app, client, revision, status):
    with app.extensions["slipway"].engine.begin() as connection:
        connection.execute(text("DELETE FROM alembic_version"))
        if revision:
            connection.execute(text("INSERT INTO alembic_version VALUES (:revision)"), {"revision": revision})
    assert client.get("/readyz").status_code == status
