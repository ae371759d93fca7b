"""The types of the installed pulumi_aws SDK, read from its sources: importing all of it takes seconds."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from rehearsal import paths

MANAGED_BY: Final = "Managed by Pulumi"


@dataclass(frozen=True, kw_only=True)
class Property:
    """A property. `type` is the name of its nested type, or None."""

    list: bool
    type: str | None


@dataclass(frozen=True, kw_only=True)
class Resource:
    inputs: dict[str, Property]
    module: str
    secrets: frozenset[str]
    described: frozenset[str]
    """The inputs whose default is `Managed by Pulumi`."""


@cache
def root() -> Path:
    return next(paths.CHECKOUT.glob(".venv/lib/python*/site-packages/pulumi_aws"))


def resource(token: str) -> Resource:
    """Return the resource of a token such as `aws:eks/cluster:Cluster`."""
    module, name = re.fullmatch(r"aws:(\w+)/\w+:(\w+)", token).groups()  # type: ignore[union-attr]
    text = (root() / module / f"{_snake(name)}.py").read_text()
    return Resource(
        inputs=_properties(ast.parse(text), f"{name}Args"),
        module=module,
        secrets=frozenset(re.findall(r'"(\w+)"', "".join(re.findall(r"additional_secret_outputs=\[(.*?)\]", text)))),
        described=frozenset(re.findall(rf"(\w+) = '{MANAGED_BY}'", text)),
    )


def nested(module: str, type_name: str) -> dict[str, Property]:
    """Return the properties of a nested input type."""
    return _properties(_parsed(root() / module / "_inputs.py"), type_name)


def function(token: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the arguments and results of a function's token such as `aws:eks/getCluster:getCluster`."""
    module, name = re.fullmatch(r"aws:(\w+)/\w+:(\w+)", token).groups()  # type: ignore[union-attr]
    folder = root() if module == "index" else root() / module
    text = (folder / f"{_snake(name)}.py").read_text()
    return frozenset(re.findall(r"__args__\['(\w+)'\]", text)), frozenset(re.findall(r"pulumi\.get\(__ret__, '(\w+)'\)", text))


@cache
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def _properties(tree: ast.Module, class_name: str) -> dict[str, Property]:
    found = next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == class_name)
    return dict(_getters(found))


def _getters(node: ast.ClassDef) -> Iterator[tuple[str, Property]]:
    for method in node.body:
        if not isinstance(method, ast.FunctionDef) or method.returns is None:
            continue
        for decorator in method.decorator_list:
            written = ast.unparse(decorator)
            if written.startswith("pulumi.getter"):
                name = re.search(r"name='(\w+)'", written)
                yield (name[1] if name else method.name), _property(ast.unparse(method.returns))


def _property(annotation: str) -> Property:
    nested_type = re.search(r"'(\w+Args)'", annotation)
    return Property(list="Sequence[" in annotation, type=nested_type[1] if nested_type else None)


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
