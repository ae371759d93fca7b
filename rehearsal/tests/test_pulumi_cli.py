"""Tests of the choice between the rehearsal's `pulumi` and Pulumi's own."""

import os
from pathlib import Path

import pytest

from rehearsal import pulumi_cli, toolchain
from rehearsal.pulumi_cli import DeploymentError


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the only folder of the caller's PATH, beside the rehearsal's own folder."""
    monkeypatch.setattr(pulumi_cli, "BIN", tmp_path / "bin")
    monkeypatch.setattr(pulumi_cli, "TOOLS_BIN", tmp_path / "bin-tools")
    monkeypatch.setattr(toolchain, "language_exec_script", lambda: tmp_path / "script")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{tmp_path / 'callers'}")
    monkeypatch.setenv("PLUGINS", "pulumi")
    (tmp_path / "callers").mkdir()
    return tmp_path / "callers"


@pytest.fixture
def tools(tmp_path: Path) -> dict[str, Path]:
    built = {name: tmp_path / f"built-{name}" for name in ("pulumi", "buildctl")}
    for path in built.values():
        write_command(path, "v0.0.0")
    return built


def write_command(path: Path, version: str) -> None:
    path.write_text(f"#!/bin/sh\necho {version}\n")
    path.chmod(0o755)


def test_an_unknown_value_of_plugins_is_rejected_with_the_fix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLUGINS", "terraform")
    with pytest.raises(DeploymentError, match=r"PLUGINS must be pulumi or unset, got terraform\. Fix:"):
        pulumi_cli.uses_pulumis_own()


def test_pulumis_own_command_is_used_with_its_own_language_host(folder: Path, tools: dict[str, Path]) -> None:
    write_command(folder / "pulumi", f"v{toolchain.PULUMI_VERSION}")
    pulumi_cli.bin_folder(tools)
    first, *others = pulumi_cli.search_path(tools).split(os.pathsep)
    assert [path.name for path in Path(first).iterdir()] == ["buildctl"]
    assert others == [str(folder)]


def test_the_built_command_is_used_where_pulumis_own_is_not_installed(folder: Path, tools: dict[str, Path]) -> None:
    first, *_ = pulumi_cli.search_path(tools).split(os.pathsep)
    assert {"pulumi", "pulumi-language-python"} <= {path.name for path in Path(first).iterdir()}


def test_the_built_command_is_used_by_default(folder: Path, tools: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    write_command(folder / "pulumi", f"v{toolchain.PULUMI_VERSION}")
    monkeypatch.delenv("PLUGINS")
    first, *_ = pulumi_cli.search_path(tools).split(os.pathsep)
    assert (Path(first) / "pulumi").read_text() == tools["pulumi"].read_text()


def test_the_chosen_command_and_language_host_are_reported_if_pulumis_own_were_wanted(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    pulumi_cli.report_choice(said.append)
    write_command(folder / "pulumi", f"v{toolchain.PULUMI_VERSION}")
    pulumi_cli.report_choice(said.append)
    monkeypatch.delenv("PLUGINS")
    pulumi_cli.report_choice(said.append)
    built, own = said
    assert "the built `pulumi` with the stand-in of its language host" in built
    assert "sudo" in built
    assert own == f"using {folder}/pulumi with its own language host"


@pytest.mark.parametrize("version", ["v3.9.1", "v3.258.12", "v2.300.0", ""])
def test_a_command_older_than_the_sdk_is_rejected_with_the_fix(folder: Path, version: str) -> None:
    write_command(folder / "pulumi", version)
    with pytest.raises(DeploymentError, match=f"{folder}/pulumi must be version {toolchain.PULUMI_VERSION} or newer, got .*Fix:"):
        pulumi_cli.check_version()


@pytest.mark.parametrize("version", [f"v{toolchain.PULUMI_VERSION}", "v3.1000.0", "v4.0.0", "v3.1000.0-dev.1"])
def test_a_command_as_new_as_the_sdk_is_accepted(folder: Path, version: str) -> None:
    write_command(folder / "pulumi", version)
    pulumi_cli.check_version()


def test_the_required_version_of_the_command_is_that_of_the_sdk() -> None:
    requirements = Path(__file__).parent.parent / "requirements.in"
    assert f"pulumi=={toolchain.PULUMI_VERSION}" in requirements.read_text().splitlines()
