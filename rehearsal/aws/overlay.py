"""How this package changes moto: one function laid over one method, the stock one at hand."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])


def replaces(owner: type) -> Callable[[Function], Function]:
    """Lays a function over the method of the same name; it gets the stock method as its first argument."""

    def lay(function: Function) -> Function:
        stock = getattr(owner, function.__name__)

        @functools.wraps(stock)
        def method(self: Any, *args: Any, **kwargs: Any) -> Any:
            return function(stock, self, *args, **kwargs)

        setattr(owner, function.__name__, method)
        return function

    return lay


def extends(owner: type) -> Callable[[type], type]:
    """Adds a class's own methods to a class of moto, over those of the same name."""

    def lay(extension: type) -> type:
        for name, member in vars(extension).items():
            if callable(member):
                setattr(owner, name, member)
        return extension

    return lay
