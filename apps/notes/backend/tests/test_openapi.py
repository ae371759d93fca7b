"""The OpenAPI document is true: schemathesis asks what it says, and more."""

import re
from typing import Any

import pytest
import schemathesis
from backend.app import create_app
from backend.migrate import migrate
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import allow_header_conformance, positive_data_acceptance
from sqlalchemy import StaticPool, create_engine

NOT_CHECKED = [
    # A request that keeps every rule may still have seen another version, or none.
    positive_data_acceptance,
    # Starlette names in Allow only the methods of the first route at a path.
    allow_header_conformance,
]
engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
migrate(engine)
schema = schemathesis.openapi.from_asgi("/openapi.json", create_app(engine))


@schema.parametrize()
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_request_is_answered_by_an_error_of_the_server_or_by_what_is_not_declared(case: schemathesis.Case[Any]) -> None:
    case.call_and_validate(excluded_checks=NOT_CHECKED)


def test_the_page_takes_everything_from_here(client: TestClient) -> None:
    page = client.get("/docs").text
    sources = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert len(sources) >= 2
    assert all(source.startswith("/docs/") for source in sources)
    for source in sources:
        assert client.get(source).status_code == 200


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_health_is_not_part_of_the_interface(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 200
    assert path not in client.get("/openapi.json").json()["paths"]
