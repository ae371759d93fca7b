"""What the hook server does to the emulator."""

from rehearsal.aws import hooks
from rehearsal.aws.rds import modifications


def test_a_maintenance_window_can_be_opened_by_hand(monkeypatch):
    asked = []
    monkeypatch.setattr(modifications, "maintain", lambda now: asked.append(now) or ["shop"])
    answer = hooks.create_app().test_client().post("/rds/maintenance")
    assert answer.get_json() == ["shop"]
    assert asked == [None]
