"""Tests of the host names in the hosts file."""

from pathlib import Path

import pytest

from rehearsal.node import traces


@pytest.fixture
def hosts_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make `prepare` change only the test's own hosts file."""
    path = tmp_path / "hosts"
    path.write_text("127.0.0.1 localhost\n")
    monkeypatch.setattr(traces, "HOSTS_FILE", path)
    monkeypatch.setattr(traces, "run", lambda *command: "")
    monkeypatch.setattr(traces, "_set_sysctls", lambda: None)
    return path


def test_preparing_again_keeps_the_names_of_deployed_sites(hosts_file: Path) -> None:
    traces.prepare()
    traces.write_site_names(["shop.localhost", "board.localhost"])
    named = hosts_file.read_text()
    traces.prepare()
    assert hosts_file.read_text() == named
    assert traces.read_site_names() == ["shop.localhost", "board.localhost"]


def test_names_of_removed_sites_are_deleted_and_other_lines_are_kept(hosts_file: Path) -> None:
    traces.prepare()
    traces.write_site_names(["shop.localhost"])
    traces.write_site_names([])
    assert traces.read_site_names() == []
    assert "localhost" in hosts_file.read_text().splitlines()[0]
    traces.write_hosts_lines([])
    assert hosts_file.read_text() == "127.0.0.1 localhost\n"
