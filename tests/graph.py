"""The graph of resources that a program declares, and questions about it that refuse an empty answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from google.protobuf.json_format import MessageToDict

SECRET_SIGNATURE = "4dabf18193072939515e22adb298388d"
POD_TEMPLATES = {
    "kubernetes:apps/v1:Deployment": ("template",),
    "kubernetes:apps/v1:StatefulSet": ("template",),
    "kubernetes:batch/v1:Job": ("template",),
    "kubernetes:batch/v1:CronJob": ("jobTemplate", "spec", "template"),
}
T = TypeVar("T")


def some(items: Iterable[T]) -> list[T]:
    """Return the items as a list. Raise AssertionError if there are none: a loop over them would check nothing."""
    items = list(items)
    assert items, "there is nothing to check"
    return items


def at(inputs: Any, path: str) -> Any:
    """Return the value at a dotted path such as `vpcConfig.subnetIds.0`, or None if there is none."""
    for key in path.split("."):
        inputs = dict(enumerate(inputs)).get(int(key)) if isinstance(inputs, list) else (inputs or {}).get(key)
    return inputs


@dataclass
class Declared:
    """One registered resource: its inputs, secrets still wrapped, and the URNs it depends on."""

    typ: str
    name: str
    inputs: dict[str, Any]
    raw: dict[str, Any]
    urn: str
    provider: str
    parent: str
    dependencies: set[str]
    protect: bool
    request: Any = field(repr=False)

    @property
    def kind(self) -> str:
        return self.typ.rsplit(":", 1)[-1]

    @property
    def is_component(self) -> bool:
        return self.typ.startswith("slipway:")


def declared(request: Any, urn: str) -> Declared:
    raw = MessageToDict(request.object)
    dependencies = {urn for property_urns in request.propertyDependencies.values() for urn in property_urns.urns}
    return Declared(
        typ=request.type,
        name=request.name,
        inputs=unwrapped(raw),
        raw=raw,
        urn=urn,
        provider=request.provider,
        parent=request.parent,
        dependencies=dependencies | set(request.dependencies),
        protect=request.protect,
        request=request,
    )


def unwrapped(value: Any) -> Any:
    """Return the value without the markers of secrets."""
    if isinstance(value, dict):
        if SECRET_SIGNATURE in value:
            return unwrapped(value.get("value"))
        return {key: unwrapped(inner) for key, inner in value.items()}
    return [unwrapped(inner) for inner in value] if isinstance(value, list) else value


class Graph:
    """All that a program declared. A kind is the last part of a type, such as `Subnet`; components have none."""

    def __init__(self, resources: list[Declared]) -> None:
        self.resources = resources
        counts = Counter((resource.typ, resource.name) for resource in resources)
        duplicates = sorted(pair for pair, count in counts.items() if count > 1)
        assert not duplicates, f"the engine refuses two resources of one type and name: {duplicates}"
        self._by_urn = {resource.urn: resource for resource in resources}

    def has(self, kind: str) -> bool:
        """Return whether a resource of the kind was declared."""
        return any(resource.kind == kind and not resource.is_component for resource in self.resources)

    def of(self, kind: str, prefix: str = "") -> list[Declared]:
        """Return the resources of a kind whose names begin with the prefix.

        Raise AssertionError if there are none: `has` asks whether there are any.
        """
        found = [r for r in self.resources if r.kind == kind and not r.is_component and r.name.startswith(prefix)]
        assert found, f"no {kind} {prefix} was declared"
        return found

    def one(self, kind: str, name: str | None = None) -> Declared:
        """Return the only resource of the kind, or the one with the name."""
        found = [resource for resource in self.of(kind) if name is None or resource.name == name]
        assert len(found) == 1, f"{len(found)} of {kind} {name or ''}, wanted one: {[r.name for r in self.of(kind)]}"
        return found[0]

    def one_of_type(self, typ: str, name: str) -> Declared:
        return next(resource for resource in self.resources if resource.typ == typ and resource.name == name)

    def pods(self) -> dict[str, dict[str, Any]]:
        """Return the pod template of each workload: `{"Deployment name": {"metadata": ..., "spec": ...}}`."""
        workloads = some(resource for resource in self.resources if resource.typ in POD_TEMPLATES)
        return {f"{w.kind} {w.name}": at(w.inputs["spec"], ".".join(POD_TEMPLATES[w.typ])) for w in workloads}

    def ancestors(self, resource: Declared) -> Iterator[Declared]:
        """Yield everything that the resource depends on, directly or not, including its provider's dependencies."""
        seen: set[str] = set()
        pending = self._needs(resource)
        while pending:
            urn = pending.pop()
            if urn in seen or urn not in self._by_urn:
                continue
            seen.add(urn)
            yield self._by_urn[urn]
            pending |= self._needs(self._by_urn[urn])

    @staticmethod
    def _needs(resource: Declared) -> set[str]:
        provider = {resource.provider.rsplit("::", 1)[0]} if resource.provider else set()
        return resource.dependencies | provider
