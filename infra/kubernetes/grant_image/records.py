"""What the platform remembers of the users that it has made, in a schema of its own that only the master user reads."""

import hashlib
import hmac
import os
from dataclasses import dataclass
from typing import Any

STATEMENTS = (
    "CREATE DATABASE IF NOT EXISTS `slipway`",
    "CREATE TABLE IF NOT EXISTS `slipway`.`users` ("
    "name VARCHAR(32) PRIMARY KEY, salt BINARY(16) NOT NULL, digest BINARY(32) NOT NULL, "
    "has_old_password BOOLEAN NOT NULL, is_locked BOOLEAN NOT NULL)",
)


@dataclass(frozen=True, kw_only=True)
class Record:
    """A user, and a digest that tells whether a password is its current one; the server itself does not tell that."""

    name: str
    salt: bytes
    digest: bytes
    has_old_password: bool
    is_locked: bool

    def is_of(self, password: str) -> bool:
        return hmac.compare_digest(self.digest, _digest(password, self.salt))


def prepare(cursor: Any) -> None:
    for statement in STATEMENTS:
        cursor.execute(statement)


def find(cursor: Any, name: str) -> Record | None:
    return next((record for record in every(cursor) if record.name == name), None)


def every(cursor: Any) -> list[Record]:
    """Return the records of all users that the platform has made, and of nobody else's."""
    cursor.execute("SELECT name, salt, digest, has_old_password, is_locked FROM `slipway`.`users` ORDER BY name")
    return [
        Record(name=name, salt=salt, digest=digest, has_old_password=bool(old), is_locked=bool(locked))
        for name, salt, digest, old, locked in cursor.fetchall()
    ]


def write(cursor: Any, name: str, password: str, *, has_old_password: bool) -> None:
    """Remember the user's new password."""
    salt = os.urandom(16)
    cursor.execute(
        "REPLACE INTO `slipway`.`users` VALUES (%s, %s, %s, %s, FALSE)", (name, salt, _digest(password, salt), has_old_password)
    )


def mark(cursor: Any, name: str, *, is_locked: bool) -> None:
    """Remember that the user has no old password, and whether it is locked."""
    cursor.execute("UPDATE `slipway`.`users` SET has_old_password = FALSE, is_locked = %s WHERE name = %s", (is_locked, name))


def _digest(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=2**14, r=8, p=1, dklen=32)
