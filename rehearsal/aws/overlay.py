"""Patches of moto: a function replaces a method and can call the original."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])


def replaces(owner: type) -> Callable[[Function], Function]:
    """Replace the owner's method of the same name by the decorated function, which gets the original as first argument."""

    def replace(function: Function) -> Function:
        original = getattr(owner, function.__name__)

        @functools.wraps(original)
        def method(self: Any, *args: Any, **kwargs: Any) -> Any:
            return function(original, self, *args, **kwargs)

        setattr(owner, function.__name__, method)
        return function

    return replace


def extends(owner: type) -> Callable[[type], type]:
    """Add the decorated class's methods to a class of moto; they replace methods of the same name."""

    def extend(extension: type) -> type:
        for name, member in vars(extension).items():
            if callable(member):
                setattr(owner, name, member)
        return extension

    return extend
