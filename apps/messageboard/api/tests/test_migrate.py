"""Migrations of one schema at once, on a MariaDB of this test alone."""

import multiprocessing
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from api import migrate as module
from api.database import is_migrated
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import OperationalError
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

AT_ONCE = 4
PROCESSES = multiprocessing.get_context("fork")


@pytest.fixture(scope="module")
def socket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return the socket of a server without a port."""
    if shutil.which("mariadbd") is None:
        pytest.skip("there is no mariadbd on this machine; in the rehearsal migrations run on a real server, one at a time")
    folder, socket = tmp_path_factory.mktemp("server"), Path(f"/tmp/migrate-{os.getpid()}.sock")  # a socket's path is short
    common = ["--no-defaults", f"--datadir={folder}/data", *(["--user=root"] if os.geteuid() == 0 else [])]
    install = ["mariadb-install-db", *common, "--skip-test-db", "--auth-root-authentication-method=normal"]
    subprocess.run(install, check=True, capture_output=True)
    command = ["mariadbd", *common, f"--socket={socket}", "--skip-networking", f"--pid-file={folder}/pid"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    yield socket
    process.terminate()
    process.wait(30)


@pytest.fixture
def engine(socket: Path) -> Iterator[Engine]:
    """Return an engine on an empty schema."""

    @retry(retry=retry_if_exception_type(OperationalError), stop=stop_after_delay(30), wait=wait_fixed(0.2), reraise=True)
    def create_schema() -> None:
        with create_engine(f"mysql+pymysql://root@/?unix_socket={socket}").begin() as connection:
            connection.execute(text("DROP SCHEMA IF EXISTS app"))
            connection.execute(text("CREATE SCHEMA app CHARACTER SET utf8mb4"))

    create_schema()
    engine = create_engine(f"mysql+pymysql://root@/app?unix_socket={socket}")
    yield engine
    engine.dispose()


def run_with_others(url: str, start: "multiprocessing.synchronize.Barrier") -> None:
    engine = create_engine(url)
    start.wait(30)
    module.migrate(engine)


def test_migrations_that_start_at_once_run_one_after_the_other(engine: Engine) -> None:
    start = PROCESSES.Barrier(AT_ONCE)
    url = engine.url.render_as_string(hide_password=False)
    runs = [PROCESSES.Process(target=run_with_others, args=(url, start)) for _ in range(AT_ONCE)]
    for run in runs:
        run.start()
    for run in runs:
        run.join(60)
    assert [run.exitcode for run in runs] == [0] * AT_ONCE
    assert is_migrated(engine)


def test_a_migration_that_is_kept_out_fails_and_names_the_reason(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOCK_TRY_SECONDS", 0)
    impatient = module.take_lock.retry_with(stop=stop_after_delay(0))
    with engine.connect() as running, engine.connect() as second:
        impatient(running)
        with pytest.raises(module.LockedError, match="another migration"):
            impatient(second)
