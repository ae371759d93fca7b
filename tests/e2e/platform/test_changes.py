"""Tests of changes of images, secrets and replicas, and of interrupted runs of `up`."""

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.e2e import plain_text
from tests.e2e import rehearsal as r
from tests.e2e.systems import deployed, message, messages

API_SOURCE = r.ROOT / "apps/messageboard/api/api/__init__.py"
NEW_PASSWORD = "Another-Password-2026"


def test_a_second_up_and_a_refresh_change_nothing() -> None:
    assert r.changes(r.up()) == []
    assert r.changes(r.pulumi("refresh", "--yes", "--skip-preview")) == []
    assert r.changes(r.up()) == []


def test_a_message_can_be_written() -> None:
    """The following tests expect this message."""
    assert message("still here").is_there()


@pytest.fixture
def changed_source() -> Iterator[None]:
    before = API_SOURCE.read_text()
    API_SOURCE.write_text(before + "\n# Another revision.\n")
    yield
    API_SOURCE.write_text(before)


@pytest.mark.usefixtures("changed_source")
def test_a_changed_source_rolls_the_pods_to_a_new_digest_without_a_lost_request() -> None:
    before, pods = r.image("api"), r.names("api")
    with r.load() as load:
        r.up()
    assert r.image("api") != before
    assert not pods & r.names("api")
    assert load.answers["200"] > 100
    assert load.failures == {}


def test_reverted_source_is_deployed_without_the_build_cache() -> None:
    """The build of the same source without the cache has another digest; images in the registry must not prevent it."""
    before = r.image("api")
    r.rehearsal("run", "--", "buildctl", "--addr", "unix:///run/slipway/buildkitd.sock", "prune", "--all")
    r.up()
    assert r.image("api") != before
    assert "still here" in messages()


@dataclass(frozen=True)
class Rotation:
    """An `up` that changed the message board's password, with logins of the master user, the app and its migration."""

    old: str
    old_pods: set[str]
    all_passwords: set[str]
    """The passwords of all apps before and after the rotation."""
    output: str
    commands: set[str]


@pytest.fixture(scope="module")
def rotation() -> Rotation:
    key = "messageboard:database_password"
    old, old_pods, passwords = r.secret(key), r.names("api"), plain_text.passwords()
    r.pulumi("config", "set", "--secret", key, stdin=NEW_PASSWORD)
    with r.command_lines() as commands:
        output = r.up()
    passwords |= plain_text.passwords()
    return Rotation(old=old, old_pods=old_pods, all_passwords=passwords, output=output, commands=commands)


def test_a_rotated_password_rolls_the_pods_and_the_old_one_no_longer_logs_in(rotation: Rotation) -> None:
    assert not rotation.old_pods & r.names("api")
    assert "still here" in messages()
    login = (
        "import os, sys, pymysql\n"
        "pymysql.connect(host=os.environ['DATABASE_HOST'], user=os.environ['DATABASE_USER'],"
        " password=sys.stdin.readline().strip(),"
        " ssl={'ca': os.environ['DATABASE_CA']})"
    )
    command = ("exec", "-i", "-n", r.BOARD, next(iter(r.names("api"))), "--", "python", "-c", login)
    assert r.kubectl(*command, stdin=f"{NEW_PASSWORD}\n", check=False).returncode == 0
    refused = r.kubectl(*command, stdin=f"{rotation.old}\n", check=False)
    assert refused.returncode != 0
    assert "Access denied" in refused.stderr


def test_no_password_is_shown_in_plain_text_while_it_is_changed_and_used(rotation: Rotation) -> None:
    assert {rotation.old, NEW_PASSWORD} < rotation.all_passwords
    assert plain_text.shown(rotation.all_passwords, rotation.output, rotation.commands) == []


def set_revision(revision: str) -> None:
    """Set the schema revision in the message board's database."""
    statement = (
        "import os, sys, pymysql\n"
        "with pymysql.connect(host=os.environ['DATABASE_HOST'], user=os.environ['DATABASE_USER'], autocommit=True,"
        " password=os.environ['DATABASE_PASSWORD'], database=os.environ['DATABASE_NAME'], ssl={'ca': os.environ['DATABASE_CA']})"
        " as connection:\n"
        "    cursor = connection.cursor()\n"
        "    assert cursor.execute('UPDATE alembic_version SET version_num = %s', (sys.argv[1],)) == 1"
    )
    r.kubectl("exec", "-n", r.BOARD, next(iter(r.names("api"))), "--", "python", "-c", statement, revision)


@pytest.mark.usefixtures("changed_source")
def test_a_failed_migration_is_run_again_by_the_next_up() -> None:
    before = r.image("api")
    set_revision("lost")
    try:
        failed = r.pulumi("up", "--yes", "--skip-preview", check=False)
    finally:
        set_revision("0001")
    assert "BackoffLimitExceeded" in failed
    assert r.image("api") == before, "pods roll only after their migration"
    r.up()
    assert r.image("api") != before
    assert "still here" in messages()
    assert r.changes(r.up()) == []


def kill_up_when(seen: str) -> None:
    """Start an `up` and kill it and its plugins as soon as a line of its output matches `seen`."""
    process = subprocess.Popen(
        [
            os.environ["REHEARSAL_PYTHON"],
            "-m",
            "rehearsal",
            "run",
            "--",
            "pulumi",
            "up",
            "--yes",
            "--skip-preview",
            "--non-interactive",
        ],
        cwd=r.ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert process.stdout
    lines = []
    for line in process.stdout:
        lines.append(line)
        if re.search(seen, line):
            break
    else:
        raise AssertionError("".join(lines)[-3000:])
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()


def test_an_up_killed_halfway_is_recovered_by_the_next_up() -> None:
    r.pulumi("config", "set", "slipway:replicas_per_zone", "2")
    kill_up_when(r"Deployment messageboard-\w+ updating")
    r.pulumi("config", "set", "slipway:replicas_per_zone", "1")
    r.rehearsal("up")
    assert {one["spec"]["replicas"] for app in deployed() for one in r.items("deployments", "-n", app.name)} == {2}
    assert "still here" in messages()
    assert r.changes(r.up()) == []


@pytest.mark.usefixtures("changed_source")
def test_an_up_killed_after_an_image_push_is_recovered_by_the_next_up() -> None:
    """After the interruption, the image is in the registry but not in the state."""
    API_SOURCE.write_text(API_SOURCE.read_text() + "# And another.\n")
    kill_up_when(r"Image images-messageboard-api .*(updated|pushing manifest)")
    r.rehearsal("up")
    assert "still here" in messages()
    assert r.changes(r.up()) == []
