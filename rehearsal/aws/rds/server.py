"""A MariaDB server: its files, its process under the supervisor, and its SQL statements."""

from __future__ import annotations

import logging
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from rehearsal import paths
from rehearsal.aws import pki
from rehearsal.aws.rds.parameters import ServerParameters
from rehearsal.node.supervisor import Supervisor

log = logging.getLogger(__name__)

PROGRAM_PREFIX: Final = "rds-"
HOME: Final = paths.STATE / "rds"
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.MasterAccounts.html : no SUPER, FILE or SHUTDOWN
MASTER_GRANTS: Final = (
    "SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, RELOAD, PROCESS, REFERENCES, INDEX, ALTER, SHOW DATABASES, "
    "CREATE TEMPORARY TABLES, LOCK TABLES, EXECUTE, REPLICATION SLAVE, REPLICATION CLIENT, CREATE VIEW, SHOW VIEW, "
    "CREATE ROUTINE, ALTER ROUTINE, CREATE USER, EVENT, TRIGGER"
)
OPTIONS: Final = """[mariadbd]
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


INSTALL_OPTIONS: Final = ("--auth-root-authentication-method=socket", "--skip-test-db")


class NotReadyError(Exception):
    """mariadbd does not answer on its socket yet."""


def quote(text: str) -> str:
    """Return a text as an SQL string."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def literal(value: str) -> str:
    """Return a variable's value as an SQL number or string."""
    return value if value.replace(".", "", 1).lstrip("-").isdigit() else quote(value)


def option_file(home: Path, address: str, port: int, parameters: ServerParameters) -> str:
    """Return the server's option file."""
    lines = [f"{name}={value}" for name, value in sorted({**parameters.dynamic, **parameters.static}.items())]
    return OPTIONS.format(home=home, address=address, port=port) + "".join(f"{line}\n" for line in lines)


@dataclass(frozen=True, kw_only=True)
class DatabaseServer:
    """The MariaDB server of a database instance."""

    name: str
    address: str
    port: int

    @property
    def home(self) -> Path:
        """Return the server's folder."""
        return HOME / self.name

    @property
    def program(self) -> str:
        """Return the server's name in the supervisor."""
        return PROGRAM_PREFIX + self.name

    def install(self, endpoint: str, parameters: ServerParameters) -> None:
        """Create an empty database with a certificate for its endpoint."""
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
        """Write the option file, which takes effect at the next start."""
        (self.home / "my.cnf").write_text(option_file(self.home, self.address, self.port, parameters))

    def start(self) -> None:
        """Start the server and wait until it is ready."""
        Supervisor().add(self.program, ["/usr/sbin/mariadbd", f"--defaults-file={self.home}/my.cnf"], user="mysql")
        self.wait()

    def stop(self) -> None:
        """Stop the server."""
        Supervisor().remove(self.program)

    def restart(self) -> None:
        """Stop the server, and start it with its option file."""
        self.stop()
        self.start()

    @retry(retry=retry_if_exception_type(NotReadyError), stop=stop_after_delay(60), wait=wait_fixed(0.1), reraise=True)
    def wait(self) -> None:
        """Wait until the server answers.

        Raises:
            NotReadyError: The server does not answer within 60 seconds.
        """
        if not (self.home / "socket").exists() or self._client("SELECT 1").returncode != 0:
            raise NotReadyError(f"mariadbd of {self.name} does not answer, see {self.home}/error.log")

    def execute(self, statements: str) -> None:
        """Execute statements as the server's root. They are passed through stdin, because they may contain passwords.

        Raises:
            RuntimeError: A statement failed.
        """
        result = self._client(statements)
        if result.returncode != 0:
            raise RuntimeError(f"{self.name}: {result.stderr.decode().strip()}")

    def _client(self, statements: str) -> subprocess.CompletedProcess[bytes]:
        command = ["mariadb", "--no-defaults", f"--socket={self.home}/socket", "--user=root"]
        return subprocess.run(command, input=statements.encode(), capture_output=True, check=False)

    def create_master(self, user: str, password: str, database: str | None) -> None:
        """Create the master user, and a database if it has a name."""
        account = f"{quote(user)}@'%'"
        statements = [
            f"CREATE USER {account} IDENTIFIED BY {quote(password)};",
            f"GRANT {MASTER_GRANTS} ON *.* TO {account} WITH GRANT OPTION;",
        ]
        if database:
            statements.append(f"CREATE DATABASE `{database}`;")
        self.execute("\n".join(statements))

    def set_password(self, user: str, password: str) -> None:
        """Change a user's password."""
        self.execute(f"ALTER USER {quote(user)}@'%' IDENTIFIED BY {quote(password)};")

    def set_variables(self, variables: Mapping[str, str]) -> None:
        """Set global variables of the running server."""
        self.execute("".join(f"SET GLOBAL {name} = {literal(value)};\n" for name, value in variables.items()))

    def reset_variables(self, variables: Iterable[str]) -> None:
        """Set global variables of the running server to their defaults."""
        self.execute("".join(f"SET GLOBAL {name} = DEFAULT;\n" for name in variables))

    def dump(self, target: Path) -> None:
        """Dump all databases and accounts to a file that can be loaded into a new server."""
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
        """Stop the server and delete its files."""
        self.stop()
        shutil.rmtree(self.home)
