"""Tests of how the enforcer loads and removes the node's table."""

import json
import os
import shutil
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from kubernetes import client

from rehearsal.controllers import network_policies
from rehearsal.controllers.network_policies import REMOVAL, Enforcer, load, ruleset
from rehearsal.tests.controllers.test_nft_rules import API, NAMESPACES, PODS, policy


class Server:
    """The lists of an API server, through the client's request path."""

    def __init__(self, switch: dict[str, str] | None) -> None:
        self.switch = switch
        self.pods = PODS

    def serve(self, monkeypatch: pytest.MonkeyPatch) -> Enforcer:
        enforcer = Enforcer(client.ApiClient())
        answers = {
            "list_namespaced_config_map": lambda: [] if self.switch is None else [{"data": self.switch}],
            "list_network_policy_for_all_namespaces": lambda: [policy()],
            "list_pod_for_all_namespaces": lambda: self.pods,
            "list_namespace": lambda: NAMESPACES,
        }
        for api in (enforcer._core, enforcer._networking):
            for name in answers.keys() & set(dir(api)):
                monkeypatch.setattr(api, name, self._answer(answers[name]))
        return enforcer

    @staticmethod
    def _answer(items: Any) -> Any:
        return lambda **_: SimpleNamespace(data=json.dumps({"items": items()}))


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    texts: list[str] = []
    monkeypatch.setattr(network_policies, "load", texts.append)
    return texts


ON = {"enable-network-policy-controller": "true"}


def test_rules_are_loaded_in_one_transaction_and_only_when_they_change(
    monkeypatch: pytest.MonkeyPatch, loaded: list[str]
) -> None:
    server = Server(ON)
    enforcer = server.serve(monkeypatch)
    enforcer.sync()
    enforcer.sync()
    assert loaded == [REMOVAL + ruleset([policy()], PODS, NAMESPACES)]
    server.pods = [API]
    enforcer.sync()
    assert loaded[1:] == [REMOVAL + ruleset([policy()], [API], NAMESPACES)]


@pytest.mark.parametrize("switch", [None, {}, {"enable-network-policy-controller": "false"}])
def test_the_table_of_an_earlier_run_is_removed_unless_policies_are_enabled(
    switch: dict[str, str] | None, monkeypatch: pytest.MonkeyPatch, loaded: list[str]
) -> None:
    enforcer = Server(switch).serve(monkeypatch)
    enforcer.sync()
    enforcer.sync()
    assert loaded == [REMOVAL]


def test_the_table_is_removed_and_loaded_again_with_the_config_map(monkeypatch: pytest.MonkeyPatch, loaded: list[str]) -> None:
    server = Server(ON)
    enforcer = server.serve(monkeypatch)
    for switch in (ON, None, ON):
        server.switch = switch
        enforcer.sync()
    assert [text == REMOVAL for text in loaded] == [False, True, False]


def test_rules_that_nft_rejects_are_tried_again(monkeypatch: pytest.MonkeyPatch, loaded: list[str]) -> None:
    enforcer = Server(ON).serve(monkeypatch)

    def refuse(_: str) -> None:
        raise ChildProcessError("nft: busy")

    with monkeypatch.context() as patch:
        patch.setattr(network_policies, "load", refuse)
        with pytest.raises(ChildProcessError):
            enforcer.sync()
    enforcer.sync()
    assert len(loaded) == 1


def test_closing_removes_the_table_and_a_later_sync_loads_it_again(monkeypatch: pytest.MonkeyPatch, loaded: list[str]) -> None:
    enforcer = Server(ON).serve(monkeypatch)
    enforcer.sync()
    enforcer.close()
    enforcer.sync()
    assert loaded[1] == REMOVAL
    assert loaded[2] == loaded[0]


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("nft"), reason="needs nft as root")
def test_the_error_contains_the_error_output_of_nft() -> None:
    with pytest.raises(ChildProcessError, match="syntax error"):
        load("table inet {")


def plural(kind: str) -> str:
    return f"{kind.lower().removesuffix('y')}ies" if kind.endswith("y") else f"{kind.lower()}s"


def test_every_kind_that_the_enforcer_reads_is_watched(monkeypatch: pytest.MonkeyPatch, loaded: list[str]) -> None:
    paths: list[str] = []

    def answer(method: str, url: str, *_: Any, **__: Any) -> SimpleNamespace:
        paths.append(urlsplit(url).path)
        data = json.dumps({"items": [{"data": ON}] if "configmaps" in url else []})
        return SimpleNamespace(status=200, response=SimpleNamespace(data=data))

    api_client = client.ApiClient()
    monkeypatch.setattr(api_client, "call_api", answer)
    Enforcer(api_client).sync()
    assert len(loaded) == 1
    groups = {path.rsplit("/", 1)[1]: path.split("/v1/")[0].removeprefix("/api").removeprefix("s/") for path in paths}
    versions = {(f"{group}/v1".removeprefix("/"), name) for name, group in groups.items()}
    assert versions == {(version, plural(kind)) for version, kind in network_policies.KINDS}
