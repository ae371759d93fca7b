"""What the state keeps of a live object, and what of its inputs somebody has changed."""

import base64
import math
from typing import Any, Final

from rehearsal.plugins.kubernetes.names import API_VERSION_KEY, MANAGER_KEY
from rehearsal.plugins.kubernetes.values import Object, is_secret, mark, plain, secret

SECRET_FIELDS: Final = ("data", "stringData")
# What the API server sets of its own accord.
SERVERS: Final = ("creationTimestamp", "generation", "managedFields", "resourceVersion", "selfLink", "uid")


def hidden(inputs: Object) -> Object:
    """The inputs with all data of a Secret secret, however the program wrote it."""
    if inputs.get("kind") != "Secret":
        return inputs
    return inputs | {key: secret(plain(inputs[key])) for key in SECRET_FIELDS if inputs.get(key)}


def outputs(inputs: Object, live: Object, manager: str) -> Object:
    """The live object, secret wherever the inputs are."""
    meta = {key: value for key, value in live["metadata"].items() if key != "managedFields"}
    found = hidden(mark(inputs, live | {"metadata": meta}))
    return found | {API_VERSION_KEY: live["apiVersion"], MANAGER_KEY: manager}


def drifted(inputs: Object, live: Object) -> Object:
    """The inputs with what is live now in place of what was changed or taken away; a secret stays one."""
    found: Object = _drifted(inputs, live | {"stringData": _decoded(live)} if live["kind"] == "Secret" else live)
    return found


def imported(live: Object) -> Object:
    """The inputs of an object that no program has declared yet."""
    meta = {key: value for key, value in live["metadata"].items() if key not in SERVERS}
    return hidden({key: value for key, value in live.items() if key != "status"} | {"metadata": meta})


def _decoded(live: Object) -> Object:
    """Data that is no text cannot have come from `stringData`."""
    return {key: base64.b64decode(value).decode(errors="replace") for key, value in (live.get("data") or {}).items()}


def _drifted(inputs: Any, live: Any) -> Any:
    if is_secret(inputs):
        return secret(_drifted(inputs["value"], live))
    if isinstance(inputs, dict) and isinstance(live, dict):
        # The server leaves out what is empty.
        known = {key: value for key, value in inputs.items() if key in live or not plain(value)}
        return {key: _drifted(value, live[key]) if key in live else value for key, value in known.items()}
    if isinstance(inputs, list) and isinstance(live, list):
        return _drifted_list(inputs, live)
    # The server writes some values in its own form, 1000m as 1: the same to it, but no number is a text to a program.
    return live if _scalar(inputs) and _scalar(live) and not _same(plain(inputs), live) else inputs


def _drifted_list(inputs: list[Any], live: list[Any]) -> list[Any]:
    """By name where elements have one, for admission may add some; else by place."""
    named = {element["name"]: element for element in live if isinstance(element, dict) and "name" in element}
    if all(isinstance(element, dict) and plain(element.get("name")) in named for element in inputs):
        return [_drifted(element, named[plain(element["name"])]) for element in inputs]
    if len(inputs) == len(live):
        return [_drifted(*pair) for pair in zip(inputs, live, strict=True)]
    if all(isinstance(element, dict) and any(_drifted(element, other) == element for other in live) for element in inputs):
        return inputs
    return live


def _scalar(value: Any) -> bool:
    return isinstance(value, (str, int, float, bool))


def _same(wanted: Any, live: Any) -> bool:
    if isinstance(wanted, bool) != isinstance(live, bool):
        return str(wanted).lower() == str(live).lower()
    quantities = _quantity(wanted), _quantity(live)
    return bool(wanted == live) or (None not in quantities and math.isclose(*quantities))  # type: ignore[arg-type]


def _quantity(value: Any) -> float | None:
    """A Kubernetes quantity as a number. Source: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/"""
    units = {"m": 1e-3, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40, "": 1}
    number = str(value).rstrip("mkMGTi")
    try:
        return float(number) * units[str(value)[len(number) :]]
    except (ValueError, KeyError):
        return None
