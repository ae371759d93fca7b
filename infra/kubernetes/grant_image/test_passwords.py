"""What a new password, the end of a roll-out and a removed app mean for who may log in."""

import time

import grant as module
import pymysql
import pytest
import records
from conftest import Database

APP = {
    "DATABASE_HOST": "db.example",
    "DATABASE_PORT": "3306",
    "DATABASE_CA": "/ca.pem",
    "DATABASE_NAME": "board",
    "DATABASE_USER": "board",
    "MASTER_USER": "master",
    "MASTER_PASSWORD": "the-masters",
}


def granted(connection: pymysql.Connection, password: str, **changed: str) -> module.Grant:
    grant = module.Grant.of(APP | {"DATABASE_PASSWORD": password} | changed)
    module.apply(grant, connection)
    return grant


def locked(connection: pymysql.Connection, *users: str) -> None:
    module.lock(module.Users.of(APP | {"DATABASE_USERS": ",".join(users)}), connection)


def admitted(server: Database, *passwords: str, user: str = "board") -> list[str]:
    return [password for password in passwords if server.admits(user, password)]


def test_a_new_password_works_beside_the_old_one_until_the_old_one_is_discarded(
    server: Database, connection: pymysql.Connection
) -> None:
    granted(connection, "one-'quoted")
    grant = granted(connection, "two")
    assert admitted(server, "one-'quoted", "two", "three") == ["one-'quoted", "two"]
    module.discard(grant, connection, 0)
    assert admitted(server, "one-'quoted", "two") == ["two"]


def test_a_grant_that_runs_again_keeps_the_old_password_for_the_pods_that_use_it(
    server: Database, connection: pymysql.Connection
) -> None:
    granted(connection, "one")
    for _ in range(3):
        granted(connection, "two")
    assert admitted(server, "one", "two") == ["one", "two"]


def test_the_password_before_the_last_is_discarded_whatever_came_back(server: Database, connection: pymysql.Connection) -> None:
    """A roll-out that failed, and a stack that was set back: the pods of both passwords log in meanwhile."""
    granted(connection, "one")
    granted(connection, "two")
    grant = granted(connection, "one")
    assert admitted(server, "one", "two") == ["one", "two"]
    module.discard(grant, connection, 0)
    assert admitted(server, "one", "two") == ["one"]


def test_a_user_that_an_earlier_version_made_keeps_its_password_until_the_roll_out_is_done(
    server: Database, connection: pymysql.Connection
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE USER board IDENTIFIED BY 'one' REQUIRE SSL")
    grant = granted(connection, "two")
    assert admitted(server, "one", "two") == ["one", "two"]
    module.discard(grant, connection, 0)
    assert admitted(server, "one", "two") == ["two"]


def test_only_an_old_password_is_waited_for(connection: pymysql.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    module.discard(granted(connection, "one"), connection, 60)
    assert slept == []
    grant = granted(connection, "two")
    for _ in range(2):
        module.discard(grant, connection, 60)
    assert slept == [60]


def test_a_removed_apps_user_is_locked_and_nobody_else(server: Database, connection: pymysql.Connection) -> None:
    granted(connection, "one")
    granted(connection, "shops", DATABASE_NAME="shop", DATABASE_USER="shop")
    with connection.cursor() as cursor:
        cursor.execute("CREATE USER analyst IDENTIFIED BY 'person' REQUIRE SSL")
    locked(connection, "shop")
    assert admitted(server, "one") == []
    assert admitted(server, "shops", user="shop") == ["shops"]
    assert admitted(server, "person", user="analyst") == ["person"]
    assert server.admits("master", "the-masters")


def test_the_last_app_is_locked_when_none_is_left(server: Database, connection: pymysql.Connection) -> None:
    granted(connection, "one")
    locked(connection)
    locked(connection)
    assert admitted(server, "one") == []


def test_an_app_that_comes_back_is_let_in_with_its_new_password_alone(server: Database, connection: pymysql.Connection) -> None:
    granted(connection, "one")
    granted(connection, "two")
    locked(connection)
    granted(connection, "three")
    assert admitted(server, "one", "two", "three") == ["three"]


def test_a_server_without_apps_has_nobody_to_lock(connection: pymysql.Connection) -> None:
    locked(connection)
    with connection.cursor() as cursor:
        assert records.every(cursor) == []


def test_no_app_reads_what_the_platform_remembers(server: Database, connection: pymysql.Connection) -> None:
    granted(connection, "one")
    with server.login("board", "one") as app, app.cursor() as cursor, pytest.raises(pymysql.err.OperationalError, match="denied"):
        cursor.execute("SELECT * FROM slipway.users")


def test_no_password_is_remembered_in_plain_text(connection: pymysql.Connection) -> None:
    granted(connection, "one-very-long-password")
    with connection.cursor() as cursor:
        (record,) = records.every(cursor)
    assert record.is_of("one-very-long-password")
    assert not record.is_of("one-very-long-passwore")
    assert b"one-very" not in record.salt + record.digest


def test_two_jobs_of_one_user_do_not_run_at_once(
    server: Database, connection: pymysql.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOCK_TRY_SECONDS", 0)
    with server.login("master", "the-masters") as other, other.cursor() as cursor, connection.cursor() as second:
        impatient = module.take_lock.retry_with(stop=lambda state: True)
        impatient(cursor, "board")
        impatient(second, "shop")
        with pytest.raises(module.LockedError):
            impatient(second, "board")
