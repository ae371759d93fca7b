"""Tests of `up`: on a restarted emulator, its steps, and the generated passwords."""

import re
import string
from pathlib import Path

import pytest
from click.testing import CliRunner

import rehearsal.__main__ as commands
from rehearsal import deployment, foreground, machine, pulumi_cli
from rehearsal.node.supervisor import Supervisor
from rehearsal.project import Project

EXAMPLE = Path(__file__).parent.parent / "example"


class Machine:
    """A machine whose emulator has a new boot ID after each start."""

    def __init__(self) -> None:
        self.did: list[str] = []

    def start(self, say: machine.Say) -> dict[str, Path]:
        self.did.append("start")
        return {}

    def stop(self, say: machine.Say) -> None:
        self.did.append("stop")
        deployment.BOOT_ID_FILE.unlink()

    def boot_id(self) -> str:
        return f"life-{self.did.count('start')}"


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    there = Machine()
    monkeypatch.setattr(deployment, "BOOT_ID_FILE", tmp_path / "account")
    for name in ("start", "stop", "boot_id"):
        monkeypatch.setattr(machine, name, getattr(there, name))
    return there


def test_a_first_start_is_one_start(fake: Machine) -> None:
    assert commands.start(lambda _: None) == ({}, "life-1")
    assert fake.did == ["start"]


def test_a_running_account_is_used_again(fake: Machine) -> None:
    deployment.BOOT_ID_FILE.write_text("life-1")
    commands.start(lambda _: None)
    assert fake.did == ["start"]


def test_a_new_account_is_reported_and_started_clean(fake: Machine) -> None:
    deployment.BOOT_ID_FILE.write_text("life-0")
    said: list[str] = []
    assert commands.start(said.append) == ({}, "life-2")
    assert fake.did == ["start", "stop", "start"]
    assert "new, empty account" in said[0]


@pytest.fixture
def steps(tmp_path: Path, fake: Machine, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the steps of `up`, with a program that notes them; `pulumi up` succeeds in the folder `good` only."""
    done: list[str] = []

    def program(folder: Path) -> Project:
        before, after = (lambda *_, name=name: done.append(name) for name in ("before", "after"))
        return Project(folder=folder, state=tmp_path, before_up=before, after_up=after)

    def run(command: list[str], *, cwd: Path, env: dict[str, str]) -> int:
        done.append(f"{command[0]} {command[1]} in {cwd.name}")
        return int(cwd.name != "good")

    def prepare(*_: object) -> dict[str, str]:
        done.append("prepare")
        return {}

    monkeypatch.setattr(commands, "find_project", program)
    monkeypatch.setattr(deployment, "prepare", prepare)
    monkeypatch.setattr(foreground, "run", run)
    for name in ("good", "bad"):
        (tmp_path / name).mkdir()
    return done


def test_up_deploys_the_program_in_its_folder_between_its_own_steps(steps: list[str], tmp_path: Path) -> None:
    result = CliRunner().invoke(commands.cli, ["up", "--project", str(tmp_path / "good")])
    assert result.exit_code == 0, result.output
    assert steps == ["prepare", "before", "pulumi up in good", "after"]


def test_a_failed_up_is_an_error_and_nothing_follows_it(steps: list[str], tmp_path: Path) -> None:
    result = CliRunner().invoke(commands.cli, ["up", "--project", str(tmp_path / "bad")])
    assert result.exit_code != 0
    assert "Fix the cause, then run this command again" in result.output
    assert steps[-1] == "pulumi up in bad"


def test_no_deploy_only_prepares_the_program(steps: list[str], tmp_path: Path) -> None:
    assert CliRunner().invoke(commands.cli, ["up", "--no-deploy", "--project", str(tmp_path / "good")]).exit_code == 0
    assert steps == ["prepare"]


def test_up_reports_the_command_that_it_uses_before_it_prepares_the_program(
    steps: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulumi_cli, "report_choice", lambda _: steps.append("report"))
    assert CliRunner().invoke(commands.cli, ["up", "--no-deploy", "--project", str(tmp_path / "good")]).exit_code == 0
    assert steps == ["report", "prepare"]


@pytest.mark.parametrize(("answers", "problem"), [(False, "does not run"), (True, "emulator has ended")])
def test_a_command_without_a_running_rehearsal_is_an_error_with_the_fix_for_every_program(
    monkeypatch: pytest.MonkeyPatch, answers: bool, problem: str
) -> None:
    monkeypatch.setattr(Supervisor, "answers", lambda _: answers)
    monkeypatch.setattr(Supervisor, "running", lambda *_: False)
    result = CliRunner().invoke(commands.cli, ["run", "--project", str(EXAMPLE), "true"])
    assert result.exit_code != 0
    assert re.search(rf"{problem}.* make up, or for another program: .*up --project FOLDER", result.output)


def test_generated_passwords_are_unique_and_accepted_by_rds() -> None:
    made = {deployment.generate_password() for _ in range(50)}
    assert len(made) == 50
    for password in made:
        assert 8 <= len(password) <= 41
        assert set(password) <= set(string.printable) - set('/"@ ' + string.whitespace)
