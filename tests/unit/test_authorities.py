"""The authorities that sign the database's certificate: whether a file holds them, and for which regions."""

from pathlib import Path

import pytest

from infra.aws import authorities
from infra.settings import DEFAULT_CA_FILE, SettingsError
from tests.engine import ROOT, Engine, config

BUNDLE = str(ROOT / DEFAULT_CA_FILE)


def refusal(region: str = "eu-west-1", ca_file: str = BUNDLE) -> str:
    engine = Engine(region=region)
    with pytest.raises(SettingsError) as caught:
        engine.build_program(config=config(database_ca_file=ca_file) | {"aws:region": region})
    assert [request.type for request, _ in engine.requests if request.type.startswith("aws:")] == []
    return str(caught.value)


def test_the_bundle_serves_the_regions_of_all_stack_files() -> None:
    assert "eu-west-1" in authorities.regions(BUNDLE)
    assert len(authorities.regions(BUNDLE)) > 20


@pytest.mark.parametrize("region", ["il-central-1", "mx-central-1", "us-gov-west-1", "cn-north-1"])
def test_a_region_that_the_bundle_does_not_know_is_an_error(region: str) -> None:
    text = refusal(region, DEFAULT_CA_FILE)
    assert f"slipway:database_ca_file must hold the authorities of RDS in {region}" in text
    assert "Fix: " in text


def test_the_teams_own_certificate_file_is_not_compared_with_the_region() -> None:
    region = "il-central-1"
    own = Engine(region=region).build_program(config=config(database_ca_file=BUNDLE) | {"aws:region": region})
    assert own.one("Cluster").inputs["name"] == "slipway-test"


def test_a_file_without_certificates_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("<html>not found</html>")
    assert "must hold certificates in PEM form" in refusal(ca_file=str(tmp_path / "ca.pem"))
