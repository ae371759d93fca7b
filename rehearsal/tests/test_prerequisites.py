"""Tests of the checks before `make up`: all problems together, each with its fix."""

import os
import platform
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from rehearsal import images, packages, paths, prerequisites, providers, toolchain
from rehearsal.images import java
from rehearsal.node import host
from rehearsal.pulumi_cli import DeploymentError


def raise_error(error: Exception) -> Callable[..., None]:
    def fail(*_: object) -> None:
        raise error

    return fail


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a machine that has everything."""
    (tmp_path / "filesystems").write_text("nodev\tproc\nnodev\toverlay\n")
    (tmp_path / "bridge").mkdir()
    (tmp_path / "cgroup").mkdir()
    (tmp_path / "cgroup" / "cgroup.controllers").write_text("cpuset cpu io memory pids\n")
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(shutil, "which", lambda command: f"/usr/bin/{command}")
    monkeypatch.setattr(paths, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(packages, "missing", list)
    monkeypatch.setattr(toolchain, "go_version", lambda: "go1.26.1")
    monkeypatch.setattr(providers, "terraform_mirror", lambda: tmp_path)
    monkeypatch.setattr(images, "pins", lambda: "pins")
    monkeypatch.setattr(images, "public_registry_answers", lambda: False)
    monkeypatch.setattr(java, "jdk", lambda: tmp_path)
    monkeypatch.setattr(host, "disk_problems", lambda: iter(()))
    monkeypatch.setattr(host, "find_busy_ports", list)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(total=8 * 2**30))
    monkeypatch.setattr(prerequisites, "FILE_SYSTEMS", tmp_path / "filesystems")
    monkeypatch.setattr(prerequisites, "KERNEL_MODULES", {"overlay": tmp_path / "overlay", "br_netfilter": tmp_path / "bridge"})
    monkeypatch.setattr(prerequisites, "CONTROL_GROUPS", tmp_path / "cgroup")
    monkeypatch.setattr(prerequisites, "_can_be_loaded", lambda module: False)
    return tmp_path


@pytest.mark.usefixtures("machine")
def test_a_machine_with_everything_has_no_problems() -> None:
    assert prerequisites.problems(is_running=False) == []
    prerequisites.check(is_running=False)


def test_all_problems_are_reported_together_each_with_its_fix(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda command: None)
    monkeypatch.setattr(packages, "missing", lambda: ["etcd-server", "haproxy"])
    monkeypatch.setattr(toolchain, "go_version", raise_error(toolchain.ToolError("`go` is not on PATH. Fix: install it")))
    monkeypatch.setattr(providers, "terraform_mirror", raise_error(DeploymentError("no mirror. Fix: make one")))
    monkeypatch.setattr(host, "disk_problems", lambda: iter(["the disk is full. Fix: make room"]))
    monkeypatch.setattr(host, "find_busy_ports", lambda: ["port 80 is taken. Fix: stop it"])
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(total=2**30))
    (machine / "filesystems").write_text("nodev\tproc\n")
    (machine / "bridge").rmdir()
    (machine / "cgroup" / "cgroup.controllers").write_text("io\n")
    with pytest.raises(host.HostError) as raised:
        prerequisites.check(is_running=False)
    first, *lines = str(raised.value).splitlines()
    # `up` or `up --project`
    assert first.endswith("Fix these, then run this command again:")
    expected = (
        "etcd-server, haproxy",
        "`kubectl`",
        "`aws`",
        "`go`",
        "no mirror",
        "the disk",
        "GiB of memory",
        "overlay",
        "br_netfilter",
        "cpu, memory, pids",
        "port 80",
    )
    assert len(lines) == len(expected)
    for line, part in zip(lines, expected, strict=True):
        assert part in line
        assert "Fix: " in line


@pytest.mark.usefixtures("machine")
def test_nothing_else_is_checked_on_another_system_or_without_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "missing", raise_error(AssertionError("this system has no packages")))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert ["needs root" in line for line in prerequisites.problems(is_running=False)] == [True]
    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    assert ["needs Linux" in line for line in prerequisites.problems(is_running=False)] == [True]


@pytest.mark.usefixtures("machine")
def test_missing_packages_are_no_problem_where_apt_can_install_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "missing", lambda: ["haproxy"])
    assert prerequisites.problems(is_running=False) == []


@pytest.mark.usefixtures("machine")
def test_the_ports_of_a_running_rehearsal_are_not_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host, "find_busy_ports", lambda: ["port 80 is taken. Fix: stop it"])
    assert prerequisites.problems(is_running=True) == []
    assert prerequisites.problems(is_running=False) == ["port 80 is taken. Fix: stop it"]


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize(
    ("version", "is_too_old"), [("go1.25.9", True), ("go1.26", False), ("go1.27rc1", False), ("go2.0", False)]
)
def test_a_go_that_is_too_old_is_reported(version: str, is_too_old: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(toolchain, "go_version", lambda: version)
    assert [f"got {version}" in line for line in prerequisites.problems(is_running=False)] == [True] * is_too_old


def test_a_jdk_is_needed_only_to_build_the_images_without_the_public_registry(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(java, "jdk", raise_error(host.HostError("there is no JDK. Install one")))
    assert prerequisites.problems(is_running=False) == ["there is no JDK. Install one"]
    with monkeypatch.context() as online:
        online.setattr(images, "public_registry_answers", lambda: True)
        assert prerequisites.problems(is_running=False) == []
    (machine / "cache" / "images-pins").mkdir(parents=True)
    (machine / "cache" / "images-pins" / "complete").touch()
    assert prerequisites.problems(is_running=False) == []


def test_a_kernel_module_that_can_be_loaded_is_no_problem(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (machine / "bridge").rmdir()
    assert ["br_netfilter" in line for line in prerequisites.problems(is_running=False)] == [True]
    monkeypatch.setattr(prerequisites, "_can_be_loaded", lambda module: module == "br_netfilter")
    assert prerequisites.problems(is_running=False) == []


def test_control_groups_of_version_1_are_recognised(machine: Path) -> None:
    (machine / "cgroup" / "cgroup.controllers").unlink()
    for name in ("cpu,cpuacct", "memory", "pids"):
        (machine / "cgroup" / name).mkdir()
    assert prerequisites.problems(is_running=False) == []
    (machine / "cgroup" / "pids").rmdir()
    assert ["controllers pids are" in line for line in prerequisites.problems(is_running=False)] == [True]
