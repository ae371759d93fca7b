"""How the graph is put together: every resource in a component, under a name that tells whose it is."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator

import pulumi
import pytest

import infra.aws
import infra.kubernetes
from tests.engine import ALL_APPS, ROOT, stack_program
from tests.graph import Graph, some


@pytest.fixture(scope="module")
def graph() -> Graph:
    return stack_program("prod", apps=ALL_APPS, alarm_email="ops@example.com")


def components() -> Iterator[str]:
    """Yield the type of each component class: `slipway:<package>:<class>`."""
    for package in (infra.aws, infra.kubernetes):
        for found in pkgutil.iter_modules(package.__path__):
            if not found.ispkg:
                module = importlib.import_module(f"{package.__name__}.{found.name}")
                for kind in vars(module).values():
                    if (
                        isinstance(kind, type)
                        and issubclass(kind, pulumi.ComponentResource)
                        and kind.__module__ == module.__name__
                    ):
                        yield f"slipway:{package.__name__.removeprefix('infra.')}:{kind.__name__}"


def test_a_components_type_is_its_package_and_class(graph: Graph) -> None:
    """The type is part of the URNs of all that a component holds: another one would replace the cluster and the database."""
    declared = {resource.typ for resource in graph.resources if resource.is_component}
    assert declared == set(components())


def component_modules() -> dict[str, set[str]]:
    """Return the names that each module of a component imports from the project, by the module's name."""
    imports = {}
    for path in sorted((ROOT / "infra").glob("*/*.py")):
        tree = ast.parse(path.read_text())
        if any(
            "ComponentResource" in ast.unparse(base)
            for node in tree.body
            if isinstance(node, ast.ClassDef)
            for base in node.bases
        ):
            nodes = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and str(node.module).startswith("infra")]
            names = {str(node.module) for node in nodes} | {f"{node.module}.{name.name}" for node in nodes for name in node.names}
            imports[f"infra.{path.parent.name}.{path.stem}"] = names
    return imports


def test_a_component_imports_no_other_component_and_no_settings() -> None:
    """It is given values, so that it can be read, tested and replaced by itself."""
    imports = component_modules()
    assert len(imports) > 10
    forbidden = {*imports, "infra.settings", "infra.environment", "infra.wiring"}
    assert {module: sorted(names & forbidden) for module, names in imports.items() if names & forbidden} == {}


def test_every_resource_is_in_a_component(graph: Graph) -> None:
    urns = {resource.urn for resource in graph.resources if resource.is_component}
    outside = [r.name for r in graph.resources if not r.typ.startswith(("slipway:", "pulumi:")) and r.parent not in urns]
    assert outside == []


def test_a_logical_name_is_plain(graph: Graph) -> None:
    """It is part of the URN: another one replaces the resource."""
    plain = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?", re.ASCII)
    named = some(resource for resource in graph.resources if resource.kind not in ("Stack", "RolePolicyAttachment"))
    assert [resource.name for resource in named if not plain.fullmatch(resource.name)] == []


def test_a_resource_of_aws_is_named_after_its_component(graph: Graph) -> None:
    names = {resource.urn: resource.name for resource in graph.resources}
    aws = some(resource for resource in graph.resources if resource.typ.startswith("aws:") and resource.kind != "TargetGroup")
    assert [r.name for r in aws if r.name != names[r.parent] and not r.name.startswith(f"{names[r.parent]}-")] == []


def test_resources_in_the_aws_console_have_a_name_tag(graph: Graph) -> None:
    for kind in ("Vpc", "Subnet", "RouteTable", "InternetGateway", "NatGateway", "Eip", "VpcEndpoint", "FlowLog", "Key"):
        for resource in graph.of(kind):
            assert resource.inputs["tags"]["Name"] in (resource.name, "network"), f"{kind} {resource.name}"
    for group in graph.of("SecurityGroup"):
        assert group.inputs["tags"]["Name"] == group.name


def test_an_object_of_kubernetes_is_in_the_namespace_of_its_app(graph: Graph) -> None:
    cluster_wide = ("Namespace", "StorageClass", "NodeClass", "NodePool", "ConfigMapPatch")
    namespaces = {namespace.inputs["metadata"]["name"] for namespace in graph.of("Namespace")}
    assert namespaces == {*ALL_APPS, "slipway-grants"}
    for resource in some(r for r in graph.resources if r.typ.startswith("kubernetes:") and r.kind not in cluster_wide):
        namespace = resource.inputs["metadata"]["namespace"]
        owner = namespace if namespace in ALL_APPS else "slipway"
        assert resource.name == owner or resource.name.startswith(f"{owner}-"), resource.name


def test_labels_tell_the_app_and_the_component_and_select_no_other_pods(graph: Graph) -> None:
    seen = set()
    for name, pod in graph.pods().items():
        labels = pod["metadata"]["labels"]
        assert set(labels) == {"app.kubernetes.io/part-of", "app.kubernetes.io/name"}, name
        assert labels["app.kubernetes.io/part-of"] in {*ALL_APPS, "slipway"}
        seen.add(tuple(sorted(labels.items())))
    assert len(seen) == len(graph.pods()), "two workloads would answer to one policy"
