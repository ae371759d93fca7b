"""The outputs of a stack."""

from dataclasses import dataclass

import pytest

from infra.outputs import Outputs
from tests.engine import Engine, config
from tools import reference


def test_the_program_exports_every_documented_output() -> None:
    engine = Engine()
    engine.build_program(config=config())
    assert engine.exports.keys() == reference.field_docstrings(Outputs).keys()


def test_a_field_without_a_docstring_is_an_error() -> None:
    with pytest.raises(ValueError, match="second has no docstring"):
        reference.field_docstrings(Undocumented)


@dataclass
class Undocumented:
    """A class one of whose fields has no docstring."""

    first: str
    """The first field."""
    second: str
