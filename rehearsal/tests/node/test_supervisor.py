"""Tests of adding, starting, signalling and removing programs on a separate supervisord."""

import os
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from tenacity import retry, stop_after_delay, wait_fixed

from rehearsal import paths
from rehearsal.node import supervisor

patiently = retry(stop=stop_after_delay(10), wait=wait_fixed(0.05), reraise=True)


@pytest.fixture
def manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[supervisor.Supervisor]:
    monkeypatch.setattr(paths, "RUN", tmp_path / "run")
    monkeypatch.setattr(paths, "LOGS", tmp_path / "logs")
    monkeypatch.setattr(paths, "SUPERVISOR_SOCKET", tmp_path / "run" / "s.sock")
    monkeypatch.setattr(supervisor, "PROGRAMS", tmp_path / "conf.d")
    monkeypatch.setattr(supervisor, "CONFIGURATION", tmp_path / "supervisord.conf")
    running = supervisor.ensure()
    process = psutil.Process(int((tmp_path / "run" / "supervisord.pid").read_text()))
    yield running
    running.shut_down()

    @patiently
    def it_has_ended() -> None:
        # The machine's first process may reap late.
        assert not process.is_running() or process.status() == psutil.STATUS_ZOMBIE

    it_has_ended()


def add_sleeper(manager: supervisor.Supervisor, *, seconds: str = "60", autorestart: bool = True) -> int:
    """Add `sleep` and return its PID once it runs: before that, supervisord's signal handlers are active in the process."""
    manager.add("sleeper", ["sleep", seconds], autorestart=autorestart)

    @patiently
    def it_sleeps() -> None:
        assert psutil.Process(pid(manager, "sleeper")).cmdline() == ["sleep", seconds]

    it_sleeps()
    return pid(manager, "sleeper")


def pid(manager: supervisor.Supervisor, name: str) -> int:
    return int(manager._rpc.getProcessInfo(name)["pid"])


def test_an_added_program_runs_with_its_environment(manager: supervisor.Supervisor, tmp_path: Path) -> None:
    manager.add("hello", ["sh", "-c", 'echo "$GREETING" && sleep 60'], environment={"GREETING": "100% hello"})

    @patiently
    def it_greets() -> None:
        assert (tmp_path / "logs" / "hello.log").read_text() == "100% hello\n"

    it_greets()
    assert manager.running("hello")


def test_adding_the_same_program_again_leaves_it_running(manager: supervisor.Supervisor) -> None:
    assert add_sleeper(manager) == add_sleeper(manager)


def test_another_command_replaces_the_program(manager: supervisor.Supervisor) -> None:
    before = add_sleeper(manager)
    assert add_sleeper(manager, seconds="61") != before
    assert manager.states() == {"sleeper": "RUNNING"}


def test_a_program_that_dies_is_restarted(manager: supervisor.Supervisor) -> None:
    before = add_sleeper(manager)
    os.kill(before, 9)

    @patiently
    def it_is_back() -> None:
        now = pid(manager, "sleeper")
        assert now != before
        # Until it is `sleep`, supervisord's own handlers swallow the signal that ends it.
        assert psutil.Process(now).cmdline() == ["sleep", "60"]

    it_is_back()


def test_a_program_without_autorestart_is_not_restarted(manager: supervisor.Supervisor) -> None:
    os.kill(add_sleeper(manager, autorestart=False), 9)

    @patiently
    def it_has_ended() -> None:
        assert manager.states()["sleeper"] == "EXITED"

    it_has_ended()
    assert not manager.running("sleeper")


def test_a_removed_program_is_unknown_and_can_be_removed_again(manager: supervisor.Supervisor) -> None:
    add_sleeper(manager)
    manager.remove("sleeper")
    manager.remove("sleeper")
    assert manager.states() == {}
    assert not manager.running("sleeper")


def test_a_program_inherits_only_the_listed_variables_of_the_caller(manager: supervisor.Supervisor) -> None:
    names = psutil.Process(add_sleeper(manager)).environ()
    assert {name for name in names if not name.startswith("SUPERVISOR_")} <= set(supervisor.INHERITED_VARIABLES)


def test_a_supervisord_that_does_not_run_does_not_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "SUPERVISOR_SOCKET", tmp_path / "none.sock")
    assert not supervisor.Supervisor().answers()
