"""Tests of `up` on a restarted emulator, and of generated passwords."""

import string
from pathlib import Path

import pytest

import rehearsal.__main__ as commands
from rehearsal import deployment, machine


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


def test_generated_passwords_are_unique_and_accepted_by_rds() -> None:
    made = {deployment.generate_password() for _ in range(50)}
    assert len(made) == 50
    for password in made:
        assert 8 <= len(password) <= 41
        assert set(password) <= set(string.printable) - set('/"@ ' + string.whitespace)
