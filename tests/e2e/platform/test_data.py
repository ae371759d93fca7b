"""Tests that data survives deleted pods, rotated passwords and a restarted node, and that dumps restore it."""

import os
import secrets
import signal
import subprocess
import uuid
from contextlib import suppress
from functools import partial

from tests.e2e import plain_text
from tests.e2e import rehearsal as r
from tests.e2e.systems import Kept, Person, counted_vote, deployed, something_in_each, votes


def is_served(host: str) -> bool:
    return r.request("GET", f"https://{host}.localhost").status_code == 200


def wait_for_all() -> None:
    for app in deployed():
        for kind in ("statefulset", "deployment"):
            for one in r.items(kind, "-n", app.name):
                name = f"{kind}/{one['metadata']['name']}"
                r.kubectl("rollout", "status", "-n", app.name, name, "--timeout=240s", timeout=260)
    for app in deployed():
        for host in app.hosts:
            r.until(partial(is_served, host), 60, f"{host} is not back")


def test_all_pods_of_all_apps_deleted_at_once_come_back_with_no_data_lost() -> None:
    kept = something_in_each(f"kept-{uuid.uuid4().hex[:8]}")
    assert {one.app for one in kept} == {app.name for app in deployed()}
    before = {pod["metadata"]["uid"] for app in deployed() for pod in r.items("pods", "-n", app.name)}
    for app in deployed():
        r.kubectl("delete", "pods", "-n", app.name, "--all", "--wait=false")

    def old() -> set[str]:
        return before & {pod["metadata"]["uid"] for app in deployed() for pod in r.items("pods", "-n", app.name)}

    r.until(lambda: not old(), 240, "old pods are still there")
    wait_for_all()
    assert [one.app for one in kept if not one.is_there()] == []


def test_a_restarted_store_keeps_its_data_and_uses_the_new_password_without_showing_it() -> None:
    stores = [(app.name, store.name) for app in deployed() for store in app.stores if store.in_pod]
    assert len(stores) == 4
    kept = something_in_each(f"kept-{uuid.uuid4().hex[:8]}")
    before = {pod["metadata"]["uid"] for app, store in stores for pod in r.pods(store, app)}
    passwords = plain_text.passwords()
    for app, store in stores:
        r.pulumi("config", "set", "--secret", f"{app}:{store}_password", stdin=secrets.token_urlsafe(30))
    with r.command_lines() as commands:
        output = r.up()
    assert not before & {pod["metadata"]["uid"] for app, store in stores for pod in r.pods(store, app)}
    assert [one.app for one in kept if not one.is_there()] == []
    assert plain_text.shown(passwords | plain_text.passwords(), output, commands) == []


def starts() -> dict[str, int]:
    """Return the restart count of each pod of a service or store."""
    return {
        f"{app.name}/{pod['metadata']['name']}": pod["status"]["containerStatuses"][0]["restartCount"]
        for app in deployed()
        for name in (*(one.name for one in app.services), *(one.name for one in app.stores if one.in_pod))
        for pod in r.pods(name, app.name)
    }


def is_back(one: Kept) -> bool:
    """Return whether the data exists. Return False on errors: the load balancer may not know the new pods yet."""
    try:
        return one.is_there()
    except AssertionError:
        return False


def test_a_node_restart_loses_no_data() -> None:
    """All processes of all pods are killed at once, without time to write data."""
    kept = something_in_each(f"kept-{uuid.uuid4().hex[:8]}")
    before, agents = starts(), ("kubelet", "containerd")
    r.supervisor("stop", *agents)
    killed = 0
    for process in r.processes("/kubepods"):
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
            killed += 1
    assert killed > sum(len(app.services) for app in deployed())
    r.supervisor("start", *reversed(agents))
    # Until the agents report, the API server shows the pods as running.
    r.until(lambda: all(count > before[name] for name, count in starts().items()), 240, "not every pod was started again")
    wait_for_all()
    for one in kept:
        r.until(partial(is_back, one), 60, f"what was written into {one.app} is not there")


def make(target: str, app: str, store: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a recipe of the Makefile in the rehearsal's environment."""
    command = ["make", target, f"APP={app}", f"STORE={store}", *(f"{key}={value}" for key, value in variables.items())]
    return subprocess.run(
        [os.environ["REHEARSAL_PYTHON"], "-m", "rehearsal", "run", "--", *command],
        cwd=r.ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def made(target: str, app: str, store: str, **variables: str) -> str:
    done = make(target, app, store, **variables)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_restoring_mysql_brings_back_deleted_rows_and_removes_newer_ones() -> None:
    person = Person.signed_up()
    task = person.ask(201, "POST", json={"name": "dumped"}).json()
    assert '"msg":"dumped"' in made("dump", "todo", "database")
    person.ask(204, "DELETE", f"/{task['id']}")
    person.ask(201, "POST", json={"name": "later"})
    assert '"msg":"restored"' in made("restore", "todo", "database")
    assert person.tasks() == ["dumped"]


def test_postgres_can_be_restored_from_a_named_dump() -> None:
    counted_vote()
    counted = votes()
    first = made("dump", "voting", "postgres").split('"file":"/dumps/')[1].split('"')[0]
    counted_vote()
    made("dump", "voting", "postgres")
    made("restore", "voting", "postgres", DUMP=first)
    assert votes() == counted


def test_restoring_a_missing_dump_changes_nothing() -> None:
    person = Person.signed_up()
    person.ask(201, "POST", json={"name": "untouched"})
    done = make("restore", "todo", "database", DUMP="no.sql.gz")
    assert done.returncode != 0
    assert "there is no such dump" in done.stdout
    assert person.tasks() == ["untouched"]
