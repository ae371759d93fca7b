"""What the providers' SDKs say of the inputs of a resource: their names, types, and which are required.

The program gives most nested inputs as plain dicts, and a dict with a misspelt key is an input that a provider ignores.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import re
import typing
from collections.abc import Awaitable, Iterator, Mapping, Sequence
from enum import Enum
from types import NoneType
from typing import Any, Literal

import pulumi
from pulumi import _types as types

from tests.graph import Declared

# The API server knows these kinds by their definitions alone.
CUSTOM = ("kubernetes:eks.amazonaws.com/", "kubernetes:karpenter.sh/")


def args_class(typ: str) -> type | None:
    """Return the class of a resource's inputs, or None for components, providers and custom kinds."""
    package, module, kind = typ.split(":")
    if package in ("slipway", "pulumi") or typ.startswith(CUSTOM):
        return None
    if package == "aws":
        name = f"pulumi_aws.{re.sub(r'([A-Z])', lambda found: '_' + found[1].lower(), module).replace('/', '.')}"
    elif package == "kubernetes":
        name = f"pulumi_kubernetes.{module.split('/')[0].split('.')[0]}.{module.split('/')[1]}.{kind}"
    else:
        name = f"pulumi_{package.replace('-', '_')}.{kind.lower()}"
    found = vars(importlib.import_module(name))
    return typing.cast(type, found.get(f"{kind}InitArgs") or found[f"{kind}Args"])


@functools.cache
def members(args: type) -> tuple[dict[str, Any], set[str]]:
    """Return `{name: type}` of the inputs in a class, and the names of those that are required."""
    names = types.input_type_py_to_pulumi_names(args)
    parameters = inspect.signature(args.__init__).parameters  # type: ignore[misc]
    required = {names[name] for name, p in parameters.items() if name in names and p.default is inspect.Parameter.empty}
    return types.input_type_types(args), required


def alternatives(typ: Any) -> list[Any]:
    """Return the types that a value may have, without Pulumi's wrappers for values that come later."""
    if isinstance(typ, type) and issubclass(typ, Enum):
        return [str]
    if typing.get_origin(typ) is not typing.Union:
        return [typ]
    inner = [a for a in typing.get_args(typ) if typing.get_origin(a) not in (Awaitable, pulumi.Output) and a is not NoneType]
    return [item for a in inner for item in alternatives(a)]


def problems(resource: Declared) -> list[str]:
    """Return the unknown, missing and mistyped inputs of a resource."""
    args = args_class(resource.typ)
    return [f"{resource.kind} {resource.name}{text}" for text in _of(args, resource.inputs)] if args else []


def _of(typ: Any, value: Any) -> list[str]:
    """Return the problems of a value: none if one of the types that it may have takes it."""
    found = [list(_of_one(item, value)) for item in alternatives(typ)]
    return min(found, key=len, default=[])


def _of_one(typ: Any, value: Any) -> Iterator[str]:
    origin = typing.get_origin(typ)
    if types.is_input_type(typ):
        if not isinstance(value, dict):
            yield f" must be a {typ.__name__}, got {value!r}"
            return
        known, required = members(typ)
        yield from (f".{name} is unknown" for name in value.keys() - known.keys())
        yield from (f".{name} is missing" for name in required - value.keys())
        for name in value.keys() & known.keys():
            yield from (f".{name}{text}" for text in _of(known[name], value[name]))
    elif origin in (Sequence, Mapping):
        if not isinstance(value, list if origin is Sequence else dict):
            yield f" must be a {origin.__name__}, got {value!r}"
            return
        inner = typing.get_args(typ)[-1]
        for key, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from (f".{key}{text}" for text in _of(inner, part))
    elif origin is Literal:
        yield from () if value in typing.get_args(typ) else (f" must be {typing.get_args(typ)}, got {value!r}",)
    elif typ in (str, bool, int, float):
        right = isinstance(value, bool) == (typ is bool) and isinstance(value, str) == (typ is str)
        yield from () if right and not isinstance(value, list | dict) else (f" must be {typ.__name__}, got {value!r}",)
