"""Read the definitions of a generated Pulumi SDK from its source text, which is quicker than to import it."""

from __future__ import annotations

import ast
import functools
import re
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple


class Parameter(NamedTuple):
    name: str
    type: ast.expr
    is_required: bool


@functools.cache
def folder(module: str) -> Path:
    """Return the folder of a module of an installed package. Raise LookupError if the package is not installed."""
    package, *parts = module.split(".")
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise LookupError(f"{package} is not installed. Fix: make venv")
    return Path(spec.origin).parent.joinpath(*parts)


@functools.cache
def definition(module: str, name: str) -> ast.stmt | None:
    """Return what defines a name in a module, or None if nothing does."""
    camel_case = re.sub(r"(InitArgs|Args|Result|_output)$", "", name)
    snake_case = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", camel_case).lower()
    pattern = re.compile(rf"^(?:class {name}[(:]|def {name}\().*?(?=^\S|\Z)|^{name}: [^\n]*", re.DOTALL | re.MULTILINE)
    for file in (f"{snake_case}.py", f"{camel_case}.py", "_inputs.py", "__init__.pyi"):
        if found := pattern.search(_text(folder(module) / file)):
            return ast.parse(found[0]).body[0]
    return None


@functools.cache
def _text(path: Path) -> str:
    return path.read_text() if path.is_file() else ""


def fields(kind: ast.stmt) -> dict[str, ast.expr]:
    """Return the types of the keys of a typed dict, or of the properties of a class."""
    types = {}
    for node in kind.body if isinstance(kind, ast.ClassDef) else ():
        match node:
            case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation):
                types[name] = annotation
            case ast.FunctionDef(name=name, returns=ast.expr() as returned, decorator_list=[decorator, *_]):
                if ast.unparse(decorator).endswith("property"):
                    types[name] = returned
    return types


def parameters(callee: ast.stmt) -> list[Parameter]:
    """Return the annotated parameters of a function, or of the constructor of a class."""
    if isinstance(callee, ast.ClassDef):
        (callee,) = (node for node in callee.body if isinstance(node, ast.FunctionDef) and node.name == "__init__")
    if not isinstance(callee, ast.FunctionDef):
        raise TypeError(f"{ast.unparse(callee)} is no function")
    given = callee.args
    defaults = [*[None] * (len(given.args) - len(given.defaults)), *given.defaults, *given.kw_defaults]
    return [
        Parameter(parameter.arg, parameter.annotation, default is None)
        for parameter, default in zip([*given.args, *given.kwonlyargs], defaults, strict=True)
        if parameter.annotation
    ]
