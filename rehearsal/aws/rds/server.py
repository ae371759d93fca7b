"""One mariadbd: its files, its process under the supervisor, and what is said to it."""

from __future__ import annotations

import logging
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from rehearsal import paths
from rehearsal.aws import pki
from rehearsal.node.supervisor import Supervisor

from .parameters import ServerParameters

log = logging.getLogger(__name__)

PROGRAM_PREFIX = "rds-"
HOME = paths.STATE / "rds"
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.MasterAccounts.html : no SUPER, FILE or SHUTDOWN
MASTER_GRANTS = (
    "SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, RELOAD, PROCESS, REFERENCES, INDEX, ALTER, SHOW DATABASES, "
    "CREATE TEMPORARY TABLES, LOCK TABLES, EXECUTE, REPLICATION SLAVE, REPLICATION CLIENT, CREATE VIEW, SHOW VIEW, "
    "CREATE ROUTINE, ALTER ROUTINE, CREATE USER, EVENT, TRIGGER"
)
OPTIONS = """[mariadbd]
datadir={home}/data
socket={home}/socket
pid-file={home}/pid
log-error={home}/error.log
slow-query-log-file={home}/slow.log
general-log-file={home}/general.log
bind-address={address}
port={port}
skip-name-resolve
character-set-server=utf8mb4
innodb-buffer-pool-size=64M
max-connections=100
ssl-cert={home}/server.crt
ssl-key={home}/server.key
ssl-ca={home}/ca.crt
tls-version=TLSv1.2,TLSv1.3
"""


INSTALL_OPTIONS = ("--auth-root-authentication-method=socket", "--skip-test-db")


class NotReadyError(Exception):
    """mariadbd does not answer on its socket yet."""


def quote(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def literal(value: str) -> str:
    return value if value.replace(".", "", 1).lstrip("-").isdigit() else quote(value)


def option_file(home: Path, address: str, port: int, parameters: ServerParameters) -> str:
    lines = [f"{name}={value}" for name, value in sorted({**parameters.dynamic, **parameters.static}.items())]
    return OPTIONS.format(home=home, address=address, port=port) + "".join(f"{line}\n" for line in lines)


@dataclass(frozen=True, kw_only=True)
class DatabaseServer:
    name: str
    address: str
    port: int

    @property
    def home(self) -> Path:
        return HOME / self.name

    @property
    def program(self) -> str:
        return PROGRAM_PREFIX + self.name

    def install(self, endpoint: str, parameters: ServerParameters) -> None:
        """An empty database with a certificate for its endpoint."""
        shutil.rmtree(self.home, ignore_errors=True)
        HOME.mkdir(mode=0o755, exist_ok=True)
        self.home.mkdir(mode=0o750)
        certificate, key = pki.sign([endpoint])
        shutil.copyfile(paths.PKI / "ca.crt", self.home / "ca.crt")
        (self.home / "server.crt").write_bytes(certificate)
        (self.home / "server.key").touch(mode=0o600)
        (self.home / "server.key").write_bytes(key)
        self.configure(parameters)
        for path in (self.home, *self.home.iterdir()):
            shutil.chown(path, "mysql", "mysql")
        subprocess.run(
            ["mariadb-install-db", f"--defaults-file={self.home}/my.cnf", "--user=mysql", *INSTALL_OPTIONS],
            check=True,
            capture_output=True,
        )

    def configure(self, parameters: ServerParameters) -> None:
        """What holds from the next start."""
        (self.home / "my.cnf").write_text(option_file(self.home, self.address, self.port, parameters))

    def start(self) -> None:
        Supervisor().add(self.program, ["/usr/sbin/mariadbd", f"--defaults-file={self.home}/my.cnf"], user="mysql")
        self.wait()

    def stop(self) -> None:
        Supervisor().remove(self.program)

    def restart(self) -> None:
        self.stop()
        self.start()

    @retry(retry=retry_if_exception_type(NotReadyError), stop=stop_after_delay(60), wait=wait_fixed(0.1), reraise=True)
    def wait(self) -> None:
        if not (self.home / "socket").exists() or self._client("SELECT 1").returncode != 0:
            raise NotReadyError(f"mariadbd of {self.name} does not answer, see {self.home}/error.log")

    def execute(self, statements: str) -> None:
        """As the server's own root; the statements go in by stdin, as they may hold passwords."""
        done = self._client(statements)
        if done.returncode != 0:
            raise RuntimeError(f"{self.name}: {done.stderr.decode().strip()}")

    def _client(self, statements: str) -> subprocess.CompletedProcess[bytes]:
        command = ["mariadb", "--no-defaults", f"--socket={self.home}/socket", "--user=root"]
        return subprocess.run(command, input=statements.encode(), capture_output=True, check=False)

    def create_master(self, user: str, password: str, database: str | None) -> None:
        account = f"{quote(user)}@'%'"
        statements = [
            f"CREATE USER {account} IDENTIFIED BY {quote(password)};",
            f"GRANT {MASTER_GRANTS} ON *.* TO {account} WITH GRANT OPTION;",
        ]
        if database:
            statements.append(f"CREATE DATABASE `{database}`;")
        self.execute("\n".join(statements))

    def set_password(self, user: str, password: str) -> None:
        self.execute(f"ALTER USER {quote(user)}@'%' IDENTIFIED BY {quote(password)};")

    def set_variables(self, variables: Mapping[str, str]) -> None:
        self.execute("".join(f"SET GLOBAL {name} = {literal(value)};\n" for name, value in variables.items()))

    def reset_variables(self, variables: Iterable[str]) -> None:
        self.execute("".join(f"SET GLOBAL {name} = DEFAULT;\n" for name in variables))

    def dump(self, target: Path) -> None:
        """Every user's database and the accounts, into a file that loads into a new server."""
        target.parent.mkdir(mode=0o700, exist_ok=True)
        command = ["mariadb-dump", "--no-defaults", f"--socket={self.home}/socket", "--user=root", "--single-transaction"]
        target.touch(mode=0o600)
        with target.open("wb") as file:
            subprocess.run([*command, "--all-databases", "--routines", "--events", "--triggers"], stdout=file, check=True)

    def load(self, source: Path) -> None:
        with source.open("rb") as file:
            command = ["mariadb", "--no-defaults", f"--socket={self.home}/socket", "--user=root"]
            subprocess.run(command, stdin=file, check=True, capture_output=True)
        self.execute("FLUSH PRIVILEGES;")

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.home)
