"""Cleaning takes what is the rehearsal's, and nothing else."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from tenacity import stop_after_delay

from rehearsal import paths
from rehearsal.node import cleaning
from rehearsal.node.command import HostError


@contextmanager
def sleeper(**environment: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(["sleep", "60"], env=os.environ | environment)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def test_a_process_with_our_supervisors_badge_is_ours() -> None:
    name, value = cleaning.BADGE.split("=", 1)
    with sleeper(**{name: value}) as process:
        assert cleaning._is_ours(psutil.Process(process.pid))


def test_a_process_of_another_supervisor_is_not_ours() -> None:
    name, _ = cleaning.BADGE.split("=", 1)
    with sleeper(**{name: "unix:///run/other/supervisor.sock"}) as process:
        assert not cleaning._is_ours(psutil.Process(process.pid))


def test_a_process_that_only_names_our_folders_is_not_ours() -> None:
    with subprocess.Popen(["sleep", "60", "--", str(paths.STATE / "logs")], stderr=subprocess.DEVNULL) as process:
        assert not cleaning._is_ours(psutil.Process(process.pid))
        process.kill()


def test_a_process_that_ignores_the_request_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleaning._await_end.retry, "stop", stop_after_delay(0.5))
    command = ["sh", "-c", "trap '' TERM; echo ready; while :; do sleep 0.1; done"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        cleaning._end([psutil.Process(process.pid)], psutil.Process.terminate)
        assert process.wait(timeout=5) == -9


def test_no_folder_is_removed_while_something_is_mounted_below_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("somebody's")
    monkeypatch.setattr(paths, "STATE", tmp_path)
    monkeypatch.setattr(cleaning, "_mounted", lambda: [str(tmp_path / "mount")])
    with pytest.raises(HostError, match="could not be unmounted"):
        cleaning.files()
    assert (tmp_path / "file").exists()


def test_removing_twice_finds_nothing_the_second_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state = tmp_path / "state"
    state.mkdir()
    monkeypatch.setattr(paths, "STATE", state)
    monkeypatch.setattr(paths, "RUN", tmp_path / "run")
    assert cleaning.files() == [str(state)]
    assert cleaning.files() == []


def test_the_routes_that_keep_traffic_here_are_the_last_to_go() -> None:
    assert list(cleaning.CLEANING)[-1] == "routes"


@pytest.mark.parametrize(
    "line", [":KUBE-SERVICES - [0:0]", "-A POSTROUTING -j CNI-0123", "-A FORWARD -s 10.244.0.0/16 -j ACCEPT"]
)
def test_rules_of_the_cluster_are_recognised(line: str) -> None:
    assert cleaning.FILTER_RULES.search(line)


@pytest.mark.parametrize("line", [":DOCKER - [0:0]", "-A INPUT -s 192.168.0.0/16 -j ACCEPT"])
def test_rules_of_others_stay(line: str) -> None:
    assert not cleaning.FILTER_RULES.search(line)
