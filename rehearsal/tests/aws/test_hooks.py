"""The hook server's routes."""

from rehearsal.aws import hooks
from rehearsal.aws.rds import modifications


def test_the_hook_server_opens_every_maintenance_window(monkeypatch):
    times = []
    monkeypatch.setattr(modifications, "maintain", lambda now: times.append(now) or ["shop"])
    answer = hooks.create_app().test_client().post("/rds/maintenance")
    assert answer.get_json() == ["shop"]
    assert times == [None]
