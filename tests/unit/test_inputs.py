"""What the providers' SDKs say of every input of every resource."""

import copy
import dataclasses
from typing import Any

import pytest

from tests.engine import ALL_APPS, program, stack_program
from tests.graph import Graph, at, some
from tests.provider_types import args_class, problems


@pytest.fixture(scope="module")
def graph() -> Graph:
    return stack_program("prod", apps=ALL_APPS, alarm_email="ops@example.com")


def test_every_input_is_known_typed_and_complete(graph: Graph) -> None:
    judged = some(resource for resource in graph.resources if args_class(resource.typ))
    kinds = {resource.typ.split(":")[0] for resource in judged}
    assert kinds == {"aws", "docker-build", "kubernetes"}
    assert [problem for resource in judged for problem in problems(resource)] == []


def test_a_stack_without_a_domain_declares_inputs_as_complete() -> None:
    assert [problem for resource in program(domain=None).resources for problem in problems(resource)] == []


WRONG: list[tuple[str, str, Any, str]] = [
    ("Cluster", "vpcConfig.endpointPrivateaccess", True, ".vpcConfig.endpointPrivateaccess is unknown"),
    ("Cluster", "vpcConfig.subnetIds", "subnet-1", ".vpcConfig.subnetIds must be a Sequence, got 'subnet-1'"),
    ("Instance", "storageEncrypted", "yes", ".storageEncrypted must be bool, got 'yes'"),
    ("Deployment", "spec.template.spec.containers.0.name", None, ".spec.template.spec.containers.0.name is missing"),
    ("NetworkPolicy", "spec.podselector", {}, ".spec.podselector is unknown"),
    ("Image", "exports.0.image.pushbydigest", True, ".exports.0.image.pushbydigest is unknown"),
]


@pytest.mark.parametrize(("kind", "path", "value", "problem"), WRONG)
def test_a_wrong_input_is_named(graph: Graph, kind: str, path: str, value: Any, problem: str) -> None:
    resource = graph.of(kind)[0]
    spoilt = dataclasses.replace(resource, inputs=copy.deepcopy(resource.inputs))
    outer, _, name = path.rpartition(".")
    place = at(spoilt.inputs, outer) if outer else spoilt.inputs
    place[name] = value
    if value is None:
        del place[name]
    assert f"{kind} {resource.name}{problem}" in problems(spoilt)
