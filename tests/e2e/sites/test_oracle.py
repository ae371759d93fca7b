"""Tests of the oracle through its public URL."""

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import rehearsal as r
from tests.e2e.browser import reload
from tests.e2e.systems import answer

Visit = Callable[[str], Page]
Picture = Callable[[Page, str], None]


def ask(expected: int, **changed: object) -> dict[str, str]:
    body = {"first_name": "Ada", "name": f"Lovelace-{uuid.uuid4().hex[:6]}", "age": 36} | changed
    found: dict[str, str] = answer(expected, "POST", "oracle", "/api/predictions", json=body).json()
    return found


def test_a_person_asks_reads_the_answer_and_deletes_it(visit: Visit, picture: Picture) -> None:
    name = f"Lovelace-{uuid.uuid4().hex[:4]}"
    page = visit("oracle")
    expect(page.get_by_role("note")).to_contain_text("This is a joke.")
    page.get_by_role("textbox", name="First name").fill("Ada")
    page.get_by_role("textbox", name="Name", exact=True).fill(name)
    page.get_by_role("spinbutton", name="Age").fill("36")
    page.get_by_role("button", name="Ask the oracle").click()
    told = page.get_by_role("region", name="The oracle's answer")
    expect(told).to_contain_text(f"Ada {name}, your last day is")
    # The animation of the answer has ended.
    told.evaluate("element => Promise.all(element.getAnimations().map(animation => animation.finished))")
    picture(page, "oracle")
    day = told.get_by_role("time").get_attribute("datetime") or ""
    assert date.fromisoformat(day) > datetime.now(UTC).date()
    reload(page)
    entry = page.get_by_role("article").filter(has_text=name)
    expect(entry).to_have_count(1)
    entry.get_by_role("button").click()
    expect(entry).to_have_count(0)


def test_the_same_person_gets_the_same_answer() -> None:
    first = ask(201, name="Always-The-Same" + uuid.uuid4().hex[:6])
    assert ask(200, name=first["name"]) == first


@pytest.mark.parametrize(
    ("changed", "said"),
    [({"age": -1}, "greater than or equal to 0"), ({"age": 131}, "less than or equal to 130"), ({"name": " "}, "name")],
)
def test_an_invalid_question_is_rejected_with_the_rule(changed: dict[str, object], said: str) -> None:
    assert said in str(ask(400, **changed)["error"])


def test_three_config_maps_and_a_claim_of_two_gibibytes() -> None:
    found = r.items("configmaps", "-n", "oracle")
    maps = {one["metadata"]["name"]: one["data"] for one in found if one["metadata"]["name"] != "kube-root-ca.crt"}
    assert len(maps) == 3 + 1, "and that of the frontend's port"
    assert any(data.get("DATABASE_NAME") == "oracle" for data in maps.values())
    assert any((data.get("MYSQL_DATABASE"), data.get("MODE")) == ("oracle", "production") for data in maps.values())
    assert any("BACKEND_URL" in data.get("config.js", "") for data in maps.values())
    (claim,) = r.items("persistentvolumeclaims", "-n", "oracle", "--field-selector", "metadata.name=mysql")
    assert claim["status"]["capacity"]["storage"] == "2Gi"
