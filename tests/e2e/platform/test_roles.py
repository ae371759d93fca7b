"""Tests of the permissions of the roles in docs/iam, and of an `up` during throttling and after its session expired."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.e2e import rehearsal as r

HOOKS = "http://127.0.0.1:5556"
CALLS = r.STATE / "logs" / "calls.jsonl"
PREVIEW = ("run", "--role", "slipway-preview", "--")
DEPLOYER = "assumed-role/slipway-deployer"


def hook(method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """Send a request to the emulator's hook server and return its answer."""
    with requests.Session() as session:
        session.trust_env = False
        answer = session.request(method, HOOKS + path, json=body, timeout=10)
    answer.raise_for_status()
    found: dict[str, Any] = answer.json()
    return found


def recorded(caller: str, skip: int = 0) -> list[dict[str, Any]]:
    """Return the recorded calls of a role, without the first `skip` lines of the record."""
    with CALLS.open() as lines:
        calls = [json.loads(line) for number, line in enumerate(lines) if number >= skip and line.endswith("\n")]
    return [call for call in calls if caller in call["caller"]]


def length() -> int:
    return len(CALLS.read_bytes().splitlines())


def test_no_call_of_the_deployer_was_denied() -> None:
    calls = recorded(DEPLOYER)
    assert len(calls) > 500
    assert [call for call in calls if call["refused"]] == []


def test_the_preview_role_previews() -> None:
    before = length()
    assert r.changes(r.rehearsal(*PREVIEW, "pulumi", "preview", "--non-interactive")) == []
    calls = recorded("assumed-role/slipway-preview", before)
    assert len(calls) > 3
    assert [call for call in calls if call["refused"]] == []


def test_the_preview_role_cannot_create() -> None:
    refused = r.rehearsal(*PREVIEW, "aws", "ecr", "create-repository", "--repository-name", "slipway-x", check=False)
    assert "AccessDeniedException" in refused
    assert "ecr:CreateRepository" in refused


@pytest.fixture
def another_gateway() -> Iterator[None]:
    """Change the stack so that an `up` creates an address, a gateway and a route; undo the change afterwards."""
    r.pulumi("config", "set", "slipway:nat", "per_zone")
    yield
    r.pulumi("config", "set", "slipway:nat", "single")
    r.up()


@pytest.mark.usefixtures("another_gateway")
def test_an_up_outlasts_a_burst_of_throttling() -> None:
    hook("PUT", "/throttle", {"refusals": 20})
    assert any("created" in line for line in r.changes(r.up()))
    assert hook("GET", "/throttle")["refused"] == 20
    assert r.changes(r.up()) == []


@pytest.mark.usefixtures("another_gateway")
def test_an_up_reports_an_expired_session_and_the_next_one_continues(tmp_path: Path) -> None:
    key_file, before = tmp_path / "key", length()
    script = f'printf %s "$AWS_ACCESS_KEY_ID" > {key_file}; exec pulumi up --yes --skip-preview --non-interactive'
    command = [r.PYTHON, "-m", "rehearsal", "run", "--", "bash", "-c", script]
    with subprocess.Popen(command, cwd=r.ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:

        def address_is_made() -> bool:
            calls = [check["action"] for call in recorded(DEPLOYER, before) for check in call["checks"]]
            return "ec2:AllocateAddress" in calls

        r.until(address_is_made, 120, "no address is made", poll_seconds=0.05)
        assert hook("PUT", f"/sessions/{key_file.read_text()}/expired") == {"expired": True}
        output, _ = process.communicate(timeout=300)
    assert process.returncode != 0
    assert "The security token included in the request is expired" in output
    assert "Traceback" not in output
    r.rehearsal("run", "--", "pulumi", "up", "--yes", "--skip-preview", "--non-interactive")
    assert r.changes(r.pulumi("preview")) == []
