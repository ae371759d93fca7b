"""Manages the apps' schemas and users on a MySQL server. Every command may run again.

grant            make the app's schema and user; a new password works beside the one before it
discard SECONDS  end the password before the current one, SECONDS after the app's new pods are ready
lock             lock out the users of apps that the stack no longer has
"""

import json
import os
import re
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self

import passwords
import pymysql
import records
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

# RDS applies a rotated master password a while after its API has answered.
PATIENCE_SECONDS = 120
TIMEOUT_SECONDS = 10
# A try is shorter than the connection's time-out.
LOCK_SECONDS, LOCK_TRY_SECONDS = 120, 5
IDENTIFIER = re.compile(r"[a-z][a-z0-9_]{0,31}")
# Of one schema only. RDS's master user has no SUPER and can give no more than it has.
PRIVILEGES = (
    "SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX, REFERENCES, CREATE TEMPORARY TABLES, LOCK TABLES, "
    "CREATE VIEW, SHOW VIEW, TRIGGER, CREATE ROUTINE, ALTER ROUTINE, EXECUTE, EVENT"
)


class LockedError(Exception):
    """Another Job that manages the user does not end."""


@dataclass(frozen=True, kw_only=True)
class Server:
    """Where the users are; a field's name in capitals is its environment variable."""

    database_host: str
    database_port: str
    database_ca: str
    master_user: str
    master_password: str = field(repr=False)

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Self:
        """Read the environment; raise ValueError that names all that is missing or cannot be an identifier."""
        names = [item.name.upper() for item in fields(cls)]
        # A stack may have no app on the server.
        problems = [f"{name} is missing" for name in names if name not in environment or not (environment[name] or name == USERS)]
        problems += [
            f"{name} must match {IDENTIFIER.pattern}, got {value!r}"
            for name in ("DATABASE_NAME", "DATABASE_USER")
            if name in names and (value := environment.get(name)) and not IDENTIFIER.fullmatch(value)
        ]
        if problems:
            raise ValueError("; ".join(problems))
        return cls(**{name.lower(): environment[name] for name in names})


@dataclass(frozen=True, kw_only=True)
class Grant(Server):
    """An app's schema, and its user there."""

    database_name: str
    database_user: str
    database_password: str = field(repr=False)


USERS = "DATABASE_USERS"


@dataclass(frozen=True, kw_only=True)
class Users(Server):
    """The users that the stack's apps have, with commas between them."""

    database_users: str


@retry(
    retry=retry_if_exception_type(pymysql.err.OperationalError),
    stop=stop_after_delay(PATIENCE_SECONDS),
    wait=wait_fixed(2),
    reraise=True,
)
def connect(grant: Server) -> Any:
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


@retry(retry=retry_if_exception_type(LockedError), stop=stop_after_delay(LOCK_SECONDS), reraise=True)
def take_lock(cursor: Any, user: str) -> None:
    """Keep other Jobs away from the user until the connection ends: an interrupted `pulumi up` may leave one running."""
    cursor.execute("SELECT GET_LOCK(%s, %s)", (f"slipway {user}", LOCK_TRY_SECONDS))
    if cursor.fetchone()[0] != 1:
        raise LockedError(user)


def apply(grant: Grant, connection: Any) -> None:
    """Make the schema and its user. Pods that run go on logging in with the password before this one, until `discard`."""
    schema, user = grant.database_name, grant.database_user
    with connection.cursor() as cursor:
        take_lock(cursor, user)
        records.prepare(cursor)
        cursor.execute(f"CREATE DATABASE IF NOT EXISTS `{schema}` CHARACTER SET utf8mb4")
        set_password(cursor, user, grant.database_password)
        cursor.execute(f"ALTER USER `{user}`@`%` REQUIRE SSL ACCOUNT UNLOCK")
        # Here, and only here, `_` stands for any character: https://dev.mysql.com/doc/refman/8.4/en/grant.html
        this_alone = schema.replace("_", r"\_")
        cursor.execute(f"GRANT {PRIVILEGES} ON `{this_alone}`.* TO `{user}`@`%`")


def set_password(cursor: Any, user: str, password: str) -> None:
    """Make the password the user's current one. A repeated call keeps the one before it, which pods may still use."""
    cursor.execute("SELECT 1 FROM mysql.user WHERE User = %s AND Host = '%%'", (user,))
    is_known = cursor.fetchone() is not None
    record = records.find(cursor, user)
    if not is_known:
        cursor.execute(f"CREATE USER `{user}`@`%%` IDENTIFIED BY %s REQUIRE SSL", (password,))
    elif record is not None and record.is_locked:
        # No pod uses the old password: the app was away.
        passwords.replace(cursor, user, password)
    elif record is None or not record.is_of(password):
        passwords.retain(cursor, user, password)
        records.write(cursor, user, password, has_old_password=True)
        return
    else:
        return
    records.write(cursor, user, password, has_old_password=False)


def discard(grant: Grant, connection: Any, seconds: int) -> None:
    """End the old password, if there is one, after this many seconds: pods that were told to stop may live so long."""
    with connection.cursor() as cursor:
        record = records.find(cursor, grant.database_user)
        if record is None or not record.has_old_password:
            return
        time.sleep(seconds)
        take_lock(cursor, grant.database_user)
        passwords.discard(cursor, grant.database_user)
        records.mark(cursor, grant.database_user, is_locked=False)


def lock(users: Users, connection: Any) -> None:
    """Lock the users that `apply` has made and no app has any more; nobody else's."""
    with connection.cursor() as cursor:
        records.prepare(cursor)
        for record in records.every(cursor):
            if record.name not in users.database_users.split(",") and not record.is_locked:
                take_lock(cursor, record.name)
                cursor.execute(f"ALTER USER IF EXISTS `{record.name}`@`%` ACCOUNT LOCK")
                records.mark(cursor, record.name, is_locked=True)


def say(level: str, text: str) -> None:
    print(json.dumps({"level": level, "msg": text}), flush=True)


def run(server: Server, work: Callable[[Any], None]) -> int:
    """Do the work on a connection of the master user; return the process's exit code."""
    try:
        with connect(server) as connection:
            work(connection)
    except (pymysql.MySQLError, LockedError) as error:
        where = f"{server.master_user} at {server.database_host}:{server.database_port}"
        say("error", f"{where}: {type(error).__name__}: {error.args[0]}")
        return 1
    return 0


def main(command: str = "grant", *words: str) -> int:
    try:
        settings = Users.of(os.environ) if command == "lock" else Grant.of(os.environ)
    except ValueError as error:
        say("error", str(error))
        return 1
    if isinstance(settings, Users):
        code, done = run(settings, lambda c: lock(settings, c)), f"the server's users are those of {settings.database_users}"
    elif command == "discard":
        seconds = int(words[0])
        code, done = run(settings, lambda c: discard(settings, c, seconds)), f"{settings.database_user} has one password"
    else:
        code = run(settings, lambda c: apply(settings, c))
        done = f"schema {settings.database_name} is granted to user {settings.database_user}"
    if code == 0:
        say("info", done)
    return code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
