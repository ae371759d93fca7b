"""Which provider serves resources and look-ups: the default ones are disabled in every stack file."""

import pytest

from tests.engine import ALL_APPS, Engine, config, program
from tests.graph import some


@pytest.mark.parametrize("package", ["aws", "kubernetes"])
def test_every_resource_is_on_an_explicit_provider(package: str) -> None:
    graph = program(apps=ALL_APPS, alarm_email="ops@example.com")
    provider = f"pulumi:providers:{package}::{package}"
    for resource in some(each for each in graph.resources if each.typ.startswith(f"{package}:")):
        assert provider in resource.provider, (
            f"{resource.typ} {resource.name} is on {resource.provider or 'the default provider'}"
        )


def test_every_look_up_is_on_the_explicit_provider() -> None:
    engine = Engine()
    engine.build_program(config=config())
    assert engine.looked_up
    assert [token for token, provider in engine.looked_up if "pulumi:providers:aws::aws" not in (provider or "")] == []
