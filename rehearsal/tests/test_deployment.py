"""What a deployment keeps on the machine."""

from pathlib import Path

import pytest

from rehearsal import deployment


def test_a_passphrase_whose_writing_was_cut_off_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "passphrase"

    def cut_off(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as cut:
        cut.setattr(Path, "write_text", cut_off)
        with pytest.raises(KeyboardInterrupt):
            deployment._secret_file(path)
    assert not path.exists()
    deployment._secret_file(path)
    made = path.read_text()
    assert len(made) > 32
    assert path.stat().st_mode & 0o077 == 0
    deployment._secret_file(path)
    assert path.read_text() == made
