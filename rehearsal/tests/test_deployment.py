"""Tests of the files of a deployment."""

import json
from pathlib import Path

import pytest

from rehearsal import deployment, providers, pulumi_cli
from rehearsal.project import Project


def test_an_interrupted_write_leaves_no_passphrase(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "passphrase"

    def cut_off(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as cut:
        cut.setattr(Path, "write_bytes", cut_off)
        with pytest.raises(KeyboardInterrupt):
            deployment._create_passphrase(path)
    assert not path.exists()
    deployment._create_passphrase(path)
    made = path.read_text()
    assert len(made) > 32
    assert path.stat().st_mode & 0o077 == 0
    deployment._create_passphrase(path)
    assert path.read_text() == made


def test_the_builder_of_the_rehearsal_is_the_current_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deployment, "DOCKER_CONFIG", tmp_path)
    (tmp_path / "buildx" / "instances").mkdir(parents=True)
    deployment._write_builder()
    current = json.loads((tmp_path / "buildx" / "current").read_text())
    assert (tmp_path / "buildx" / "instances" / current["Name"]).is_file()
    assert current["Key"] == "unix:///var/run/docker.sock"


def test_the_callers_number_of_parallel_operations_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(providers, "environment", dict)
    monkeypatch.setattr(pulumi_cli, "search_path", lambda _: "")
    program = Project(folder=tmp_path, state=tmp_path)
    monkeypatch.delenv("PULUMI_PARALLEL", raising=False)
    assert int(deployment.environment({}, program)["PULUMI_PARALLEL"]) > 1
    monkeypatch.setenv("PULUMI_PARALLEL", "1")
    assert deployment.environment({}, program)["PULUMI_PARALLEL"] == "1"
