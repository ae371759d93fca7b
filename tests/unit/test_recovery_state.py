"""The edit of the state: what is adopted stands in it as if the engine had seen its create end."""

from typing import Any

from recovery.state import SECRET, SIGNATURE, UNKNOWN, Adoption, Pending, State, planned_creates

CIPHER = {SIGNATURE: "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:abc"}


def urn(name: str) -> str:
    return f"urn:pulumi:dev::slipway::aws:ec2/x:X::{name}"


def record(name: str, **more: Any) -> dict[str, Any]:
    return {"urn": urn(name), "type": "aws:ec2/x:X", "custom": True, **more}


def state(*records: dict[str, Any], pending: tuple[dict[str, Any], ...] = (), kind: str = "creating") -> State:
    operations = [{"resource": each, "type": kind} for each in pending]
    return State({"version": 3, "deployment": {"resources": list(records), "pending_operations": operations}})


def adopted(before: State, *adoptions: Adoption) -> list[dict[str, Any]]:
    deployment = before.with_adopted(adoptions)["deployment"]
    assert "pending_operations" not in deployment
    records: list[dict[str, Any]] = deployment["resources"]
    return records


def test_an_adopted_object_has_its_id_its_inputs_and_its_options() -> None:
    begun = record("a", inputs={"name": "n"}, protect=True, dependencies=[urn("b")])
    before = state(record("b", id="b-1"), pending=(begun,))
    (pending,) = before.pending_creates
    last = adopted(before, Adoption(pending=pending, resource_id="a-1", outputs={"arn": "arn:a"}))[-1]
    assert last == begun | {"id": "a-1", "outputs": {"name": "n", "id": "a-1", "arn": "arn:a"}}


def test_a_dependency_on_a_missing_resource_is_omitted() -> None:
    gone = urn("association")
    properties = {"name": [gone, urn("b")]}
    begun = record("a", inputs={}, dependencies=[gone, urn("b")], propertyDependencies=properties)
    before = state(record("b", id="b-1", dependencies=[gone]), pending=(begun,))
    (pending,) = before.pending_creates
    first, last = adopted(before, Adoption(pending=pending, resource_id="a-1"))
    assert first["dependencies"] == []
    assert last["dependencies"] == [urn("b")]
    assert last["propertyDependencies"] == {"name": [urn("b")]}


def test_secrets_stay_encrypted_in_the_state_and_are_masked_for_lookups() -> None:
    before = state(pending=(record("a", inputs={"password": CIPHER}),))
    (pending,) = before.pending_creates
    assert pending.inputs == {"password": SECRET}
    (only,) = adopted(before, Adoption(pending=pending, resource_id="a-1"))
    assert only["inputs"]["password"] == only["outputs"]["password"] == CIPHER


def test_an_interrupted_update_is_reported_and_not_treated_as_a_pending_create() -> None:
    before = state(record("a", id="a-1"), pending=(record("a", id="a-1"),), kind="updating")
    assert before.interrupted == [f"updating {urn('a')}"]
    assert before.pending_creates == []


def test_an_adopted_object_is_after_its_dependencies_and_before_its_dependents() -> None:
    needs = record("last", id="l-1", propertyDependencies={"vpcId": [urn("middle")]})
    before = state(record("first", id="f-1"), needs, pending=(record("middle", dependencies=[urn("first")]),))
    (pending,) = before.pending_creates
    names = [each["urn"].rsplit("::", 1)[-1] for each in adopted(before, Adoption(pending=pending, resource_id="m-1"))]
    assert names == ["first", "middle", "last"]


def test_a_replacement_takes_the_place_of_its_predecessor_which_is_left_to_be_deleted() -> None:
    before = state(record("a", id="old"), record("b", id="b-1", parent=urn("a")), pending=(record("a"),))
    (pending,) = before.pending_creates
    records = adopted(before, Adoption(pending=pending, resource_id="new", replaces=True))
    assert [(each["id"], each.get("delete", False)) for each in records] == [("new", False), ("b-1", False), ("old", True)]


def test_a_second_object_of_one_resource_goes_in_under_a_name_that_no_program_has() -> None:
    before = state(record("a", id="a-1"), pending=(record("a", protect=True),))
    (pending,) = before.pending_creates
    kept, left = adopted(before, Adoption(pending=pending, resource_id="a-2"))
    assert (kept["urn"], kept["id"]) == (urn("a"), "a-1")
    assert left["urn"].startswith(f"{urn('a')}-orphan-")
    assert not left["protect"], "the next up deletes it"


def test_inputs_of_others_tell_which_of_two_objects_is_built_upon() -> None:
    before = state(record("b", inputs={"vpcId": "vpc-1"}), pending=(record("c", inputs={"vpcId": "vpc-2"}),))
    assert before.mentions("vpc-1")
    assert before.mentions("vpc-2")
    assert not before.mentions("vpc-3")


def test_the_state_is_not_changed_before_it_is_written() -> None:
    before = state(pending=(record("a"),))
    pending = Pending(record=record("a"))
    adopted(before, Adoption(pending=pending, resource_id="a-1"))
    assert [each.urn for each in before.pending_creates] == [urn("a")]


def test_a_preview_tells_what_would_be_created_a_second_time_where_it_knows_all_inputs() -> None:
    steps = [
        {"op": "create", "newState": record("a", inputs={"name": "n", "password": SECRET})},
        {"op": "create", "newState": record("b", inputs={"targets": [UNKNOWN]})},
        {"op": "create", "newState": {"urn": urn("component"), "custom": False}},
        {"op": "same", "newState": record("c")},
    ]
    (planned,) = planned_creates({"steps": steps})
    assert planned.urn == urn("a")
    assert planned.record["inputs"] == {"name": "n"}, "a mark is no password"
