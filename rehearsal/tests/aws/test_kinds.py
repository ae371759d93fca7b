"""The kinds of Auto Mode are served after a delay from the creation of the first cluster."""

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import requests

from rehearsal import paths
from rehearsal.auto_mode_kinds import DEFINITIONS
from rehearsal.aws.eks import kinds

NOON = datetime(2026, 1, 1, 12, 0)
NAMES = {definition["metadata"]["name"] for definition in DEFINITIONS}


class ApiServer:
    """A stand-in for an API server that stores the names of definitions."""

    def __init__(self) -> None:
        self.names = set(NAMES)
        self.is_up = True

    def request(self, method: Any, path: Any, body: Any = None) -> None:
        if not self.is_up:
            raise requests.ConnectionError
        name = path.rsplit("/", 1)[-1]
        if method == "DELETE":
            self.names.discard(name)
        else:
            assert (method, body["metadata"]["name"]) == ("APPLY", name)
            self.names.add(name)


@pytest.fixture
def clusters(monkeypatch: pytest.MonkeyPatch) -> Any:
    clusters: dict[str, object] = {}
    backend = {paths.ACCOUNT: {paths.REGION: SimpleNamespace(clusters=clusters)}}
    monkeypatch.setattr(kinds, "eks_backends", backend)
    return clusters


def test_the_kinds_are_served_late_for_the_first_cluster_only(clusters: Any) -> None:
    server = ApiServer()
    serving = kinds.Kinds(server)
    serving.sync(NOON)
    assert server.names == NAMES
    clusters["first"] = object()
    serving.sync(NOON)
    assert server.names == set()
    serving.sync(NOON + kinds.SERVED_AFTER - timedelta(seconds=1))
    assert server.names == set()
    serving.sync(NOON + kinds.SERVED_AFTER)
    assert server.names == NAMES
    clusters["second"] = object()
    serving.sync(NOON + 2 * kinds.SERVED_AFTER)
    assert server.names == NAMES


def test_the_kinds_are_served_again_if_the_cluster_is_deleted(clusters: Any) -> None:
    server = ApiServer()
    serving = kinds.Kinds(server)
    clusters["short"] = object()
    serving.sync(NOON)
    del clusters["short"]
    serving.sync(NOON + kinds.SERVED_AFTER)
    assert server.names == NAMES


def test_an_unreachable_api_server_is_updated_later(clusters: Any) -> None:
    server = ApiServer()
    serving = kinds.Kinds(server)
    clusters["first"] = object()
    server.is_up = False
    serving.sync(NOON)
    server.is_up = True
    serving.sync(NOON)
    assert server.names == set()
