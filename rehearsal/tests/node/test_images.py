"""Tests of the stand-ins for public images: built once per pins, with the machine's registry configuration."""

import os
from pathlib import Path

import pytest

from rehearsal import images, paths
from rehearsal.images import registries


@pytest.fixture
def settled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a machine without registry configuration."""
    for name in ("PIP_FILES", "NPM_FILES"):
        monkeypatch.setattr(registries, name, ())
    monkeypatch.setattr(registries, "MAVEN_FILE", tmp_path / "settings.xml")
    for name in [name for name in os.environ if name.lower().startswith(("pip_", "npm_config_"))]:
        monkeypatch.delenv(name)
    return tmp_path


def test_the_environment_overrides_the_files_of_pip(settled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = settled / "pip.conf"
    file.write_text("[global]\nindex-url = https://files.example.test/simple\ntimeout = 5\n")
    monkeypatch.setattr(registries, "PIP_FILES", (file,))
    monkeypatch.setenv("PIP_INDEX_URL", "https://environment.example.test/simple")
    lines = registries.pip_options().splitlines()
    assert "index-url = https://environment.example.test/simple" in lines
    assert "timeout = 5" in lines


def test_a_folder_of_this_machine_is_not_copied_into_an_image(settled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_FIND_LINKS", "/opt/wheels")
    monkeypatch.setenv("npm_config_nodedir", "/usr")
    assert "/opt/wheels" not in registries.pip_options()
    assert "nodedir" not in registries.npm_options()


def test_npm_registries_and_their_tokens_are_copied(settled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = settled / "npmrc"
    file.write_text("# ours\n@team:registry=https://npm.example.test/\n//npm.example.test/:_authToken=${TOKEN}\n")
    monkeypatch.setattr(registries, "NPM_FILES", (file,))
    monkeypatch.setenv("TOKEN", "t0ken")
    lines = registries.npm_options().splitlines()
    assert {"@team:registry=https://npm.example.test/", "//npm.example.test/:_authToken=t0ken"} <= set(lines)


def test_the_maven_mirror_is_copied_without_the_folder_of_this_machine(settled: Path) -> None:
    mirror = "<mirrors><mirror><url>https://maven.example.test/</url></mirror></mirrors>"
    (settled / "settings.xml").write_text(f"<settings><localRepository>/opt/m2</localRepository>{mirror}</settings>")
    assert registries.maven_options() == f"<settings>{mirror}</settings>"


def test_another_configuration_of_the_machine_changes_the_pins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registries, "fingerprint", lambda: "one")
    before = images.pins()
    monkeypatch.setattr(registries, "fingerprint", lambda: "two")
    assert images.pins() != before


def test_images_of_an_interrupted_run_are_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "CACHE", tmp_path)
    monkeypatch.setattr(registries, "fingerprint", lambda: "")
    half = images.data() / "half"
    half.touch()
    assert not (images.data() / "half").exists()


def test_finished_images_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "CACHE", tmp_path)
    monkeypatch.setattr(registries, "fingerprint", lambda: "")
    folder = images.data()
    (folder / "image").touch()
    images._complete(folder).touch()
    assert (images.data() / "image").exists()
    images.ensure(folder, {}, pytest.fail)


def test_every_image_of_the_table_has_its_dockerfile() -> None:
    for name in images.IMAGES:
        assert (images.FOLDER / name / "Dockerfile").is_file()
