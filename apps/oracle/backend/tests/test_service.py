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
from backend.app import create_app
from backend.config import Config, ConfigError
from backend.logs import JsonFormatter
from sqlalchemy import StaticPool, create_engine, text
from tenacity import retry, stop_after_delay, wait_fixed

FOLDER = Path(__file__).parent.parent
ENVIRONMENT = {
    "MYSQL_HOST": "127.0.0.1",
    "MYSQL_PORT": "1",
    "MYSQL_DATABASE": "oracle",
    "MYSQL_USER": "oracle",
    "MYSQL_PASSWORD": "very-secret",
    "MODE": "production",
}


def test_all_that_is_wrong_with_the_environment_is_named_at_once():
    with pytest.raises(ConfigError) as caught:
        Config.of({"MYSQL_PORT": "0x", "MYSQL_HOST": "h", "MODE": "joke"})
    for name in ("MYSQL_PORT", "MYSQL_DATABASE", "MYSQL_USER", "MYSQL_PASSWORD", "MODE"):
        assert name in str(caught.value)
    assert "MYSQL_HOST" not in str(caught.value)


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
    with caplog.at_level(logging.INFO, logger="backend"):
        client.get("/readyz")
        client.post("/api/predictions", json={"first_name": "Ada", "name": "Between-Us", "age": 36})
    lines = [json.loads(JsonFormatter().format(record)) for record in caplog.records if record.name == "backend"]
    assert [(line["path"], line["status"]) for line in lines] == [("/api/predictions", 201)]
    assert lines[0]["request_id"]
    assert "Between-Us" not in json.dumps(lines)


@pytest.mark.parametrize(("mode", "lines"), [("production", 1), ("development", 2)])
def test_development_tells_more_and_still_no_names(client, caplog, mode, lines):
    caplog.set_level(Config.of(ENVIRONMENT | {"MODE": mode}).log_level, logger="backend")
    client.post("/api/predictions", json={"first_name": "Ada", "name": "Between-Us", "age": 36})
    told = [JsonFormatter().format(record) for record in caplog.records if record.name == "backend"]
    assert len(told) == lines
    assert "Between-Us" not in "".join(told)


def test_a_process_with_a_bad_environment_names_it_and_ends():
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


def test_a_process_that_is_told_to_stop_ends_well_and_in_json():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "backend.wsgi:app"],
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
    assert all(json.loads(line)["service"] == "oracle-backend" for line in output.splitlines())
    assert "very-secret" not in output


@pytest.mark.parametrize(("revision", "status"), [("0001", 200), ("9999-of-the-next-version", 200), (None, 503)])
def test_a_schema_that_is_newer_will_do_until_the_new_pods_are_there(app, client, revision, status):
    with app.extensions["slipway"].engine.begin() as connection:
        connection.execute(text("DELETE FROM alembic_version"))
        if revision:
            connection.execute(text("INSERT INTO alembic_version VALUES (:revision)"), {"revision": revision})
    assert client.get("/readyz").status_code == status
