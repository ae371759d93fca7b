"""The order of a recovery: look, refuse or write, wait, refresh; then look for what the engine has forgotten."""

from collections.abc import Iterable
from typing import Any

import pytest

from recovery import __main__ as command
from recovery.lookup import Live
from recovery.state import Pending, RecoveryError, State

LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
BEGUN = {"urn": f"urn:pulumi:dev::slipway::{LOG_GROUP}::a", "type": LOG_GROUP, "custom": True, "inputs": {"name": "/a"}}


class Stack:
    """A stack that writes down what is done to it."""

    def __init__(self, *pending: dict[str, Any], planned: tuple[dict[str, Any], ...] | None = ()) -> None:
        operations = [{"type": "creating", "resource": each} for each in pending]
        self.document: dict[str, Any] = {"deployment": {"resources": [], "pending_operations": operations}}
        self.planned = planned
        self.done: list[str] = []

    def export(self) -> dict[str, Any]:
        return self.document

    def replace(self, document: dict[str, Any]) -> None:
        self.document = document
        self.done.append("replace")

    def unlock(self) -> None:
        self.done.append("unlock")

    def refresh(self) -> None:
        self.done.append("refresh")

    def preview(self) -> dict[str, Any] | None:
        if self.planned is None:
            return None
        known = {each["urn"] for each in self.document["deployment"]["resources"]}
        return {"steps": [{"op": "create", "newState": each} for each in self.planned if each["urn"] not in known]}

    @property
    def ids(self) -> list[str]:
        return [each["id"] for each in self.document["deployment"]["resources"]]


def recover(monkeypatch: pytest.MonkeyPatch, stack: Stack, *lives: Live, unlock: bool = False) -> None:
    class LiveObjects:
        def __init__(self, _: State) -> None: ...

        def __call__(self, _: Pending) -> Iterable[Live]:
            return lives

    monkeypatch.setattr(command, "LiveObjects", LiveObjects)
    command.recover(stack, unlock=unlock)  # type: ignore[arg-type]


def test_a_pending_create_is_written_into_the_state_before_the_refresh_reads_it(monkeypatch: pytest.MonkeyPatch) -> None:
    stack = Stack(BEGUN)
    waits: list[list[str]] = []
    live = Live(id="/a", is_ours=True, wait=lambda: waits.append(list(stack.done)))
    recover(monkeypatch, stack, live, unlock=True)
    assert stack.done == ["unlock", "replace", "refresh"]
    assert waits == [["unlock", "replace"]], "a cluster that is still being made is no use to a refresh"
    assert stack.ids == ["/a"]


def test_an_object_of_another_owner_stops_the_recovery_before_any_change(monkeypatch: pytest.MonkeyPatch) -> None:
    stack = Stack(BEGUN)
    with pytest.raises(RecoveryError, match="not ours: /a"):
        recover(monkeypatch, stack, Live(id="/a", is_ours=False), unlock=True)
    assert stack.done == []


def test_a_lock_is_kept_unless_the_user_asks_to_remove_it(monkeypatch: pytest.MonkeyPatch) -> None:
    stack = Stack(BEGUN)
    recover(monkeypatch, stack)
    assert "unlock" not in stack.done


def test_a_lost_pending_create_is_found_by_the_preview(monkeypatch: pytest.MonkeyPatch) -> None:
    stack = Stack(planned=(BEGUN,))
    recover(monkeypatch, stack, Live(id="/a", is_ours=True))
    assert stack.ids == ["/a"]
    assert stack.done == ["refresh", "replace", "refresh"]


def test_a_planned_create_of_an_unknown_type_is_ignored_by_the_recovery(monkeypatch: pytest.MonkeyPatch) -> None:
    queue = {"urn": "urn:pulumi:dev::slipway::aws:sqs/queue:Queue::q", "type": "aws:sqs/queue:Queue", "custom": True}
    stack = Stack(planned=(queue,))
    recover(monkeypatch, stack)
    assert stack.done == ["refresh"]


def test_a_program_that_cannot_be_previewed_does_not_keep_pending_creates_from_being_recovered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stack = Stack(BEGUN, planned=None)
    recover(monkeypatch, stack, Live(id="/a", is_ours=True))
    assert stack.ids == ["/a"]
