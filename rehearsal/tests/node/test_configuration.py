"""Tests of the node's configuration files and commands."""

import json
import os
import tomllib
from pathlib import Path

import pytest
import yaml

from rehearsal import paths
from rehearsal.node import configuration, kubernetes, program


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(paths, "STATE", tmp_path)
    monkeypatch.setattr(paths, "KUBECONFIG", tmp_path / "kubeconfig")
    monkeypatch.setattr(paths, "HOSTS", tmp_path / "hosts")
    configuration.write("public.ecr.aws/pause:1")
    return tmp_path


def test_every_file_is_valid_in_its_format(state: Path) -> None:
    for file in (*state.glob("*.yaml"), *state.glob("*.yml"), *state.glob("*kubeconfig")):
        assert list(yaml.safe_load_all(file.read_text()))
    for file in (*state.glob("*.toml"), *state.rglob("hosts.toml")):
        assert tomllib.loads(file.read_text())
    assert json.loads((state / "cni/net.d/10-bridge.conflist").read_text())["plugins"]


def test_a_second_write_touches_no_file(state: Path) -> None:
    files = [file for file in state.rglob("*") if file.is_file()]
    for file in files:
        os.utime(file, (1, 1))
    configuration.write("public.ecr.aws/pause:1")
    assert {file for file in files if file.stat().st_mtime != 1} == set()


def test_public_images_are_requested_from_the_mirror_first(state: Path) -> None:
    upstream = tomllib.loads((state / "certs.d/public.ecr.aws/hosts.toml").read_text())
    assert upstream["server"] == "https://public.ecr.aws"
    assert list(upstream["host"]) == [f"http://{paths.MIRROR}"]


def test_pods_use_the_dns_of_the_cluster(state: Path) -> None:
    assert yaml.safe_load((state / "kubelet.yaml").read_text())["clusterDNS"] == [paths.CLUSTER_DNS]


def test_a_kubeconfig_is_readable_by_its_owner_only(state: Path) -> None:
    assert paths.KUBECONFIG.stat().st_mode & 0o777 == 0o600


def test_the_node_has_the_zone_labels_of_auto_mode() -> None:
    kubelet = next(process for process in kubernetes.node(Path("k"), Path("c")) if process.name == "kubelet")
    (labels,) = (flag for flag in kubelet.command if flag.startswith("--node-labels="))
    assert f"topology.kubernetes.io/zone={paths.REGION}a" in labels
    assert "eks.amazonaws.com/compute-type=auto" in labels


def test_flags_are_written_with_dashes() -> None:
    assert program.flags(bind_address="127.0.0.1", v=1) == ("--bind-address=127.0.0.1", "--v=1")


def test_a_check_of_an_unused_port_fails_without_an_error() -> None:
    assert program.http_check("http://127.0.0.1:1/")() is False


def test_the_description_of_a_log_ends_with_its_last_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "LOGS", tmp_path)
    (tmp_path / "kubelet.log").write_text("first\nno such cgroup\n")
    assert program.describe_log("kubelet").endswith("kubelet.log ends with: no such cgroup")
