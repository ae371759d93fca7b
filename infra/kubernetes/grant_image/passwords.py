"""A user's second password: the one that the pods before a roll-out still log in with."""

import re
from typing import Any

# https://mariadb.com/docs/server/reference/plugins/authentication-plugins/authentication-plugin-mysql_native_password
MARIADB_HASH = re.compile(r"'(\*[0-9A-F]{40})'")
MARIADB_PLUGIN = "mysql_native_password"


def retain(cursor: Any, user: str, password: str) -> None:
    """Give the user this password, and let the current one work as before.

    Source: https://dev.mysql.com/doc/refman/8.4/en/password-management.html#dual-passwords
    """
    if not _is_mariadb(cursor):
        cursor.execute(f"ALTER USER `{user}`@`%%` IDENTIFIED BY %s RETAIN CURRENT PASSWORD", (password,))
        return
    # MariaDB has no dual passwords, but several ways to log in: one for each password.
    current = _mariadb_hash(cursor, user)
    cursor.execute(
        f"ALTER USER `{user}`@`%%` IDENTIFIED VIA {MARIADB_PLUGIN} USING PASSWORD(%s) OR {MARIADB_PLUGIN} USING %s",
        (password, current),
    )


def discard(cursor: Any, user: str) -> None:
    """End the password before the current one; without one, nothing happens."""
    if not _is_mariadb(cursor):
        cursor.execute(f"ALTER USER `{user}`@`%` DISCARD OLD PASSWORD")
        return
    cursor.execute(f"ALTER USER `{user}`@`%%` IDENTIFIED VIA {MARIADB_PLUGIN} USING %s", (_mariadb_hash(cursor, user),))


def replace(cursor: Any, user: str, password: str) -> None:
    """Give the user this password alone."""
    cursor.execute(f"ALTER USER `{user}`@`%%` IDENTIFIED BY %s", (password,))
    discard(cursor, user)


def _is_mariadb(cursor: Any) -> bool:
    cursor.execute("SELECT VERSION()")
    return "MariaDB" in cursor.fetchone()[0]


def _mariadb_hash(cursor: Any, user: str) -> str:
    """Return the current password as MariaDB stores it: the first of the user's."""
    cursor.execute(f"SHOW CREATE USER `{user}`@`%`")
    found = MARIADB_HASH.search(cursor.fetchone()[0])
    if found is None:
        raise LookupError(f"user {user} has no password of {MARIADB_PLUGIN}")
    return found[1]
