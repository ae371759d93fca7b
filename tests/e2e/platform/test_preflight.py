"""Tests that errors in a stack are reported before anything changes."""

from collections.abc import Iterator

import pytest

from tests.e2e import rehearsal as r

CLASS = "slipway:database_instance_class"


@pytest.fixture
def unsold_class() -> Iterator[str]:
    name = "db.m99.large"
    r.pulumi("config", "set", CLASS, name)
    yield name
    r.pulumi("config", "rm", CLASS)


def test_a_database_class_that_rds_does_not_offer_is_reported(unsold_class: str) -> None:
    output = r.pulumi("up", "--yes", "--skip-preview", check=False)
    assert f"{CLASS} must be a class that RDS sells for mysql 8.4 in eu-west-1, got {unsold_class}" in output
    assert "Traceback" not in output
    assert r.changes(output) == ["1 errored"]
