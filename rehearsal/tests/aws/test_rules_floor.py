"""The number of published rules on the program's requests: a new wording of botocore's texts must not remove them unnoticed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import botocore.session
import pytest
import regex
import yaml

from rehearsal.aws.rules import documentation

SENT: dict[str, list[str]] = yaml.safe_load(Path(__file__).with_name("operations_sent.yaml").read_text())
# A tenth below the 159 and 761 of botocore 1.44.5: single sentences may disappear, but no form of sentences.
MINIMUM_DOCUMENTATION_RULES = 143
MINIMUM_MODEL_RULES = 685


def parts(shape: Any, above: frozenset[str] = frozenset()) -> Iterator[Any]:
    """Yield a shape and all shapes in it; a shape may contain itself."""
    yield shape
    if shape.name in above:
        return
    above |= {shape.name}
    if shape.type_name == "structure":
        inner = list(shape.members.values())
    else:
        inner = [getattr(shape, name) for name in ("member", "key", "value") if hasattr(shape, name)]
    for part in inner:
        yield from parts(part, above)


def rule_count(shape: Any) -> int:
    """Return the number of limits that the model states on a shape itself."""
    limits = sum(key in shape.metadata for key in ("min", "max", "enum", "pattern"))
    return limits + len(getattr(shape, "required_members", ()))


@pytest.fixture(scope="module")
def shapes() -> list[Any]:
    session = botocore.session.get_session()
    models = {service: session.get_service_model(service) for service in SENT}
    operations = [models[service].operation_model(name) for service, names in SENT.items() for name in names]
    return [part for operation in operations for part in parts(operation.input_shape)]


def test_the_documentation_still_states_enough_rules(shapes: list[Any]) -> None:
    assert sum(len(documentation.rules_about(shape)) for shape in shapes if shape.documentation) >= MINIMUM_DOCUMENTATION_RULES


def test_the_models_still_state_enough_rules(shapes: list[Any]) -> None:
    assert sum(rule_count(shape) for shape in shapes) >= MINIMUM_MODEL_RULES


@pytest.mark.parametrize(
    ("pattern", "types"),
    [
        *((pattern, {"string"}) for pattern in documentation.TEXT_FORMS),
        *((pattern, {"integer", "long"}) for pattern in documentation.NUMBER_FORMS),
        *((pattern, {"string"}) for pattern in documentation.ATTRIBUTE_FORMS),
    ],
)
def test_every_form_of_a_sentence_is_still_used(shapes: list[Any], pattern: str, types: set[str]) -> None:
    texts = {shape.documentation for shape in shapes if getattr(shape, "member", shape).type_name in types}
    assert [text for text in texts for line in documentation.sentences(text) if regex.search(pattern, line)]
