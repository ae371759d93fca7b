"""Gives an app its schema and user on a MySQL server. Safe to run again; a changed password replaces the old one."""

import json
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import pymysql
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

# RDS applies a rotated master password a while after its API has answered.
PATIENCE_SECONDS = 120
TIMEOUT_SECONDS = 10
IDENTIFIER = re.compile(r"[a-z][a-z0-9_]{0,31}")
# Of one schema only. RDS's master user has no SUPER and can give no more than it has.
PRIVILEGES = (
    "SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX, REFERENCES, CREATE TEMPORARY TABLES, LOCK TABLES, "
    "CREATE VIEW, SHOW VIEW, TRIGGER, CREATE ROUTINE, ALTER ROUTINE, EXECUTE, EVENT"
)


@dataclass(frozen=True, kw_only=True)
class Grant:
    """What to make, and where; a field's name in capitals is its environment variable."""

    database_host: str
    database_port: str
    database_ca: str
    database_name: str
    database_user: str
    master_user: str
    master_password: str = field(repr=False)
    database_password: str = field(repr=False)

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Grant":
        """ValueError names all that is missing or cannot be an identifier."""
        names = [item.name.upper() for item in fields(cls)]
        problems = [f"{name} is missing" for name in names if not environment.get(name)]
        problems += [
            f"{name} must match {IDENTIFIER.pattern}, got {value!r}"
            for name in ("DATABASE_NAME", "DATABASE_USER")
            if (value := environment.get(name)) and not IDENTIFIER.fullmatch(value)
        ]
        if problems:
            raise ValueError("; ".join(problems))
        return cls(**{name.lower(): environment[name] for name in names})


@retry(
    retry=retry_if_exception_type(pymysql.err.OperationalError),
    stop=stop_after_delay(PATIENCE_SECONDS),
    wait=wait_fixed(2),
    reraise=True,
)
def connect(grant: Grant) -> Any:
    return pymysql.connect(
        host=grant.database_host,
        port=int(grant.database_port),
        user=grant.master_user,
        password=grant.master_password,
        ssl={"ca": grant.database_ca, "check_hostname": True},
        connect_timeout=5,
        # The server speaks first. What a network policy swallows would be waited for without end.
        read_timeout=TIMEOUT_SECONDS,
        write_timeout=TIMEOUT_SECONDS,
        autocommit=True,
    )


def apply(grant: Grant, connection: Any) -> None:
    schema, user, password = grant.database_name, grant.database_user, grant.database_password
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE IF NOT EXISTS `{schema}` CHARACTER SET utf8mb4")
        cursor.execute(f"CREATE USER IF NOT EXISTS `{user}`@`%%` IDENTIFIED BY %s REQUIRE SSL", (password,))
        cursor.execute(f"ALTER USER `{user}`@`%%` IDENTIFIED BY %s REQUIRE SSL", (password,))
        # Here, and only here, `_` stands for any character: https://dev.mysql.com/doc/refman/8.4/en/grant.html
        this_alone = schema.replace("_", r"\_")
        cursor.execute(f"GRANT {PRIVILEGES} ON `{this_alone}`.* TO `{user}`@`%`")


def say(level: str, text: str) -> None:
    print(json.dumps({"level": level, "msg": text}), flush=True)


def main() -> int:
    try:
        grant = Grant.of(os.environ)
    except ValueError as error:
        say("error", str(error))
        return 1
    try:
        with connect(grant) as connection:
            apply(grant, connection)
    except pymysql.MySQLError as error:
        where = f"{grant.master_user} at {grant.database_host}:{grant.database_port}"
        say("error", f"{where}: {type(error).__name__}: {error.args[0]}")
        return 1
    say("info", f"schema {grant.database_name} is granted to user {grant.database_user}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
