"""Check a request against all published rules."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import Any

import regex
from botocore.model import OperationModel

from rehearsal.aws.rules.documentation import documentation_violations
from rehearsal.aws.rules.exceptions import EXEMPTIONS
from rehearsal.aws.rules.model import model_violations
from rehearsal.aws.rules.relations import RELATIONS


def refusals(service: str, operation: OperationModel, request: Mapping[str, Any]) -> Iterator[str]:
    """Yield the message of each rule that a parsed request breaks."""
    shape = operation.input_shape
    if shape is None:
        return
    exempt = exempt_values(f"{service}.{operation.name}")
    for violation in (*model_violations(shape, request), *documentation_violations(shape, request)):
        if (regex.sub(r"\.\d+", "", violation.path), violation.value) not in exempt:
            yield violation.message
    relation = RELATIONS.get((service, operation.name))
    if relation and (message := relation(request)):
        yield message


@functools.cache
def exempt_values(operation: str) -> frozenset[tuple[str, str | None]]:
    """Return the members of an operation with the values that are not checked."""
    own = (exemption for exemption in EXEMPTIONS if exemption.operation == operation)
    return frozenset((exemption.path, value) for exemption in own for value in exemption.values)
