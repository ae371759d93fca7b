"""The state of a stack, as `pulumi stack export` prints it, and the edit that adopts what is missing in it."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from typing import Any, Final

# https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/sig.go
SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
SECRET: Final = "[secret]"  # noqa: S105 # a mark in place of a value, as `pulumi preview --json` writes it
# https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/plugin/rpc.go , `UnknownStringValue`
UNKNOWN: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

Record = dict[str, Any]


class RecoveryError(Exception):
    """The stack cannot be recovered without a decision; the text names it."""


@dataclass(frozen=True, kw_only=True)
class Pending:
    """A create that was begun and whose end is not in the state."""

    record: Record = field(repr=False)
    """The resource as the engine was about to keep it: everything but its ID and outputs."""

    @property
    def urn(self) -> str:
        return str(self.record["urn"])

    @property
    def typ(self) -> str:
        return str(self.record["type"])

    @property
    def name(self) -> str:
        return self.urn.rsplit("::", 1)[-1]

    @property
    def inputs(self) -> dict[str, Any]:
        inputs: dict[str, Any] = _without_secrets(self.record.get("inputs", {}))
        return inputs


@dataclass(frozen=True, kw_only=True)
class Adoption:
    """A live object that goes into the state in place of its pending create."""

    pending: Pending
    resource_id: str
    outputs: dict[str, Any] = field(default_factory=dict)
    """What the provider needs to read the object and its inputs do not hold."""
    replaces: bool = False
    """Whether the object in the state under the same URN gives way to this one."""


def planned_creates(preview: Record) -> list[Pending]:
    """Return what a preview is going to create and knows all inputs of; secrets are left out, the next `up` adds them."""
    created = [step["newState"] for step in preview.get("steps", []) if step["op"] == "create" and step["newState"].get("custom")]
    known = [record for record in created if UNKNOWN not in json.dumps([record.get("inputs"), record.get("provider")])]
    return [Pending(record=record | {"inputs": _pruned(record.get("inputs", {}))}) for record in known]


class State:
    """An exported state. Secrets in it stay encrypted."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        self._deployment: dict[str, Any] = document["deployment"]

    @property
    def interrupted(self) -> list[str]:
        """Return one line for each operation that was interrupted."""
        return [f"{each['type']} {each['resource']['urn']}" for each in self._operations]

    @property
    def pending_creates(self) -> list[Pending]:
        return [Pending(record=each["resource"]) for each in self._operations if each["type"] == "creating"]

    def inputs_of(self, typ: str) -> dict[str, Any] | None:
        """Return the inputs of the only resource of a type, such as a provider."""
        found = [record["inputs"] for record in self._records if record["type"] == typ and not record.get("delete")]
        return found[0] if found else None

    def ids(self, typ: str) -> set[str]:
        return {record["id"] for record in self._records if record["type"] == typ and record.get("id")}

    def has(self, urn: str) -> bool:
        return any(record["urn"] == urn and not record.get("delete") for record in self._records)

    def mentions(self, identifier: str) -> bool:
        """Tell whether a resource, or a pending one, was made with this ID among its inputs."""
        inputs = [record.get("inputs") for record in self._records + [each["resource"] for each in self._operations]]
        return f'"{identifier}"' in json.dumps(inputs)

    @property
    def _operations(self) -> list[dict[str, Any]]:
        return self._deployment.get("pending_operations") or []

    @property
    def _records(self) -> list[Record]:
        return self._deployment.get("resources") or []

    def with_adopted(self, adoptions: Iterable[Adoption]) -> dict[str, Any]:
        """Return the document with each adoption in it, as the engine would have written it, and without pending operations."""
        document = copy.deepcopy(self._document)
        records: list[Record] = document["deployment"].setdefault("resources", [])
        document["deployment"].pop("pending_operations", None)
        for adoption in adoptions:
            _insert(records, adoption)
        document["deployment"]["resources"] = _sorted(
            [_without_missing(record, {each["urn"] for each in records}) for record in records]
        )
        return document


def _insert(records: list[Record], adoption: Adoption) -> None:
    record = copy.deepcopy(adoption.pending.record)
    record |= {"id": adoption.resource_id, "outputs": record.get("inputs", {}) | {"id": adoption.resource_id} | adoption.outputs}
    known = [index for index, each in enumerate(records) if each["urn"] == record["urn"] and not each.get("delete")]
    if known and adoption.replaces:
        # As the engine does: the replacement takes the place, the old object stays to be deleted at the end of the next `up`.
        records.append(records[known[0]] | {"delete": True})
        records[known[0]] = record
    elif known:
        # No program declares a resource of this name, so the next `up` deletes the object.
        suffix = hashlib.sha256(adoption.resource_id.encode()).hexdigest()[:8]
        records.append(record | {"urn": f"{record['urn']}-orphan-{suffix}", "protect": False})
    else:
        records.append(record)


def _without_missing(record: Record, present: set[str]) -> Record:
    """Return the record without its dependencies on what is not there: the engine refuses a state that names it.

    Such as an association that nobody looks for, because creating it again changes nothing.
    """
    kept = record | {}
    if "dependencies" in record:
        kept["dependencies"] = [urn for urn in record["dependencies"] or () if urn in present]
    if "propertyDependencies" in record:
        properties = (record["propertyDependencies"] or {}).items()
        kept["propertyDependencies"] = {name: [urn for urn in urns or () if urn in present] for name, urns in properties}
    return kept


def _sorted(records: list[Record]) -> list[Record]:
    """Return the records with each after what it needs, as the engine wants them, and otherwise in their order."""
    live = {record["urn"]: index for index, record in enumerate(records) if not record.get("delete")}
    sorter: TopologicalSorter[int] = TopologicalSorter()
    for index, record in enumerate(records):
        # What is only to be deleted comes after what took its place.
        needed = {record["urn"]} if record.get("delete") else _needed(record)
        sorter.add(index, *(live[urn] for urn in needed if urn in live))
    sorter.prepare()
    result: list[Record] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        result += (records[index] for index in ready)
        sorter.done(*ready)
    return result


def _needed(record: Record) -> set[str]:
    provider = record.get("provider", "").rsplit("::", 1)[0]
    by_property = (urn for urns in (record.get("propertyDependencies") or {}).values() for urn in urns or ())
    named = {provider, record.get("parent", ""), record.get("deletedWith", "")}
    return named | {*by_property, *(record.get("dependencies") or ())}


def _pruned(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _pruned(inner) for key, inner in value.items() if inner != SECRET}
    return [_pruned(inner) for inner in value] if isinstance(value, list) else value


def _without_secrets(value: Any) -> Any:
    if isinstance(value, dict):
        return SECRET if SIGNATURE in value else {key: _without_secrets(inner) for key, inner in value.items()}
    return [_without_secrets(inner) for inner in value] if isinstance(value, list) else value


def lines(values: Iterable[str]) -> Iterator[str]:
    """Yield each value as a line of a list."""
    return (f"  - {value}" for value in values)
