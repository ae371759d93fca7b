"""Tests of the choice of the JDK for the Maven image."""

from pathlib import Path

import pytest

from rehearsal import images
from rehearsal.images import java, registries
from rehearsal.node.command import HostError


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder for JDKs of a machine that has none."""
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setattr(java, "FOLDERS", tmp_path / "jvm")
    monkeypatch.setattr(registries, "fingerprint", lambda: "")
    return tmp_path / "jvm"


def jdk(home: Path, version: str) -> Path:
    (home / "bin").mkdir(parents=True)
    (home / "bin" / "jlink").touch()
    (home / "release").write_text(f'IMPLEMENTOR="Example"\nJAVA_VERSION="{version}"\n')
    return home


def test_an_older_jdk_and_a_runtime_without_jlink_are_skipped(installed: Path) -> None:
    jdk(installed / "a-17", "17.0.15")
    (jdk(installed / "b-runtime-21", "21.0.8") / "bin" / "jlink").unlink()
    wanted = jdk(installed / "c-25", "25.0.3")
    assert java.jdk() == wanted


def test_the_jdk_of_java_home_is_preferred(installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    jdk(installed / "a-25", "25.0.3")
    own = jdk(tmp_path / "own", "21.0.8")
    monkeypatch.setenv("JAVA_HOME", str(own))
    assert java.jdk() == own


def test_a_java_home_that_is_too_old_does_not_hide_a_newer_jdk(
    installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = jdk(installed / "a-25", "25.0.3")
    monkeypatch.setenv("JAVA_HOME", str(jdk(tmp_path / "old", "17.0.15")))
    assert java.jdk() == wanted


def test_a_missing_jdk_is_reported_with_its_fix_and_does_not_prevent_the_pins(installed: Path) -> None:
    with pytest.raises(HostError, match=r"no JDK of 21 or newer.*JAVA_HOME"):
        java.jdk()
    assert images.pins()


def test_another_version_of_the_jdk_changes_the_pins(installed: Path) -> None:
    home = jdk(installed / "a", "25.0.3")
    before = images.pins()
    (home / "release").write_text('JAVA_VERSION="25.0.4"\n')
    assert images.pins() != before
