"""The stand-in of MySQL: its first start, and one that was cut off, with MariaDB's commands replaced."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

from rehearsal import images

# Makes what the entry point looks for, or ends in the middle of it.
INSTALL: Final = """#!/bin/bash
for argument; do case $argument in --datadir=*) data=${argument#*=} ;; esac; done
touch "$data/begun"
[[ ${CUT_OFF:-} ]] && kill -KILL $$
mkdir "$data/mysql"
"""
SERVER: Final = "#!/bin/bash\nprintf '%s\\n' $$ \"$@\"\n"


class Container:
    def __init__(self, folder: Path) -> None:
        self.bin, self.data = folder / "bin", folder / "volume" / "data"
        self.bin.mkdir()
        self.data.parent.mkdir()
        for name in ("mysqld", "docker-entrypoint.sh"):
            shutil.copy(images.FOLDER / "mysql" / name, self.bin / name)
        for name, text in {"mariadb-install-db": INSTALL, "mariadbd": SERVER}.items():
            (self.bin / name).write_text(text)
        for path in self.bin.iterdir():
            path.chmod(0o755)

    def start(self, *arguments: str, **environment: str) -> tuple[int, int, list[str]]:
        """Its process, how it ended and what it printed."""
        process = subprocess.Popen(
            [self.bin / "docker-entrypoint.sh", "mysqld", f"--datadir={self.data}", *arguments],
            env={"PATH": f"{self.bin}:{os.environ['PATH']}", **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        printed, _ = process.communicate(timeout=20)
        return process.pid, process.returncode, printed.splitlines()


@pytest.fixture
def container(tmp_path: Path) -> Container:
    return Container(tmp_path)


def test_the_server_takes_the_place_of_the_entry_point_with_its_arguments(container: Container) -> None:
    pid, _, printed = container.start("--socket=/tmp/my sql.sock", MYSQL_ALLOW_EMPTY_PASSWORD="yes")
    assert printed == [str(pid), f"--datadir={container.data}", "--socket=/tmp/my sql.sock"]
    assert (container.data / "mysql").is_dir()


def test_what_is_in_the_volume_is_kept(container: Container) -> None:
    container.start(MYSQL_ALLOW_EMPTY_PASSWORD="yes")
    (container.data / "mysql" / "table").touch()
    container.start(MYSQL_ALLOW_EMPTY_PASSWORD="yes")
    assert (container.data / "mysql" / "table").exists()


def test_a_first_start_that_was_cut_off_begins_anew(container: Container) -> None:
    _, code, printed = container.start(MYSQL_ALLOW_EMPTY_PASSWORD="yes", CUT_OFF="yes")
    assert code
    assert not printed
    assert not container.data.exists()
    _, code, printed = container.start(MYSQL_ALLOW_EMPTY_PASSWORD="yes")
    assert code == 0
    assert printed
    assert [path.name for path in container.data.parent.iterdir()] == ["data"]


def test_an_empty_folder_is_filled_and_one_of_something_else_is_left_alone(container: Container) -> None:
    container.data.mkdir()
    (container.data / "other").touch()
    _, code, printed = container.start(MYSQL_ALLOW_EMPTY_PASSWORD="yes")
    assert code
    assert not printed
    (container.data / "other").unlink()
    _, code, printed = container.start(MYSQL_ALLOW_EMPTY_PASSWORD="yes")
    assert code == 0
    assert printed


def test_a_root_without_password_is_made_only_where_it_is_asked_for(container: Container) -> None:
    _, code, _ = container.start()
    assert code
    assert not container.data.exists()
