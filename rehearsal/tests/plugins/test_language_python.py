"""Tests of the Python language host."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from rehearsal import paths, providers, pulumi_cli, toolchain
from rehearsal.plugins.language_python import (
    CALLERS_PYTHONPATH,
    SetupError,
    exec_script,
    program_environment,
    python,
    required_plugins,
    virtual_environment,
)
from rehearsal.pulumi_cli import DeploymentError


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    interpreter = tmp_path / ".venv" / "bin" / "python"
    interpreter.parent.mkdir(parents=True)
    interpreter.touch()
    return tmp_path / ".venv"


def test_the_virtual_environment_is_relative_to_the_project(venv: Path) -> None:
    found = virtual_environment(str(venv.parent), {"toolchain": "pip", "virtualenv": ".venv"})
    assert found == venv
    assert python(found) == str(venv / "bin" / "python")


def test_a_missing_virtual_environment_is_reported_with_the_fix(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="make venv"):
        virtual_environment(str(tmp_path), {"virtualenv": ".venv"})


def test_an_unknown_toolchain_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="poetry"):
        virtual_environment(str(tmp_path), {"toolchain": "poetry"})


def test_the_program_runs_in_its_active_environment_without_the_variables_of_the_host(venv: Path) -> None:
    found = program_environment({"PATH": "/bin", "PYTHONPATH": "/host", "PYTHONHOME": "/x", "AWS_REGION": "eu-west-1"}, venv)
    assert found == {"PATH": f"{venv}/bin:/bin", "VIRTUAL_ENV": str(venv), "AWS_REGION": "eu-west-1"}


def test_the_program_inherits_the_callers_python_path(venv: Path) -> None:
    found = program_environment({"PATH": "/bin", "PYTHONPATH": "/host", CALLERS_PYTHONPATH: "/callers"}, venv)
    assert found["PYTHONPATH"] == "/callers"
    assert CALLERS_PYTHONPATH not in found


def test_a_launcher_keeps_the_callers_python_path_for_the_program(tmp_path: Path) -> None:
    launcher = tmp_path / "launcher"
    pulumi_cli.write_launcher(launcher, "os")
    text = launcher.read_text().replace(sys.executable, "printenv").split(" -P ")[0] + f" {CALLERS_PYTHONPATH}\n"
    launcher.write_text(text)
    shown = subprocess.run([launcher], env=os.environ | {"PYTHONPATH": "/callers"}, capture_output=True, text=True, check=True)
    assert shown.stdout == "/callers\n"


def test_the_rehearsal_installs_the_plugins_of_the_programs_packages() -> None:
    # The engine compares the required plugins with the installed ones and downloads the missing ones.
    found = {each["name"]: each["version"] for each in required_plugins(paths.CHECKOUT / ".venv")}
    assert found == providers.PLUGINS


def test_an_environment_without_pip_is_rejected_as_by_pulumis_host(venv: Path) -> None:
    (venv / "lib" / "python3.11" / "site-packages" / "pulumi_aws").mkdir(parents=True)
    with pytest.raises(SetupError, match="pip"):
        required_plugins(venv)


def test_the_start_script_is_found_beside_pulumi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", os.pathsep.join(("/nowhere", str(tmp_path))))
    with pytest.raises(SetupError, match="not on PATH"):
        exec_script()
    (tmp_path / "pulumi-language-python-exec").touch()
    assert exec_script() == tmp_path / "pulumi-language-python-exec"


def test_a_policy_pack_is_rejected_with_the_fix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, built_pulumi: Path) -> None:
    monkeypatch.setattr(pulumi_cli, "BIN", tmp_path / "bin")
    monkeypatch.setattr(toolchain, "language_exec_script", lambda: tmp_path / "no-script")
    folder = pulumi_cli.bin_folder({"pulumi": built_pulumi, "buildctl": tmp_path / "no-buildctl"})
    (tmp_path / "Pulumi.yaml").write_text("name: test\nruntime: python\n")
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "PulumiPolicy.yaml").write_text("runtime: python\n")
    (tmp_path / "pack" / "__main__.py").touch()
    env = os.environ | {
        "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
        "PULUMI_BACKEND_URL": f"file://{tmp_path}",
        "PULUMI_HOME": str(tmp_path / "home"),
        "PULUMI_CONFIG_PASSPHRASE": "test",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
    }
    pulumi_cli.pulumi(env, "stack", "init", "test", cwd=tmp_path)
    with pytest.raises(DeploymentError, match=r"runs no .*policy packs\. Fix: .*PLUGINS=pulumi"):
        pulumi_cli.pulumi(env, "preview", "--stack", "test", "--policy-pack", str(tmp_path / "pack"), cwd=tmp_path)
