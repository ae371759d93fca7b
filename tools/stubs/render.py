"""Render stubs: of each name that the program uses, its inputs and outputs with their types."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from tools.stubs import source
from tools.stubs.source import Parameter
from tools.stubs.use import Literals, uses

ROOT: Final = Path(__file__).resolve().parent.parent.parent
FOLDER: Final = ROOT / "typings"
PACKAGES: Final = ("pulumi_aws", "pulumi_kubernetes")
CODE: Final = ("__main__.py", "infra/**/*.py", "recovery/**/*.py", "rehearsal/**/*.py", "tests/**/*.py")
NOTICE: Final = "# Written by make reference.\n"
IMPORTS: Final = """\
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NotRequired, TypedDict

import pulumi
"""
OPTIONAL: Final = " | None"
Names = defaultdict[str, dict[str, Literals]]


def stubs() -> dict[Path, str]:
    """Return the text of each stub, by its path."""
    names = _used_names()
    for module, used in list(names.items()):
        for name, literals in list(used.items()):
            _add_nested(names, module, name, literals)
    for module in list(names):
        for package in _packages(module):
            names.setdefault(package, {})
    return {FOLDER.joinpath(*module.split("."), "__init__.pyi"): Stub(module, names).text() for module in names}


def _packages(module: str) -> Iterator[str]:
    """Yield the packages that a module is in."""
    while "." in module:
        module = module.rpartition(".")[0]
        yield module


def _used_names() -> Names:
    """Return what the program uses of each module of the SDKs."""
    names: Names = defaultdict(dict)
    for path in sorted(path for pattern in CODE for path in ROOT.glob(pattern)):
        for full_name, literals in uses(ast.parse(path.read_text()), PACKAGES).items():
            module, _, name = full_name.rpartition(".")
            if module and source.folder(module).is_dir() and not source.folder(full_name).is_dir():
                names[module].setdefault(name, Literals()).add(literals)
    return names


def _add_nested(names: Names, module: str, name: str, literals: Literals) -> None:
    """Add the typed dicts of the inputs that are dict literals."""
    for parameter in _inputs(module, name) if literals else ():
        for nested in re.findall(r"'([\w.]+Args)(?:Dict)?'", ast.unparse(parameter.type)) if parameter.name in literals else ():
            place, kind = _place(module, nested)
            names[place].setdefault(f"{kind}Dict", Literals())
            _add_nested(names, place, f"{kind}Dict", literals[parameter.name])


def _place(module: str, reference: str) -> tuple[str, str]:
    """Return the module and name of what an SDK's module refers to, such as `_meta.v1.ObjectMetaArgs`."""
    path, _, name = reference.rpartition(".")
    return f"{module.partition('.')[0]}.{path.removeprefix('_')}" if path else module, name


def _inputs(module: str, name: str) -> list[Parameter]:
    """Return the inputs of a resource, a function or a typed dict."""
    if name.endswith("ArgsDict"):
        fields = source.fields(_definition(module, name)).items()
        return [Parameter(field, kind, not ast.unparse(kind).startswith("NotRequired[")) for field, kind in fields]
    return source.parameters(_definition(module, f"{name}InitArgs", f"{name}Args", name))


def _definition(module: str, *names: str) -> ast.stmt:
    for name in names:
        if definition := source.definition(module, name):
            return definition
    raise LookupError(f"{module} has no {names[-1]}")


class Stub:
    """The stub of one module."""

    def __init__(self, module: str, names: Mapping[str, Mapping[str, Literals]]) -> None:
        self._module = module
        self._names = names

    def text(self) -> str:
        """Return the stub's text."""
        parts = [self._part(name) for name in sorted(self._names[self._module])]
        modules = sorted(name for name in self._names if name.rpartition(".")[0] == self._module)
        imports = [f"from {self._module} import {name.rpartition('.')[2]} as {name.rpartition('.')[2]}\n" for name in modules]
        package = self._module.partition(".")[0]
        others = set(re.findall(rf"\b({package}[\w.]*)\.\w+Args", "".join(parts)))
        imports += [f"import {name}\n" for name in sorted(others)]
        return "\n".join([NOTICE + (IMPORTS if parts else "") + "".join(imports), *parts])

    def _part(self, name: str) -> str:
        definition = _definition(self._module, name)
        if isinstance(definition, ast.FunctionDef):
            return self._function(name, definition)
        if isinstance(definition, ast.AnnAssign):
            return f"{name}: {self._type(definition.annotation)}\n"
        fields = "".join(f"    {field}: {self._type(kind)}\n" for field, kind in source.fields(definition).items())
        if name.endswith("ArgsDict"):
            return f"class {name}(TypedDict):\n{fields}"
        inputs = map(self._parameter, _inputs(self._module, name))
        if name.endswith("Args"):
            return f"class {name}:\n    def __init__{_signature(['self', '*', *inputs], '    ')} -> None: ...\n"
        base = "pulumi.ProviderResource" if name == "Provider" else "pulumi.CustomResource"
        own = ["self", "resource_name: str", "opts: pulumi.ResourceOptions | None = None", "*"]
        return f"class {name}({base}):\n{fields}    def __init__{_signature([*own, *inputs], '    ')} -> None: ...\n"

    def _function(self, name: str, definition: ast.FunctionDef) -> str:
        """Render a function and the class of its result."""
        returned = ast.unparse(definition.returns or ast.Constant(None)).replace("Awaitable", "")
        result = re.sub(r"pulumi\.Output\[(\w+)\]", r"\1", returned)
        fields = source.fields(_definition(self._module, result)).items()
        lines = "".join(f"    {field}: {self._type(kind)}\n" for field, kind in fields)
        inputs = _signature(["*", *map(self._parameter, source.parameters(definition))])
        return f"class {result}:\n{lines}\ndef {name}{inputs} -> {returned}: ...\n"

    def _parameter(self, parameter: Parameter) -> str:
        return f"{parameter.name}: {self._type(parameter.type)}{'' if parameter.is_required else ' = ...'}"

    def _type(self, node: ast.expr) -> str:
        """Return the text of a type."""
        match node:
            case ast.Constant(value=str(reference)):
                text = self._nested(reference)
            case ast.Attribute(value=ast.Name(id="_builtins"), attr=name):
                text = name
            case ast.Subscript(value=ast.Name(id="Optional"), slice=inner):
                text = self._type(inner).removesuffix(OPTIONAL)
                text += "" if text == "Any" else OPTIONAL
            case ast.Subscript(value=ast.Name(id="Union"), slice=ast.Tuple(elts=parts)):
                text = " | ".join(dict.fromkeys(kind for kind in map(self._type, parts) if kind != "Any"))
            case ast.Subscript(value=ast.Name(id=("Mapping" | "Sequence") as outer), slice=ast.Tuple(elts=parts)):
                text = f"{outer}[{', '.join(map(self._type, parts))}]"
            case ast.Subscript(value=outer, slice=inner) if ast.unparse(outer) != "Literal":
                text = f"{ast.unparse(outer)}[{self._type(inner)}]"
            case _:
                text = ast.unparse(node)
        return text

    def _nested(self, reference: str) -> str:
        """Return the type of a nested value."""
        if "outputs." in reference:
            return "Any"
        if not re.search(r"Args(Dict)?$", reference):
            return "str"  # an enumeration of texts
        place, kind = _place(self._module, reference.removesuffix("Dict"))
        used = [name for name in (kind, f"{kind}Dict") if name in self._names.get(place, {})]
        return " | ".join(name if place == self._module else f"{place}.{name}" for name in used) or "Mapping[str, Any]"


def _signature(parameters: Iterable[str], indent: str = "") -> str:
    return "(\n" + "".join(f"{indent}    {parameter},\n" for parameter in parameters) + f"{indent})"
