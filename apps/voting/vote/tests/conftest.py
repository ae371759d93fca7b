import pytest
from fakeredis import FakeRedis, FakeServer
from flask.testing import FlaskClient
from vote.app import create_app


@pytest.fixture
def server() -> FakeServer:
    """A Redis that can be down (`server.connected = False`)."""
    return FakeServer()


@pytest.fixture
def redis(server: FakeServer) -> FakeRedis:
    return FakeRedis(server=server)


@pytest.fixture
def client(redis: FakeRedis) -> FlaskClient:
    return create_app(redis).test_client()
