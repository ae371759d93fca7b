"""What was written stays: when all pods go at once, when a dump is loaded, and when somebody would delete it."""

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


def await_all() -> None:
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
    await_all()
    assert [one.app for one in kept if not one.is_there()] == []


def test_a_rolled_out_store_keeps_its_data_and_takes_the_new_password_which_is_shown_nowhere() -> None:
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
    """How often each pod that is to run was started again."""
    return {
        f"{app.name}/{pod['metadata']['name']}": pod["status"]["containerStatuses"][0]["restartCount"]
        for app in deployed()
        for name in (*(one.name for one in app.services), *(one.name for one in app.stores if one.in_pod))
        for pod in r.pods(name, app.name)
    }


def is_back(one: Kept) -> bool:
    """Whether it is there; an error is no answer yet, for the load balancer has to learn where the pods are now."""
    try:
        return one.is_there()
    except AssertionError:
        return False


def test_a_node_that_is_switched_off_and_on_loses_no_data() -> None:
    """Every process of every pod is gone at once, with no time to write anything down."""
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
    # Until the agents have looked, the API server says that all is well.
    r.until(lambda: all(count > before[name] for name, count in starts().items()), 240, "not every pod was started again")
    await_all()
    for one in kept:
        r.until(partial(is_back, one), 60, f"what was written into {one.app} is not there")


def make(target: str, app: str, store: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """A recipe of the Makefile, in the rehearsal's environment, as a person types it."""
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


def test_a_dump_of_mysql_brings_back_what_was_deleted_and_takes_away_what_came_later() -> None:
    person = Person.signed_up()
    task = person.ask(201, "POST", json={"name": "dumped"}).json()
    assert '"msg":"dumped"' in made("dump", "todo", "database")
    person.ask(204, "DELETE", f"/{task['id']}")
    person.ask(201, "POST", json={"name": "later"})
    assert '"msg":"restored"' in made("restore", "todo", "database")
    assert person.tasks() == ["dumped"]


def test_a_dump_of_postgres_can_be_chosen_by_its_name() -> None:
    counted_vote()
    counted = votes()
    first = made("dump", "voting", "postgres").split('"file":"/dumps/')[1].split('"')[0]
    counted_vote()
    made("dump", "voting", "postgres")
    made("restore", "voting", "postgres", DUMP=first)
    assert votes() == counted


def test_a_dump_that_is_not_there_changes_nothing() -> None:
    person = Person.signed_up()
    person.ask(201, "POST", json={"name": "untouched"})
    done = make("restore", "todo", "database", DUMP="no.sql.gz")
    assert done.returncode != 0
    assert "there is no such dump" in done.stdout
    assert person.tasks() == ["untouched"]
