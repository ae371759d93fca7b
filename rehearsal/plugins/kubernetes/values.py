"""Pulumi's values on the wire: well-known strings mark secrets and unknown values.

Source: https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/sig/sig.go
"""

from typing import Any, Final

from google.protobuf import json_format, struct_pb2

UNKNOWN: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105  # marks a secret, is none
# The fields of a Secret that are always secret, even if the program does not mark them.
SECRET_FIELDS: Final = ("data", "stringData")

Object = dict[str, Any]


def from_struct(message: struct_pb2.Struct) -> Object:
    """Return a protobuf Struct as a dict."""
    return dict(json_format.MessageToDict(message))


def to_struct(value: Object) -> struct_pb2.Struct:
    """Return a dict as a protobuf Struct."""
    return json_format.ParseDict(value, struct_pb2.Struct())


def is_secret(value: Any) -> bool:
    """Return whether the value is marked as secret."""
    return isinstance(value, dict) and value.get(SIGNATURE) == SECRET


def secret(value: Any) -> Object:
    """Return the value marked as secret."""
    return value if is_secret(value) else {SIGNATURE: SECRET, "value": value}


def plain(value: Any) -> Any:
    """Return the value without secret marks and null values, and with whole numbers as integers."""
    if is_secret(value):
        return plain(value["value"])
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def has_unknown(value: Any) -> bool:
    """Return whether the value or a part of it is unknown."""
    return _any(value, lambda inner: inner == UNKNOWN)


def has_secret(value: Any) -> bool:
    """Return whether the value or a part of it is secret."""
    return _any(value, is_secret)


def _any(value: Any, holds: Any) -> bool:
    if holds(value):
        return True
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(_any(part, holds) for part in inner)


def mark(inputs: Object, outputs: Object) -> Object:
    """Return the outputs marked as secret wherever the inputs are. A list that contains a secret becomes a secret as a whole."""
    if outputs.get("kind") == "Secret":
        return outputs | {key: secret(outputs[key]) for key in SECRET_FIELDS if key in outputs}
    marked = dict(outputs)
    for key, value in inputs.items():
        if key not in outputs:
            continue
        if isinstance(value, dict) and not is_secret(value) and isinstance(outputs[key], dict):
            marked[key] = mark(value, outputs[key])
        elif has_secret(value):
            marked[key] = secret(outputs[key])
    return marked


def dig(value: Any, *path: str) -> Any:
    """Return the value at a path such as `"metadata", "name"`, or None."""
    for part in path:
        value = value.get(part) if isinstance(value, dict) else None
    return value


def without(value: Object, *path: str) -> Object:
    """Return the value without the field at the path."""
    first, *rest = path
    if first not in value:
        return value
    if not rest:
        return {key: inner for key, inner in value.items() if key != first}
    return value | {first: without(value[first], *rest)} if isinstance(value[first], dict) else value


def replaced(value: Object, new: Any, *path: str) -> Object:
    """Return the value with `new` at the path."""
    first, *rest = path
    inner = value.get(first)
    return value | {first: replaced(inner if isinstance(inner, dict) else {}, new, *rest) if rest else new}
