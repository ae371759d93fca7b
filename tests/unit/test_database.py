"""The database instance, as RDS would change it."""

import pytest

from tests.engine import program


@pytest.mark.parametrize("protected", ["true", "false"])
def test_a_change_is_applied_by_the_up_that_asks_for_it(protected: str) -> None:
    """Deferred to the maintenance window, it would be a change of every `up` until then."""
    graph = program(protect_data=protected)
    assert graph.one_of_type("aws:rds/instance:Instance", "database").inputs["applyImmediately"] is True
