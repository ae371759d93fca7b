"""Define, apply and undo patches of moto. A patch is registered by its module and changes nothing until it is applied."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from types import ModuleType
from typing import Any, Final, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])
Extension = TypeVar("Extension", bound=type)

# {module's name: functions that apply a patch and register its undoing with the stack, in the order of the module's text}
_patches: Final[defaultdict[str, list[Callable[[ExitStack], None]]]] = defaultdict(list)


def replaces(owner: type) -> Callable[[Function], Function]:
    """Replace the owner's method of the same name by the decorated function, which gets the original as first argument."""

    def register(function: Function) -> Function:
        def apply(undo: ExitStack) -> None:
            original = getattr(owner, function.__name__)

            @functools.wraps(original)
            def method(self: Any, *args: Any, **kwargs: Any) -> Any:
                return function(original, self, *args, **kwargs)

            _set(undo, owner, function.__name__, method)

        _patches[function.__module__].append(apply)
        return function

    return register


def replaces_property(owner: type) -> Callable[[Function], Function]:
    """Replace the owner's attribute of the same name by a property that the decorated function computes."""

    def register(function: Function) -> Function:
        _patches[function.__module__].append(lambda undo: _set(undo, owner, function.__name__, property(function)))
        return function

    return register


def extends(owner: type) -> Callable[[Extension], Extension]:
    """Add the decorated class's methods to a class of moto; they replace methods of the same name."""

    def register(extension: Extension) -> Extension:
        for name, member in vars(extension).items():
            if callable(member):
                _patches[extension.__module__].append(functools.partial(_set, owner=owner, name=name, value=member))
        return extension

    return register


def adds_item(module: str, mapping: dict[str, Any], key: str, value: Any) -> None:
    """Add an item to a dictionary of moto, as a patch of the named module."""

    def apply(undo: ExitStack) -> None:
        mapping[key] = value
        undo.callback(mapping.pop, key)

    _patches[module].append(apply)


def apply(modules: Iterable[ModuleType]) -> ExitStack:
    """Apply the patches of modules in their order; the returned stack undoes them when it is closed."""
    undo = ExitStack()
    for module in modules:
        for patch in _patches[module.__name__]:
            patch(undo)
    return undo


def _set(undo: ExitStack, owner: type, name: str, value: Any) -> None:
    if name in vars(owner):
        undo.callback(setattr, owner, name, vars(owner)[name])
    else:
        undo.callback(delattr, owner, name)
    setattr(owner, name, value)
