"""The hook server's routes."""

from datetime import datetime

import pytest

from rehearsal.aws import hooks
from rehearsal.aws.rds import modifications


def test_the_hook_server_opens_every_maintenance_window(monkeypatch: pytest.MonkeyPatch) -> None:
    times = []

    def maintain(now: datetime | None) -> list[str]:
        times.append(now)
        return ["shop"]

    monkeypatch.setattr(modifications, "maintain", maintain)
    answer = hooks.create_app().test_client().post("/rds/maintenance")
    assert answer.get_json() == ["shop"]
    assert times == [None]
