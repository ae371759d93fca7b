"""Tests of the voting app through its two public URLs."""

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import rehearsal as r
from tests.e2e.systems import answer, vote, votes

Visit = Callable[[str], Page]
Picture = Callable[[Page, str], None]
# As in infra/kubernetes/service.py.
READINESS_PERIOD_SECONDS = 5


def count_of(page: Page, side: str) -> int:
    text = page.locator(f"#votes-{side}").inner_text()
    return int(text.split()[0])


def scaled(deployment: str, replicas: int) -> None:
    r.kubectl("scale", "-n", "voting", f"deployment/{deployment}", f"--replicas={replicas}")
    labels = f"app.kubernetes.io/name={deployment}"

    def are_there() -> bool:
        return len(r.items("pods", "-n", "voting", "-l", labels)) == replicas

    r.until(are_there, 60, f"{deployment} has not {replicas} pods")
    r.kubectl("rollout", "status", "-n", "voting", f"deployment/{deployment}", "--timeout=120s", timeout=140)


@contextmanager
def stopped(deployment: str) -> Iterator[None]:
    """Scale the deployment to zero, and back to its former size afterwards."""
    replicas = len(r.names(deployment, "voting"))
    try:
        scaled(deployment, 0)
        yield
    finally:
        scaled(deployment, replicas)


def test_a_person_votes_changes_it_and_sees_the_result_move(visit: Visit, picture: Picture) -> None:
    result = visit("result")
    expect(result.locator("#state")).to_have_text("live")
    expect(result.locator("#votes-a")).to_contain_text("vote")
    cats, dogs = count_of(result, "a"), count_of(result, "b")
    page = visit("vote")
    page.get_by_role("button", name="Cats").click()
    expect(page.get_by_role("status")).to_contain_text("Your vote: Cats")
    expect(result.locator("#votes-a")).to_contain_text(f"{cats + 1} ")
    page.get_by_role("button", name="Dogs").click()
    expect(result.locator("#votes-b")).to_contain_text(f"{dogs + 1} ")
    expect(result.locator("#votes-a")).to_contain_text(f"{cats} ")
    picture(page, "vote")
    expect(result.locator("#state")).to_have_text("live")
    picture(result, "result")
    page.get_by_role("link", name="See the results").click()
    expect(page).to_have_url("https://result.localhost/")


def test_both_replicas_of_the_result_show_a_vote(visit: Visit) -> None:
    pods = r.names("result", "voting")
    assert len(pods) == 2
    pages = [visit("result") for _ in range(6)]
    for page in pages:
        expect(page.locator("#votes-b")).to_contain_text("vote")
    before = count_of(pages[0], "b")
    vote("b")
    for page in pages:
        expect(page.locator("#votes-b")).to_contain_text(f"{before + 1} ")
    served = {cookie["value"] for page in pages for cookie in page.context.cookies() if cookie["name"].startswith("AWSALB")}
    assert len(served) >= 2, "the pages were all on one replica"


def test_a_form_of_another_site_cannot_vote() -> None:
    before = votes()
    answer(403, "POST", "vote", "/", data={"choice": "a"}, headers={"Origin": "https://evil.example"})
    answer(400, "POST", "vote", "/", data={"choice": "c"})
    # Votes are counted in order: when this vote is counted, earlier ones would have been counted, too.
    vote("b")
    r.until(lambda: votes()["b"] > before["b"], 60, "a vote from the page itself is not counted")
    assert votes() == before | {"b": before["b"] + 1}


def wait_for_readiness() -> None:
    """Wait until both sites have answered for three readiness probes: pods that lost their store become unready late."""
    answering_since = time.monotonic()

    def is_ready() -> bool:
        nonlocal answering_since
        statuses = {r.request("GET", f"https://{host}.localhost/").status_code for host in ("vote", "result")}
        if statuses != {200}:
            answering_since = time.monotonic()
        return time.monotonic() - answering_since > 3 * READINESS_PERIOD_SECONDS

    r.until(is_ready, 120, "the voting sites do not answer")


@pytest.mark.parametrize("store", ["redis", "postgres"])
def test_no_vote_is_lost_or_counted_twice_while_a_store_is_down(store: str) -> None:
    before = votes()
    r.kubectl("delete", "pod", "-n", "voting", f"{store}-0", "--wait=false")
    taken = unsure = 0
    for _ in range(20):
        cast = r.request("POST", "https://vote.localhost/", data={"choice": "a"}, cookies={"voter": uuid.uuid4().hex})
        assert cast.status_code in (303, 503), cast.text
        taken += cast.status_code == 303
        unsure += cast.status_code == 503
    r.kubectl("rollout", "status", "-n", "voting", f"statefulset/{store}", "--timeout=120s", timeout=140)
    r.until(lambda: r.request("GET", "https://result.localhost/api/result").status_code == 200, 60, "the result is not back")
    r.until(lambda: votes()["a"] >= before["a"] + taken, 90, "votes that were taken are not counted")
    vote("b")
    r.until(lambda: votes()["b"] == before["b"] + 1, 60, "the worker is not back")
    # A Redis that stops during a write may have stored a vote without confirming it.
    assert before["a"] + taken <= votes()["a"] <= before["a"] + taken + unsure
    assert taken > 0
    wait_for_readiness()


def test_votes_wait_for_the_worker_and_a_changed_mind_counts_once() -> None:
    before = votes()
    with stopped("worker"):
        voter = vote("a")
        vote("b", voter)
        vote("a")
        assert votes() == before
    r.until(lambda: votes() == {"a": before["a"] + 1, "b": before["b"] + 1}, 60, "the votes that waited are not counted")
