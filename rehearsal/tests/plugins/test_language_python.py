"""The Python language host finds the program's Python."""

import os
from pathlib import Path

import pytest

from rehearsal.plugins.language_python import SetupError, exec_script, program_environment, python, virtual_environment


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


def test_a_virtual_environment_that_is_not_there_is_an_error_that_says_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="make venv"):
        virtual_environment(str(tmp_path), {"virtualenv": ".venv"})


def test_a_toolchain_that_the_host_does_not_know_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="poetry"):
        virtual_environment(str(tmp_path), {"toolchain": "poetry"})


def test_the_program_runs_as_if_its_environment_were_active_and_without_the_hosts_own(venv: Path) -> None:
    found = program_environment({"PATH": "/bin", "PYTHONPATH": "/host", "AWS_REGION": "eu-west-1"}, venv)
    assert found == {"PATH": f"{venv}/bin:/bin", "VIRTUAL_ENV": str(venv), "AWS_REGION": "eu-west-1"}


def test_the_start_script_is_found_beside_pulumi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", os.pathsep.join(("/nowhere", str(tmp_path))))
    with pytest.raises(SetupError, match="not on PATH"):
        exec_script()
    (tmp_path / "pulumi-language-python-exec").touch()
    assert exec_script() == tmp_path / "pulumi-language-python-exec"
