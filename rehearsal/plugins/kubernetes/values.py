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
    return json_format.MessageToDict(message)


def to_struct(value: Object) -> struct_pb2.Struct:
    return json_format.ParseDict(value, struct_pb2.Struct())


def is_secret(value: Any) -> bool:
    return isinstance(value, dict) and value.get(SIGNATURE) == SECRET


def secret(value: Any) -> Object:
    return value if is_secret(value) else {SIGNATURE: SECRET, "value": value}


def plain(value: Any) -> Any:
    """The value without secrets' envelopes, with whole numbers as such."""
    if is_secret(value):
        return plain(value["value"])
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def has_unknown(value: Any) -> bool:
    if isinstance(value, dict):
        return any(has_unknown(inner) for inner in value.values())
    if isinstance(value, list):
        return any(has_unknown(inner) for inner in value)
    return bool(value == UNKNOWN)


def mark(inputs: Any, outputs: Any) -> Any:
    """The outputs, secret wherever the inputs are."""
    if is_secret(inputs):
        return secret(mark(inputs["value"], outputs))
    if isinstance(inputs, dict) and isinstance(outputs, dict):
        return {key: mark(inputs.get(key), value) for key, value in outputs.items()}
    if isinstance(inputs, list) and isinstance(outputs, list) and len(inputs) == len(outputs):
        return [mark(*pair) for pair in zip(inputs, outputs, strict=True)]
    return outputs


def dig(value: Any, path: str) -> Any:
    """What is at a path such as `metadata.name`, or None."""
    for part in path.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value
