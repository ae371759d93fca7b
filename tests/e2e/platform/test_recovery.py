"""A state in which no create has ended: all that is there is found again, known as ours, and adopted."""

import json
from typing import Any

import pytest

from recovery.lookup import NotSought
from recovery.plan import how
from tests.e2e import rehearsal as r

STATE = r.STATE / "pulumi/.pulumi/stacks/slipway/rehearsal.json"
# What the engine learns when a create ends.
LEARNT = ("id", "outputs", "created", "modified", "initErrors")


def rewind() -> list[str]:
    """Turn each resource of the state into a create whose end nobody saw; return their types."""
    document = json.loads(STATE.read_text())
    latest: dict[str, Any] = document["checkpoint"]["latest"]
    begun = [each for each in latest["resources"] if each.get("custom") and not each["type"].startswith("pulumi:")]
    latest["resources"] = [each for each in latest["resources"] if each not in begun]
    latest["pending_operations"] = [
        {"type": "creating", "resource": {key: value for key, value in each.items() if key not in LEARNT}} for each in begun
    ]
    STATE.write_text(json.dumps(document))
    return [str(each["type"]) for each in begun]


def identities() -> set[str]:
    """What tells an object from one that was made anew."""
    kinds = "namespaces,deployments,statefulsets,services,targetgroupbindings,persistentvolumeclaims,secrets,configmaps"
    objects = {f"{each['kind']} {each['metadata']['uid']}" for each in r.items(kinds, "--all-namespaces")}
    resources = json.loads(STATE.read_text())["checkpoint"]["latest"]["resources"]
    return objects | {each["id"] for each in resources if each["type"].startswith("aws:ec2/") and each.get("id")}


@pytest.fixture
def before() -> set[str]:
    found = identities()
    assert len(found) > 100
    return found


def test_a_stack_whose_creates_were_all_cut_off_is_adopted_and_nothing_is_made_twice(before: set[str]) -> None:
    types = rewind()
    made_again = {typ for typ in types if isinstance(how(typ), NotSought)}
    output = r.rehearsal("up")
    assert "not ours" not in output
    created = {line.split()[1] for line in output.splitlines() if line.startswith(" + ") and " created" in line}
    assert created <= {short(typ) for typ in made_again}
    assert identities() == before
    assert r.changes(r.up()) == []


def short(typ: str) -> str:
    """Return a type as Pulumi prints it: `aws:ecr:LifecyclePolicy` for `aws:ecr/lifecyclePolicy:LifecyclePolicy`."""
    package, module, kind = typ.split(":")
    return f"{package}:{module.split('/')[0]}:{kind}"
