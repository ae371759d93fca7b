"""Servers of the tests: MariaDB, and MySQL where there is one. Neither has a port."""

import os
import shutil
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pymysql
import pytest
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

sys.path.insert(0, str(Path(__file__).parent))

AS_ROOT = ["--user=root"] if os.geteuid() == 0 else []
# A file system with Debian's MySQL: `debootstrap --variant=minbase --include=mysql-server-core sid FOLDER`; MYSQL_ROOT=FOLDER
MYSQL_ROOT = os.environ.get("MYSQL_ROOT", "")
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.MasterAccounts.html : no SUPER
MASTER_GRANTS = (
    "SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, RELOAD, PROCESS, REFERENCES, INDEX, ALTER, SHOW DATABASES, "
    "CREATE TEMPORARY TABLES, LOCK TABLES, EXECUTE, REPLICATION SLAVE, REPLICATION CLIENT, CREATE VIEW, SHOW VIEW, "
    "CREATE ROUTINE, ALTER ROUTINE, CREATE USER, EVENT, TRIGGER"
)


@dataclass(frozen=True)
class Database:
    """A server, and who may log in."""

    socket: Path

    def login(self, user: str, password: str = "") -> pymysql.Connection:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return pymysql.connect(unix_socket=str(self.socket), user=user, password=password, autocommit=True, ssl=context)

    def admits(self, user: str, password: str) -> bool:
        try:
            self.login(user, password).close()
        except pymysql.err.OperationalError as error:
            # Wrong password; the account is locked (MySQL, MariaDB).
            if error.args[0] not in {1045, 3118, 4151}:
                raise
            return False
        return True


def mariadb(folder: Path, socket: Path) -> list[str]:
    if shutil.which("mariadbd") is None:
        pytest.skip("there is no mariadbd on this machine; the end-to-end tests grant on a real one")
    certificate = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=test", "-days", "1"]
    subprocess.run([*certificate, "-keyout", "key.pem", "-out", "cert.pem"], cwd=folder, check=True, capture_output=True)
    common = ["--no-defaults", *AS_ROOT, f"--datadir={folder}/data"]
    install = ["mariadb-install-db", *common, "--skip-test-db", "--auth-root-authentication-method=normal"]
    subprocess.run(install, check=True, capture_output=True)
    tls = [f"--ssl-cert={folder}/cert.pem", f"--ssl-key={folder}/key.pem"]
    return ["mariadbd", *common, *tls, f"--socket={socket}", "--skip-networking", f"--pid-file={folder}/pid"]


def mysql(folder: Path, socket: Path) -> list[str]:
    if not MYSQL_ROOT:
        pytest.skip("MYSQL_ROOT names no file system with a MySQL; conftest.py says how to make one")
    enter = ["unshare", "--mount", "sh", "-c", 'mount --bind /tmp "$0/tmp" && exec chroot "$0" "$@"', MYSQL_ROOT]
    common = ["mysqld", "--no-defaults", *AS_ROOT, f"--datadir={folder}/data", "--secure-file-priv="]
    subprocess.run([*enter, *common, "--initialize-insecure"], check=True, capture_output=True)
    return [*enter, *common, f"--socket={socket}", "--skip-networking", f"--pid-file={folder}/pid", "--mysqlx=OFF"]


@pytest.fixture(scope="session", params=[mariadb, mysql])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    prepare: Callable[[Path, Path], list[str]] = request.param
    # A socket's path must be short.
    folder, socket = tmp_path_factory.mktemp("server"), Path(tempfile.mkdtemp(prefix="grant-")) / "socket"
    process = subprocess.Popen(prepare(folder, socket), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    database = Database(socket)
    login = retry(
        retry=retry_if_exception_type(pymysql.err.OperationalError), stop=stop_after_delay(60), wait=wait_fixed(0.2), reraise=True
    )(database.login)
    with login("root") as root, root.cursor() as cursor:
        cursor.execute("CREATE USER master IDENTIFIED BY 'the-masters'")
        cursor.execute(f"GRANT {MASTER_GRANTS} ON *.* TO master WITH GRANT OPTION")
    yield database
    process.terminate()
    process.wait(60)
    shutil.rmtree(socket.parent)


@pytest.fixture
def connection(server: Database) -> Iterator[pymysql.Connection]:
    """Return a connection of the master user to a server without apps."""
    with server.login("root") as root, root.cursor() as cursor:
        cursor.execute("DROP DATABASE IF EXISTS slipway")
        cursor.execute("SELECT User FROM mysql.user WHERE Host = '%' AND User <> 'master'")
        for (user,) in cursor.fetchall():
            cursor.execute(f"DROP USER `{user}`@`%`")
    with server.login("master", "the-masters") as connection:
        yield connection
