"""The tools of the machine that deploys, checked before anything is created."""

import os
from pathlib import Path

import pulumi
import pytest
import yaml

from infra import tools
from infra.settings import SettingsError
from tests.engine import ROOT, Engine, config


@pytest.fixture
def path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return an empty folder that is the whole PATH. A builder is configured."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("DOCKER_HOST", "tcp://builder:2376")
    return tmp_path


def install_aws(path: Path, *script: str) -> None:
    (path / "aws").write_text("\n".join(["#!/bin/sh", *script]))
    (path / "aws").chmod(0o755)


def answer(api: str) -> str:
    return f"""echo '{{"kind": "ExecCredential", "apiVersion": "{api}", "status": {{"token": "t"}}}}'"""


def deploy() -> list[str]:
    """Run the program with this machine's tools; return the AWS types that it declared. An error must precede them all."""
    engine = Engine(checks_tools=True)
    try:
        engine.build_program(config=config())
    except SettingsError:
        assert declared(engine) == []
        raise
    return declared(engine)


def declared(engine: Engine) -> list[str]:
    return [request.type for request, _ in engine.requests if request.type.startswith("aws:")]


def test_a_missing_aws_cli_is_reported_before_anything_is_created(path: Path) -> None:
    with pytest.raises(SettingsError, match=r"`aws` is not on PATH.*Fix: install AWS CLI 2\.7"):
        deploy()
    assert os.listdir(path) == []


@pytest.mark.parametrize("old", [answer("client.authentication.k8s.io/v1alpha1"), "echo usage: aws", "echo '[]'"])
def test_an_aws_cli_that_answers_in_another_version_is_too_old(path: Path, old: str) -> None:
    install_aws(path, old)
    with pytest.raises(SettingsError, match=r"must answer in client\.authentication\.k8s\.io/v1beta1.*Fix: install AWS CLI"):
        deploy()


def test_an_aws_cli_without_credentials_is_reported_with_its_reason(path: Path) -> None:
    install_aws(path, "echo Unable to locate credentials >&2", "exit 255")
    with pytest.raises(SettingsError, match=r"get-token.*Unable to locate credentials.*Fix: .*get-caller-identity"):
        deploy()


def test_an_aws_cli_that_does_not_answer_times_out(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tools, "TIMEOUT_SECONDS", 0.1)
    install_aws(path, "exec /bin/sleep 60")
    with pytest.raises(SettingsError, match=r"get-token.*no answer for 0\.1 seconds"):
        deploy()


def test_an_aws_cli_that_answers_is_sufficient_and_called_with_the_stacks_region(path: Path) -> None:
    install_aws(path, f'echo "$@" > {path}/asked', answer(tools.EXEC_API))
    assert deploy()
    assert "--region eu-west-1 eks get-token" in (path / "asked").read_text()


def test_the_tools_are_reported_with_the_other_problems(path: Path) -> None:
    with pytest.raises(SettingsError, match=r"(?s)2 problems.*no zone eu-west-1c.*`aws` is not on PATH"):
        Engine(checks_tools=True, zones="ab").build_program(config=config())
    assert os.listdir(path) == []


def test_pulumi_itself_refuses_a_version_older_than_the_sdk() -> None:
    pinned = next(line for line in (ROOT / "requirements.in").read_text().splitlines() if line.startswith("pulumi=="))
    project = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())
    assert project["requiredPulumiVersion"] == f">={pinned.removeprefix('pulumi==')}"


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return a home folder without Docker."""
    monkeypatch.setattr(tools, "DOCKER_SOCKETS", (tmp_path / "docker.sock",))
    return tmp_path


def test_a_preview_needs_no_image_builder(machine: Path, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_aws(path, answer(tools.EXEC_API))
    monkeypatch.delenv("DOCKER_HOST")
    monkeypatch.setenv("DOCKER_CONFIG", str(machine))
    with pytest.raises(SettingsError, match="docker buildx create"):
        deploy()
    monkeypatch.setattr(pulumi.runtime, "is_dry_run", lambda: True)
    assert tools.start_checks("eu-west-1")() == []


def test_a_machine_that_cannot_build_images_is_reported(machine: Path) -> None:
    (problem,) = tools.builder_problems({"DOCKER_CONFIG": str(machine)})
    assert "Fix: docker buildx create --use --bootstrap" in problem


@pytest.mark.parametrize("file", ["docker.sock", "buildx/instances/slipway", "contexts/meta/5a0c/meta.json"])
def test_a_socket_a_builder_or_a_context_is_enough(machine: Path, file: str) -> None:
    (machine / file).parent.mkdir(parents=True, exist_ok=True)
    (machine / file).touch()
    assert tools.builder_problems({"DOCKER_CONFIG": str(machine)}) == []
