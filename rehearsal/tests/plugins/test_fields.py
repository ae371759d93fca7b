"""Tests of field managers."""

from typing import Any

import pytest

from rehearsal.plugins.kubernetes.fields import is_forced_in_preview, left_alone, taken_over
from rehearsal.plugins.kubernetes.values import Object

OURS = "pulumi-kubernetes-12345678"


def entry(manager: str, operation: str = "Update", fields: Object | None = None, *, subresource: str = "") -> Object:
    found: Object = {"manager": manager, "operation": operation, "fieldsV1": fields or {}}
    return found | ({"subresource": subresource} if subresource else {})


def live(*entries: Object, **spec: Any) -> Object:
    return {"metadata": {"name": "a", "managedFields": list(entries)}, "spec": spec}


REPLICAS: Object = {"f:spec": {"f:replicas": {}}}
PAUSED: Object = {"f:spec": {"f:paused": {}}}


@pytest.mark.parametrize("manager", ["kubectl-edit", "kubectl-client-side-apply", "pulumi-kubernetes", "before-first-apply"])
def test_an_update_takes_over_fields_of_kubectl_and_of_the_create(manager: str) -> None:
    found = taken_over(live(entry("them", fields=PAUSED), entry(manager, fields=REPLICAS)), OURS)
    assert found == [entry("them", fields=PAUSED), entry(OURS, "Apply", REPLICAS)]


def test_fields_that_are_taken_over_are_added_to_the_managed_ones() -> None:
    own, theirs = entry(OURS, "Apply", REPLICAS), entry("kubectl-edit", fields=PAUSED)
    assert taken_over(live(own, theirs), OURS) == [entry(OURS, "Apply", {"f:spec": {"f:replicas": {}, "f:paused": {}}})]


@pytest.mark.parametrize(
    "theirs",
    [entry("kube-controller-manager"), entry("kubectl", subresource="scale"), entry("them", "Apply"), entry(OURS, "Apply")],
)
def test_fields_of_other_managers_are_not_taken_over(theirs: Object) -> None:
    assert taken_over(live(theirs), OURS) is None


def test_a_preview_is_forced_if_an_update_would_take_over_fields() -> None:
    assert is_forced_in_preview(live(entry("pulumi-kubernetes")))
    assert not is_forced_in_preview(live(entry(OURS, "Apply"), entry("them")))


BODY: Object = {"metadata": {"name": "a"}, "spec": {"replicas": 1, "paused": False}}


def test_an_ignored_field_of_another_manager_is_not_sent() -> None:
    found = left_alone(BODY, live(entry("autoscaler", fields=REPLICAS), replicas=3), OURS, ["spec.replicas"])
    assert found["spec"] == {"paused": False}


@pytest.mark.parametrize("managers", [(OURS,), (OURS, "autoscaler"), ()])
def test_an_ignored_field_that_only_the_resource_manages_is_sent_with_its_live_value(managers: tuple[str, ...]) -> None:
    entries = [entry(manager, "Apply", REPLICAS) for manager in managers]
    found = left_alone(BODY, live(*entries, replicas=3), OURS, ["spec.replicas"])
    assert found["spec"] == {"replicas": 3, "paused": False}


def test_an_ignored_field_that_does_not_exist_is_sent_with_the_value_of_the_program() -> None:
    assert left_alone(BODY, live(), OURS, ["spec.replicas"]) == BODY
