"""The behaviours of AWS that the program relies on: each is one test with an ID, a sentence and a source."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Final, TypeVar

import pytest

FOLDER: Final = Path(__file__).parent
# The identifiers' prefixes and what they stand for, in the order of the document.
AREAS: Final = {
    "EKS": "EKS: the cluster, its access entries and its tokens",
    "AUTO": "EKS Auto Mode: objects, target group bindings and readiness gates",
    "NET": "NetworkPolicies",
    "ALB": "Application Load Balancer",
    "EC2": "VPC and security groups",
    "ECR": "ECR",
    "RDS": "RDS for MySQL",
    "KMS": "KMS and CloudWatch Logs",
    "IAM": "IAM and STS",
    "DNS": "Route 53 and ACM",
}
Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True, kw_only=True)
class Behaviour:
    """What AWS does, as the first line of a test's docstring says it."""

    identifier: str
    sentence: str
    source: str
    test: str

    @property
    def area(self) -> str:
        """Return the prefix of the identifier, a key of AREAS."""
        return self.identifier.split("-")[0]


def behaviour(identifier: str, source: str) -> Callable[[Function], Function]:
    """Mark a test as the check of one behaviour of AWS.

    Args:
        identifier: `<area>-<number>`; the number stays when other behaviours come and go.
        source: URL of the page that states the behaviour.
    """
    return pytest.mark.behaviour(identifier=identifier, source=source)


def declared() -> list[Behaviour]:
    """Return the behaviours of all test files, in the order of AREAS."""
    modules = [importlib.import_module(f"{__package__}.{path.stem}") for path in sorted(FOLDER.glob("test_*.py"))]
    found = [each for module in modules for each in _of_module(module)]
    areas = list(AREAS)
    return sorted(found, key=lambda each: (areas.index(each.area), int(each.identifier.split("-")[1])))


def _of_module(module: ModuleType) -> Iterator[Behaviour]:
    for name, function in vars(module).items():
        for mark in getattr(function, "pytestmark", []) if name.startswith("test_") else []:
            if mark.name == "behaviour":
                sentence = (function.__doc__ or "").splitlines()[0]
                yield Behaviour(sentence=sentence, test=f"{module.__name__.rsplit('.', 1)[-1]}.py::{name}", **mark.kwargs)
