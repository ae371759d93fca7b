"""Check a request against botocore's model of its operation: required members, types, enums, lengths, ranges, patterns."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import regex
from botocore.model import Shape

# In Python a boolean is an int, and an int is accepted for a float. Timestamps and blobs have other types after parsing.
TYPES: Final[dict[str, tuple[type, ...]]] = {
    "string": (str,),
    "integer": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
    "boolean": (bool,),
    "structure": (dict,),
    "map": (dict,),
    "list": (list,),
}
HIDDEN: Final = "****"


@dataclass(frozen=True, kw_only=True)
class Violation:
    """A value that AWS refuses, with a message like those of AWS's own validation."""

    path: str
    rule: str
    value: str | None = None
    """None for a member that is missing."""

    @property
    def message(self) -> str:
        """Return the error message."""
        value = "null" if self.value is None else f"'{self.value}'"
        return f"1 validation error detected: Value {value} at '{self.path}' failed to satisfy constraint: {self.rule}"


def shown(shape: Shape, path: str, value: Any) -> str:
    """Return a value for an error message; the value of a secret is never shown."""
    secret = shape.metadata.get("sensitive") or "password" in path.lower() or "secret" in path.lower()
    return HIDDEN if secret else str(value)[:200]


def model_violations(shape: Shape, value: Any, path: str = "") -> Iterator[Violation]:
    """Yield the violations of a shape's model by a value and by all values in it."""
    if value is None:
        return
    expected = TYPES.get(shape.type_name)
    if expected and (not isinstance(value, expected) or (bool not in expected and isinstance(value, bool))):
        yield Violation(path=path, rule=f"Member must be of type {shape.type_name}", value=shown(shape, path, value))
        return
    yield from _own_violations(shape, value, path)
    yield from _inner_violations(shape, value, path)


def _inner_violations(shape: Any, value: Any, path: str) -> Iterator[Violation]:
    if shape.type_name == "structure":
        for name in shape.required_members:
            if value.get(name) is None:
                yield Violation(path=joined(path, name), rule="Member must not be null")
        for name in value.keys() & shape.members.keys():
            yield from model_violations(shape.members[name], value[name], joined(path, name))
    elif shape.type_name == "list":
        for number, item in enumerate(value, 1):
            yield from model_violations(shape.member, item, f"{path}.{number}")
    elif shape.type_name == "map":
        for key, item in value.items():
            yield from model_violations(shape.key, key, joined(path, "key"))
            yield from model_violations(shape.value, item, joined(path, str(key)))


def _own_violations(shape: Shape, value: Any, path: str) -> Iterator[Violation]:
    limits = shape.metadata
    sized = isinstance(value, str | bytes | list | dict)
    size, noun = (len(value), "length") if sized else (value, "value")
    if "min" in limits and shape.type_name != "structure" and size < limits["min"]:
        rule = f"Member must have {noun} greater than or equal to {limits['min']}"
        yield Violation(path=path, rule=rule, value=shown(shape, path, value))
    if "max" in limits and shape.type_name != "structure" and size > limits["max"]:
        rule = f"Member must have {noun} less than or equal to {limits['max']}"
        yield Violation(path=path, rule=rule, value=shown(shape, path, value))
    if limits.get("enum") and value not in limits["enum"]:
        rule = f"Member must satisfy enum value set: [{', '.join(limits['enum'])}]"
        yield Violation(path=path, rule=rule, value=shown(shape, path, value))
    if limits.get("pattern") and isinstance(value, str) and not _pattern(limits["pattern"]).fullmatch(value):
        rule = f"Member must satisfy regular expression pattern: {limits['pattern']}"
        yield Violation(path=path, rule=rule, value=shown(shape, path, value))


@functools.cache
def _pattern(text: str) -> Any:
    # The patterns are Java's: `\w` is ASCII, and Unicode properties (`\p{L}`), which `re` lacks, match nothing in ASCII mode.
    return regex.compile(text, flags=regex.V0 | (0 if r"\p" in text else regex.ASCII))


def joined(path: str, name: str) -> str:
    """Return the path of a member."""
    return f"{path}.{name}" if path else name
