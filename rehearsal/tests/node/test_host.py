"""Tests of the checks of the machine."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rehearsal import paths
from rehearsal.node import command, host, traces
from rehearsal.node.cleaning import PROCESS_MARKER


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def test_a_busy_port_is_reported_with_its_process(listener: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    port = listener.getsockname()[1]
    monkeypatch.setattr(host, "PORTS", {port: "the load balancer"})
    monkeypatch.setattr(host, "NODE_PORTS", {})
    (line,) = host.find_busy_ports()
    assert line.startswith(f"port {port}, which the load balancer needs, is taken by ")
    assert f"(process {os.getpid()})" in line


def test_a_loopback_listener_does_not_occupy_a_port_of_the_node(listener: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host, "PORTS", {})
    monkeypatch.setattr(host, "NODE_PORTS", {listener.getsockname()[1]: "the kubelet"})
    assert host.find_busy_ports() == []


def test_a_listener_on_every_address_occupies_a_port_of_the_node(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("", 0)) as everywhere:
        monkeypatch.setattr(host, "PORTS", {})
        monkeypatch.setattr(host, "NODE_PORTS", {everywhere.getsockname()[1]: "the kubelet"})
        assert len(host.find_busy_ports()) == 1


def test_an_open_client_connection_is_not_a_busy_port(listener: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_connection(listener.getsockname()) as client:
        monkeypatch.setattr(host, "PORTS", {client.getsockname()[1]: "the load balancer"})
        assert host.find_busy_ports() == []


def test_a_full_disk_is_reported_with_the_required_space(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "STATE", tmp_path / "not" / "there" / "yet")
    monkeypatch.setattr(host, "FREE_GIB", 10**9)
    problems = list(host.disk_problems())
    assert any(re.match(rf"{tmp_path} has .* GiB free, and the rehearsal needs 1000000000. Fix: ", line) for line in problems)


def test_a_port_of_an_interrupted_run_is_not_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    name, value = PROCESS_MARKER.split("=", 1)
    script = (
        "import socket, sys; s = socket.create_server(('127.0.0.1', 0)); print(s.getsockname()[1], flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", script]
    for environment, busy in (({name: value}, 0), ({name: "unix:///run/other/supervisor.sock"}, 1)):
        with subprocess.Popen(
            command, env=os.environ | environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout
            monkeypatch.setattr(host, "PORTS", {int(process.stdout.readline()): "the load balancer"})
            assert len(host.find_busy_ports()) == busy
            process.kill()


def test_a_missing_command_is_named() -> None:
    with pytest.raises(host.HostError, match="there is no `no-such-command` on this machine"):
        command.run("no-such-command")


def test_a_failed_command_is_reported_with_its_error_output() -> None:
    with pytest.raises(host.HostError, match=r"cat /no/such/file: .*No such file"):
        command.run("cat", "/no/such/file")


def test_host_names_are_written_once_and_removed_without_a_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hosts = tmp_path / "hosts"
    hosts.write_text("127.0.0.1 localhost\n")
    monkeypatch.setattr(traces, "HOSTS_FILE", hosts)
    line = f"127.0.0.1 registry.local {traces.HOSTS_LINE_MARKER}"
    assert traces.write_hosts_lines([line])
    assert not traces.write_hosts_lines([line])
    assert hosts.read_text() == f"127.0.0.1 localhost\n{line}\n"
    assert traces.write_hosts_lines([])
    assert hosts.read_text() == "127.0.0.1 localhost\n"
