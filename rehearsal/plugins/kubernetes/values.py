"""Pulumi's values on the wire: secrets and unknowns are marked by well-known texts.

Source: https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/sig/sig.go
"""

from typing import Any, Final

from google.protobuf import json_format, struct_pb2

UNKNOWN: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105  # marks a secret, is none

Object = dict[str, Any]


def from_struct(message: struct_pb2.Struct) -> Object:
    return dict(json_format.MessageToDict(message))


def to_struct(value: Object) -> struct_pb2.Struct:
    return json_format.ParseDict(value, struct_pb2.Struct())


def is_secret(value: Any) -> bool:
    return isinstance(value, dict) and value.get(SIGNATURE) == SECRET


def secret(value: Any) -> Object:
    return value if is_secret(value) else {SIGNATURE: SECRET, "value": value}


def plain(value: Any) -> Any:
    """The value without secrets' envelopes, with whole numbers as such and without what is null."""
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
    return _any(value, lambda inner: inner == UNKNOWN)


def has_secret(value: Any) -> bool:
    return _any(value, is_secret)


def _any(value: Any, holds: Any) -> bool:
    if holds(value):
        return True
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(_any(part, holds) for part in inner)


def mark(inputs: Any, outputs: Any) -> Any:
    """The outputs, secret wherever the inputs are; a list whose elements cannot be told apart is secret as a whole."""
    if is_secret(inputs):
        return secret(outputs)
    if isinstance(inputs, dict) and isinstance(outputs, dict):
        return {key: mark(inputs.get(key), value) for key, value in outputs.items()}
    if isinstance(inputs, list) and isinstance(outputs, list):
        return _mark_list(inputs, outputs)
    return outputs


def _mark_list(inputs: list[Any], outputs: list[Any]) -> Any:
    """Admission may add elements, such as a sidecar, so those with a name are matched by it."""
    if not has_secret(inputs):
        return outputs
    if all(isinstance(element, dict) and isinstance(plain(element.get("name")), str) for element in [*inputs, *outputs]):
        named = {plain(element["name"]): element for element in inputs}
        return [mark(named.get(element["name"]), element) for element in outputs]
    if len(inputs) == len(outputs):
        return [mark(*pair) for pair in zip(inputs, outputs, strict=True)]
    return secret(outputs)


def dig(value: Any, *path: str) -> Any:
    """What is at a path such as `"metadata", "name"`, or None."""
    for part in path:
        value = value.get(part) if isinstance(value, dict) else None
    return value
