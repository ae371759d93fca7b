from collections.abc import Iterator

import pytest
from backend.app import create_app
from backend.migrate import migrate
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import StaticPool, create_engine


@pytest.fixture
def app() -> Iterator[FastAPI]:
    """On SQLite in memory, migrated as MySQL is; the end-to-end tests have a real server."""
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    migrate(engine)
    yield create_app(engine)
    engine.dispose()


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    return TestClient(app, raise_server_exceptions=False)
