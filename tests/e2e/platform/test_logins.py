"""Tests of logins to the database server during a password rotation and after the removal of an app."""

import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.e2e import rehearsal as r
from tests.e2e.systems import deployed, note

APP = "notes"
KEY = f"{APP}:database_password"
# Wrong password; the account is locked. MySQL says 3118 for the second.
WRONG, LOCKED = "1045", "4151"
# Runs in a pod of the message board, which can resolve the server's name. The password is on standard input.
LOGIN = """
import os, sys, pymysql
try:
    pymysql.connect(host=os.environ["DATABASE_HOST"], user=sys.argv[1], password=sys.stdin.readline().strip(),
                    ssl={"ca": os.environ["DATABASE_CA"]}, connect_timeout=10).close()
except pymysql.MySQLError as error:
    print(error.args[0])
"""


def login(user: str, password: str) -> str:
    """Log in to the stack's database server. Return the number of the error, or an empty text."""
    command = ("exec", "-i", "-n", r.BOARD, "deployment/api", "--", "python", "-c", LOGIN, user)
    refusal = r.kubectl(*command, stdin=f"{password}\n").stdout.strip()
    assert refusal in ("", WRONG, LOCKED)
    return refusal


@dataclass
class Watch:
    """The observations of alternating logins with the old password and reads of the pods."""

    refused_to_old_pods: list[str] = field(default_factory=list)
    turns_with_both_pods: int = 0


@contextmanager
def watched(admits: Callable[[], str], old_pods: set[str]) -> Iterator[Watch]:
    """Observe until the block ends. An old pod that still exists after a refused login would have been refused, too."""
    watch, stop = Watch(), threading.Event()

    def names() -> set[str]:
        return {pod["metadata"]["name"] for pod in r.items("pods", "-n", APP, "-l", "app.kubernetes.io/name=backend")}

    def look() -> None:
        while not stop.wait(0.2):
            refusal, found = admits(), names()
            if refusal and found & old_pods:
                watch.refused_to_old_pods.append(refusal)
            watch.turns_with_both_pods += bool(found & old_pods) and bool(found - old_pods)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield watch
    finally:
        stop.set()
        thread.join()


def test_the_old_password_works_until_the_last_old_pod_is_gone() -> None:
    old, new = r.secret(KEY), secrets.token_urlsafe(30)
    before = r.names("backend", APP)
    assert login(APP, old) == ""
    r.pulumi("config", "set", "--secret", KEY, stdin=new)
    with watched(lambda: login(APP, old), before) as watch:
        r.up()
    assert not before & r.names("backend", APP)
    assert watch.turns_with_both_pods > 0, "the roll-out was not seen"
    assert watch.refused_to_old_pods == []
    assert login(APP, old) == WRONG
    assert login(APP, new) == ""


@contextmanager
def stack_without_app() -> Iterator[None]:
    position = [app.name for app in deployed()].index(APP)
    r.pulumi("config", "rm", "--path", f"slipway:apps[{position}]")
    try:
        r.up()
        yield
    finally:
        # The apps of the stack file again.
        r.rehearsal("up")


def test_a_removed_app_cannot_log_in_until_it_is_deployed_again_with_its_data() -> None:
    password, written = r.secret(KEY), note("kept")
    assert login(APP, password) == ""
    with stack_without_app():
        assert login(APP, password) == LOCKED
        assert login("messageboard", r.secret("messageboard:database_password")) == ""
    assert login(APP, r.secret(KEY)) == ""
    assert written.is_there()
