import contextlib
import os
import socket
from pathlib import Path

import grant as module
import pymysql
import pytest
from tenacity import stop_after_attempt

AUTHORITY = Path(__file__).parents[2] / "aws" / "rds_ca.pem"
ENVIRONMENT = {
    "DATABASE_HOST": "db.example",
    "DATABASE_PORT": "3306",
    "DATABASE_CA": "/ca.pem",
    "DATABASE_NAME": "board",
    "DATABASE_USER": "board",
    "DATABASE_PASSWORD": "the-apps",
    "MASTER_USER": "slipway",
    "MASTER_PASSWORD": "the-masters",
}


def test_all_that_is_missing_is_named_at_once() -> None:
    with pytest.raises(ValueError, match="MASTER_PASSWORD is missing") as caught:
        module.Grant.of({"DATABASE_HOST": "db.example"})
    assert "DATABASE_NAME is missing" in str(caught.value)


@pytest.mark.parametrize("name", ["x`; DROP", "Board", "1board", "a" * 33])
def test_a_name_that_is_no_identifier_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="DATABASE_NAME must match"):
        module.Grant.of(ENVIRONMENT | {"DATABASE_NAME": name})


def test_no_password_is_in_its_text() -> None:
    text = repr(module.Grant.of(ENVIRONMENT))
    assert "the-apps" not in text
    assert "the-masters" not in text


def test_a_server_that_refuses_is_named_without_a_password(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(grant: module.Grant) -> None:
        raise pymysql.err.OperationalError(1045, "Access denied (using password: the-masters)")

    monkeypatch.setattr(module, "connect", refuse)
    monkeypatch.setattr(os, "environ", ENVIRONMENT)
    assert module.main() == 1
    said = capsys.readouterr().out
    assert "slipway at db.example:3306" in said
    assert "1045" in said
    assert "the-masters" not in said


def test_a_server_that_says_nothing_is_not_waited_for_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TIMEOUT_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        place = {"DATABASE_HOST": "127.0.0.1", "DATABASE_PORT": str(silent.getsockname()[1]), "DATABASE_CA": str(AUTHORITY)}
        grant = module.Grant.of(ENVIRONMENT | place)
        with pytest.raises(pymysql.err.OperationalError):
            module.connect.retry_with(stop=stop_after_attempt(1))(grant)


def test_the_grant_is_for_one_schema_by_tls_and_can_be_repeated_with_a_new_password(connection: pymysql.Connection) -> None:
    stored = []
    for password in ("first-'quoted", "second"):
        module.apply(module.Grant.of(ENVIRONMENT | {"DATABASE_PASSWORD": password}), connection)
        with connection.cursor() as cursor:
            cursor.execute("SHOW CREATE USER board@'%'")
            stored.append(cursor.fetchone()[0])
            cursor.execute("SHOW GRANTS FOR board@'%'")
            rights = [row[0] for row in cursor.fetchall()]
    assert stored[0] != stored[1], "the second password took the place of the first"
    assert "REQUIRE SSL" in stored[1]
    assert any("ON `board`.*" in line for line in rights)
    assert not [line for line in rights if "GRANT OPTION" in line or ("ON *.*" in line and "USAGE" not in line)]


def test_a_schema_whose_name_has_two_words_is_the_only_one(connection: pymysql.Connection) -> None:
    module.apply(module.Grant.of(ENVIRONMENT | {"DATABASE_NAME": "two_words"}), connection)
    with connection.cursor() as cursor:
        cursor.execute("SHOW GRANTS FOR board@'%'")
        rights = [row[0] for row in cursor.fetchall()]
    assert any(r"ON `two\_words`.*" in line for line in rights)


@pytest.mark.parametrize(
    ("words", "work", "changed"),
    [((), "apply", {}), (("discard", "60"), "discard", {}), (("lock",), "lock", {"DATABASE_USERS": ""})],
)
def test_each_command_does_its_own_work_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    work: str,
    changed: dict[str, str],
) -> None:
    done = []
    monkeypatch.setattr(module, "connect", lambda settings: contextlib.nullcontext("the connection"))
    for name in ("apply", "discard", "lock"):
        monkeypatch.setattr(
            module, name, lambda settings, *given, name=name: done.append((name, type(settings).__name__, *given))
        )
    monkeypatch.setattr(os, "environ", ENVIRONMENT | changed)
    assert module.main(*words) == 0
    kind = "Users" if work == "lock" else "Grant"
    assert done == [(work, kind, "the connection", *(int(word) for word in words[1:]))]
    assert '"level": "info"' in capsys.readouterr().out


def test_the_users_to_spare_may_be_none_but_must_be_said() -> None:
    server = {
        name: value for name, value in ENVIRONMENT.items() if name not in {"DATABASE_NAME", "DATABASE_USER", "DATABASE_PASSWORD"}
    }
    assert module.Users.of(server | {"DATABASE_USERS": ""}).database_users == ""
    with pytest.raises(ValueError, match="DATABASE_USERS is missing"):
        module.Users.of(server)
