"""The kinds of Auto Mode are served a while after the first cluster was created."""

from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
import requests

from rehearsal import paths
from rehearsal.auto_mode_kinds import DEFINITIONS
from rehearsal.aws.eks import kinds

NOON = datetime(2026, 1, 1, 12, 0)
NAMES = {definition["metadata"]["name"] for definition in DEFINITIONS}


class ApiServer:
    """The definitions that an API server has."""

    def __init__(self):
        self.names = set(NAMES)
        self.is_up = True

    def request(self, method, path, body=None):
        if not self.is_up:
            raise requests.ConnectionError
        name = path.rsplit("/", 1)[-1]
        if method == "DELETE":
            self.names.discard(name)
        else:
            assert (method, body["metadata"]["name"]) == ("APPLY", name)
            self.names.add(name)


@pytest.fixture
def clusters(monkeypatch):
    clusters: dict[str, object] = {}
    backend = {paths.ACCOUNT: {paths.REGION: SimpleNamespace(clusters=clusters)}}
    monkeypatch.setattr(kinds, "eks_backends", backend)
    return clusters


def test_the_first_cluster_serves_them_late_and_a_second_one_at_once(clusters):
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


def test_they_come_back_although_the_cluster_is_deleted_meanwhile(clusters):
    server = ApiServer()
    serving = kinds.Kinds(server)
    clusters["short"] = object()
    serving.sync(NOON)
    del clusters["short"]
    serving.sync(NOON + kinds.SERVED_AFTER)
    assert server.names == NAMES


def test_an_api_server_that_is_away_is_asked_again(clusters):
    server = ApiServer()
    serving = kinds.Kinds(server)
    clusters["first"] = object()
    server.is_up = False
    serving.sync(NOON)
    server.is_up = True
    serving.sync(NOON)
    assert server.names == set()
