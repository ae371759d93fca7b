"""Find what Python code uses of a package: its names, and which of their inputs it gives as dict literals."""

from __future__ import annotations

import ast
from collections.abc import Iterator


class Literals(dict[str, "Literals"]):
    """The arguments of a call, or the keys of a dict literal, that are dict literals, with such keys of their own."""

    def add(self, other: Literals) -> None:
        for name, inner in other.items():
            self.setdefault(name, Literals()).add(inner)


def uses(tree: ast.Module, packages: tuple[str, ...]) -> dict[str, Literals]:
    """Return the full name of everything that a module uses of the packages, with its inputs that are dict literals."""
    found: dict[str, Literals] = {}
    for name, literals in _uses(tree, dict(_imports(tree, packages))):
        if name:
            found.setdefault(name, Literals()).add(literals)
    return found


def _imports(tree: ast.Module, packages: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield each name that a module imports of the packages, with its full name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            module = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
            for item in node.names:
                if (module + item.name).split(".")[0] in packages:
                    yield item.asname or item.name, module + item.name


def _uses(tree: ast.Module, names: dict[str, str]) -> Iterator[tuple[str, Literals]]:
    for node in ast.walk(tree):
        match node:
            case ast.Attribute():
                yield _full_name(node, names), Literals()
            case ast.Call(func=func, keywords=keywords):
                arguments = {item.arg: inner for item in keywords if item.arg and (inner := _literals(item.value)) is not None}
                yield _full_name(func, names), Literals(arguments)
            case ast.AnnAssign(annotation=annotation, value=ast.expr() as value):
                for part in (part for part in ast.walk(annotation) if isinstance(part, ast.Attribute)):
                    yield _full_name(part, names), _literals(value) or Literals()


def _full_name(node: ast.AST, names: dict[str, str]) -> str:
    """Return the full name of what an expression names, or an empty text for any other expression."""
    match node:
        case ast.Name(id=name):
            return names.get(name, "")
        case ast.Attribute(value=value, attr=name):
            outer = _full_name(value, names)
            return f"{outer}.{name}" if outer else ""
    return ""


def _literals(value: ast.expr) -> Literals | None:
    """Return the keys of a dict literal, or of all dict literals in a list or a choice. Return None if there is none."""
    parts: list[ast.expr] = []
    match value:
        case ast.Dict(keys=keys, values=values):
            found = Literals()
            for key, inner in zip(keys, map(_literals, values), strict=True):
                if inner is not None:  # without a key it is `**inner`
                    found.add(Literals({str(key.value): inner}) if isinstance(key, ast.Constant) else inner)
            return found
        case ast.List(elts=elements):
            parts = elements
        case ast.IfExp(body=first, orelse=second) | ast.BinOp(left=first, right=second):
            parts = [first, second]
        case ast.ListComp(elt=element):
            parts = [element]
    merged = None
    for inner in map(_literals, parts):
        if inner is not None:
            merged = merged or Literals()
            merged.add(inner)
    return merged
