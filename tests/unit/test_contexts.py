"""Two checkouts of one commit build the same images: where a checkout lies and its umask make no difference."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra import contexts
from tests.engine import ALL_APPS, ROOT, STACKS, stack_program


@pytest.mark.parametrize("stack", STACKS)
def test_images_are_built_from_folders_of_the_project(stack: str) -> None:
    for image in stack_program(stack, apps=ALL_APPS).of("Image"):
        context, dockerfile = (Path(image.inputs[key]["location"]) for key in ("context", "dockerfile"))
        assert not context.is_absolute(), "a checkout in another folder would build it anew"
        assert not dockerfile.is_absolute()
        assert (ROOT / dockerfile).is_file()
        assert (ROOT / context).resolve().is_relative_to(ROOT)


@pytest.fixture(params=[0o002, 0o022, 0o077], ids=["002", "022", "077"])
def checkout(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """Create a context as it is checked out under a umask."""
    before = os.umask(request.param)
    (tmp_path / "src").mkdir()
    (tmp_path / "node_modules").mkdir()
    for name in (".dockerignore", "Dockerfile", "src/app.py", "src/run", "node_modules/module.js"):
        (tmp_path / name).write_text("node_modules" if name == ".dockerignore" else "")
    (tmp_path / "src/run").chmod(0o777 & ~request.param)
    (tmp_path / "node_modules/module.js").chmod(0o600)
    (tmp_path / "src/link").symlink_to("app.py")
    yield tmp_path
    os.umask(before)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_the_files_of_a_context_have_the_modes_that_git_records(checkout: Path) -> None:
    contexts.normalize_modes([checkout])
    assert {name: mode(checkout / name) for name in ("Dockerfile", "src/app.py", "src/run")} == {
        "Dockerfile": 0o644,
        "src/app.py": 0o644,
        "src/run": 0o755,
    }
    assert mode(checkout / "node_modules/module.js") == 0o600, "what is in no image is left alone"


def test_a_file_whose_mode_cannot_be_changed_is_named_with_the_command(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, mode: int) -> None:
        raise PermissionError

    (checkout / "Dockerfile").chmod(0o640)
    monkeypatch.setattr(Path, "chmod", refuse)
    with pytest.raises(contexts.ContextError, match=r"must have mode 644.*got 6[046][04]\. Fix: chmod 644 "):
        contexts.normalize_modes([checkout])
