"""The database instance, as RDS would change it."""

import pytest

from infra.settings import SettingsError
from tests.engine import Engine, config, program


@pytest.mark.parametrize("protected", ["true", "false"])
def test_database_changes_are_applied_immediately(protected: str) -> None:
    """Deferred to the maintenance window, it would be a change of every `up` until then."""
    graph = program(protect_data=protected)
    assert graph.one_of_type("aws:rds/instance:Instance", "database").inputs["applyImmediately"] is True


def refusal(**changed: str) -> str:
    engine = Engine()
    with pytest.raises(SettingsError) as caught:
        engine.build_program(config=config(**changed))
    assert [request.type for request, _ in engine.requests if request.type.startswith("aws:")] == []
    return str(caught.value)


def test_an_instance_class_that_rds_does_not_sell_is_rejected_before_anything_is_created() -> None:
    text = refusal(database_instance_class="db.t99.medium")
    assert "slipway:database_instance_class must be a class that RDS sells for mysql 8.4 in eu-west-1, got db.t99.medium" in text
    assert "no matching RDS Orderable DB Instance found" in text, "AWS's own reason"
    assert "Fix: pulumi config set slipway:database_instance_class" in text


def test_an_instance_class_without_multi_az_is_rejected_if_multi_az_is_set() -> None:
    assert "a class that can have a standby, got db.z1d.large" in refusal(database_instance_class="db.z1d.large")
    single = program(database_instance_class="db.z1d.large", database_multi_az="false")
    assert single.one_of_type("aws:rds/instance:Instance", "database").inputs["instanceClass"] == "db.z1d.large"
