"""Tests of the Python language host with the real engine."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tenacity import retry, retry_if_result, stop_after_delay, wait_fixed

from rehearsal import paths, pulumi_cli

pytestmark = pytest.mark.rehearsal

PROJECT = "name: test\nruntime:\n  name: python\n  options: {toolchain: pip, virtualenv: .venv}\n"


class Project:
    """A Pulumi project with its own state."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = os.environ | {
            "PATH": f"{pulumi_cli.BIN}{os.pathsep}{os.environ['PATH']}",
            "PULUMI_BACKEND_URL": f"file://{folder}",
            # With the plugins that the program's packages name.
            "PULUMI_HOME": str(paths.PULUMI_HOME),
            "PULUMI_CONFIG_PASSPHRASE": "test",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        }
        (folder / "Pulumi.yaml").write_text(PROJECT)
        (folder / ".venv").symlink_to(paths.CHECKOUT / ".venv")
        self.pulumi("stack", "init", "test")

    def program(self, text: str) -> None:
        (self.folder / "__main__.py").write_text(text)

    def pulumi(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = ["pulumi", "--non-interactive", *arguments]
        return subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False, timeout=60
        )


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def test_a_program_runs_in_its_own_environment_with_its_config_and_its_secrets(project: Project) -> None:
    project.program(
        "import sys, pulumi\nconfig = pulumi.Config()\n"
        "pulumi.export('prefix', sys.prefix)\npulumi.export('colour', config.require('colour'))\n"
        "pulumi.export('token', config.require_secret('token'))\n"
        "pulumi.export('preview', pulumi.runtime.is_dry_run())\n"
    )
    project.pulumi("config", "set", "colour", "blue")
    project.pulumi("config", "set", "--secret", "token", "hunter2")
    assert project.pulumi("up", "--yes").returncode == 0
    outputs = json.loads(project.pulumi("stack", "output", "--json").stdout)
    assert outputs == {"prefix": str(project.folder / ".venv"), "colour": "blue", "token": "[secret]", "preview": False}


def test_a_program_that_fails_is_an_error_with_its_traceback(project: Project) -> None:
    project.program("raise ValueError('no such colour')\n")
    failed = project.pulumi("up", "--yes")
    assert failed.returncode != 0
    assert "ValueError: no such colour" in failed.stdout + failed.stderr


def test_a_project_without_its_environment_is_reported_with_the_fix(project: Project) -> None:
    project.program("")
    (project.folder / ".venv").unlink()
    failed = project.pulumi("preview")
    assert failed.returncode != 0
    assert "make venv" in failed.stdout + failed.stderr


def test_a_killed_engine_leaves_no_program_behind(project: Project) -> None:
    mark = project.folder / "pid"
    project.program(f"import os, pathlib, time\npathlib.Path({str(mark)!r}).write_text(str(os.getpid()))\ntime.sleep(300)\n")
    running = subprocess.Popen(
        ["pulumi", "--non-interactive", "preview"], cwd=project.folder, env=project.environment, stdout=subprocess.DEVNULL
    )
    eventually(lambda: mark.exists() and mark.read_text() != "")
    running.kill()
    running.wait()
    eventually(
        lambda: (
            not Path("/proc", mark.read_text()).exists() or "\nState:\tZ" in Path("/proc", mark.read_text(), "status").read_text()
        )
    )


def eventually(holds: Callable[[], bool]) -> None:
    retry(retry=retry_if_result(lambda held: not held), stop=stop_after_delay(20), wait=wait_fixed(0.2))(holds)()
