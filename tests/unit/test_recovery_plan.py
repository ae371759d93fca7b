"""What becomes of a pending create, for each type that the program declares."""

import json
import unittest.mock
from collections.abc import Iterable
from typing import Any

import pytest

from recovery import __main__ as command
from recovery.kubernetes import manager_of, resource
from recovery.lookup import Live, NotSought, Sought
from recovery.plan import AWS, Verdict, how, verdicts
from recovery.state import Pending, RecoveryError, State
from tests.engine import ALL_APPS, Engine, config, stack_config

REPOSITORY = "aws:ecr/repository:Repository"
RULE = "aws:lb/listenerRule:ListenerRule"


def declared_types() -> set[str]:
    settings = stack_config("prod") | config(apps=ALL_APPS, alarm_email="team@example.com")
    graph = Engine().build_program(stack="prod", config=settings)
    return {resource.typ for resource in graph.resources if resource.request.custom}


def test_each_type_of_the_program_can_be_recovered_or_says_why_it_need_not_be() -> None:
    types = declared_types()
    assert len(types) > 40
    assert {typ for typ in types if how(typ) is None} == set()


def test_no_type_is_looked_for_that_the_program_does_not_declare() -> None:
    assert set(AWS) - declared_types() == set()


def test_every_type_that_is_not_looked_up_has_a_reason() -> None:
    reasons = [resolution.reason for resolution in AWS.values() if isinstance(resolution, NotSought)]
    assert reasons
    assert all(len(reason.split()) > 5 for reason in reasons)


def pending(typ: str, name: str = "a", **inputs: Any) -> dict[str, Any]:
    return {"urn": f"urn:pulumi:dev::slipway::{typ}::{name}", "type": typ, "custom": True, "inputs": inputs}


def resolved(begun: dict[str, Any], *lives: Live, records: tuple[dict[str, Any], ...] = (), times: int = 1) -> list[Verdict]:
    operations = [{"resource": begun, "type": "creating"}] * times
    state = State({"deployment": {"resources": list(records), "pending_operations": operations}})

    def look(_: Pending) -> Iterable[Live]:
        return lives

    return list(verdicts(state, state.pending_creates, look))


def ours(identifier: str) -> Live:
    return Live(id=identifier, is_ours=True)


def test_an_object_of_this_stack_is_adopted() -> None:
    (verdict,) = resolved(pending(REPOSITORY), ours("r-1"))
    assert [(each.resource_id, each.replaces) for each in verdict.adoptions] == [("r-1", False)]
    command.refuse([verdict])


def test_a_pending_create_without_an_object_is_removed() -> None:
    (verdict,) = resolved(pending(REPOSITORY))
    assert verdict.adoptions == ()
    command.refuse([verdict])


def test_an_object_of_another_owner_stops_the_recovery_with_its_name() -> None:
    (verdict,) = resolved(pending(REPOSITORY), Live(id="theirs", is_ours=False))
    assert verdict.adoptions == ()
    with pytest.raises(RecoveryError, match=r"(?s)repository:Repository a: not ours: theirs.*Fix: "):
        command.refuse([verdict])


def test_an_unknown_type_stops_the_recovery() -> None:
    (verdict,) = resolved(pending("aws:sqs/queue:Queue"), ours("q-1"))
    with pytest.raises(RecoveryError, match="look by hand"):
        command.refuse([verdict])


def test_an_object_in_the_state_is_not_adopted_again() -> None:
    begun = pending(REPOSITORY)
    (verdict,) = resolved(begun, ours("r-1"), records=(begun | {"id": "r-1"},))
    assert verdict.adoptions == ()


def test_two_creates_of_one_resource_do_not_adopt_one_object_twice() -> None:
    found = resolved(pending(REPOSITORY), ours("r-1"), times=2)
    assert [each.resource_id for verdict in found for each in verdict.adoptions] == ["r-1"]


def test_objects_of_two_kinds_with_one_name_are_both_adopted() -> None:
    begun = [pending("kubernetes:core/v1:Service"), pending("kubernetes:core/v1:ServiceAccount")]
    operations = [{"resource": each, "type": "creating"} for each in begun]
    state = State({"deployment": {"pending_operations": operations}})
    found = verdicts(state, state.pending_creates, lambda _: (ours("app/api"),))
    assert [len(verdict.adoptions) for verdict in found] == [1, 1]


def test_of_several_objects_the_one_that_others_are_built_upon_is_adopted_first() -> None:
    user = pending("aws:ecr/lifecyclePolicy:LifecyclePolicy", "b", repository="r-2") | {"id": "b"}
    (verdict,) = resolved(pending(REPOSITORY), ours("r-1"), ours("r-2"), records=(user,))
    assert [each.resource_id for each in verdict.adoptions] == ["r-2", "r-1"]


def test_only_types_that_aws_allows_once_replace_their_predecessor() -> None:
    for typ, replaces in ((REPOSITORY, False), (RULE, True)):
        begun = pending(typ)
        (verdict,) = resolved(begun, ours("new"), records=(begun | {"id": "old"},))
        assert [each.replaces for each in verdict.adoptions] == [replaces]


def test_a_type_token_is_converted_to_the_resource_of_kubectl() -> None:
    assert resource("kubernetes:core/v1:ConfigMapPatch") == ["configmap"]
    assert resource("kubernetes:eks.amazonaws.com/v1:NodeClass") == ["NodeClass.v1.eks.amazonaws.com"]


def managed_by(*managers: str) -> dict[str, Any]:
    return {"metadata": {"managedFields": [{"manager": each} for each in managers]}}


def test_pulumi_is_known_by_its_name_as_manager_of_fields() -> None:
    assert manager_of(managed_by("kubectl-edit", "pulumi-kubernetes")) == "pulumi-kubernetes"
    assert manager_of(managed_by("pulumi-kubernetes-1a2b")) == "pulumi-kubernetes-1a2b"
    assert manager_of(managed_by("kubectl-edit", "pulumi-kubernetesque")) is None


def test_default_tags_of_the_provider_are_part_of_the_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, Any]] = []

    def find(_: object, inputs: Any) -> Iterable[Live]:
        asked.append(inputs["tagsAll"])
        return ()

    monkeypatch.setitem(AWS, REPOSITORY, Sought(find=find))
    provider = pending("pulumi:providers:aws", region="eu-west-1", defaultTags='{"tags": {"stack": "dev"}}')
    operation = {"resource": pending(REPOSITORY, tags={"Name": "n"}), "type": "creating"}
    state = State({"deployment": {"resources": [provider], "pending_operations": [operation]}})
    command.judge(state, state.pending_creates)
    assert asked == [{"stack": "dev", "Name": "n"}]


@pytest.mark.parametrize(
    ("typ", "inputs", "service", "operation", "answer"),
    [
        ("aws:eks/cluster:Cluster", {"name": "n"}, "eks", "describe_cluster", {"cluster": {"status": "ACTIVE"}}),
        (
            "aws:rds/instance:Instance",
            {"identifier": "n"},
            "rds",
            "describe_db_instances",
            {"DBInstances": [{"DBInstanceStatus": "available", "DbiResourceId": "db-1"}]},
        ),
    ],
)
def test_the_provider_is_kept_from_upgrading_what_is_adopted(
    typ: str, inputs: dict[str, Any], service: str, operation: str, answer: dict[str, Any]
) -> None:
    """It would give a database another ID and a cluster its self-managed add-ons, which replaces it."""
    client = unittest.mock.Mock(**{f"{operation}.return_value": answer})
    sought = AWS[typ]
    assert isinstance(sought, Sought)
    (live,) = sought.find({service: client}.__getitem__, inputs)  # type: ignore[arg-type]
    assert int(json.loads(live.outputs["__meta"])["schema_version"]) > 0
