"""Versions near the end of AWS's standard support are named before AWS changes them by itself."""

from datetime import date, timedelta

import pulumi
import pytest

from infra import constraints, support
from infra.aws import database
from tests.engine import Engine, config

KUBERNETES_END = constraints.KUBERNETES_SUPPORT["1.35"]
DATABASE_END = constraints.DATABASE_SUPPORT[database.ENGINE_VERSION]


def warnings(today: date, kubernetes_version: str = "1.35") -> list[str]:
    return list(support.warnings(kubernetes_version, database.ENGINE_VERSION, today))


def test_a_version_is_warned_about_from_sixty_days_before_its_end_of_support() -> None:
    assert warnings(KUBERNETES_END - timedelta(days=61)) == []
    (text,) = warnings(KUBERNETES_END - timedelta(days=60))
    assert str(KUBERNETES_END) in text
    assert text.endswith("Fix: pulumi config set slipway:kubernetes_version 1.36")


def test_a_version_after_its_end_of_support_is_warned_about() -> None:
    assert "Kubernetes 1.35" in warnings(KUBERNETES_END + timedelta(days=400))[0]


def test_the_newest_known_version_is_not_replaced_by_itself() -> None:
    newest = max(constraints.KUBERNETES_SUPPORT, key=constraints.KUBERNETES_SUPPORT.__getitem__)
    (text,) = warnings(constraints.KUBERNETES_SUPPORT[newest], newest)
    assert text.endswith("Fix: take a newer release of this program")


def test_the_databases_version_is_named_as_well() -> None:
    named = warnings(DATABASE_END - timedelta(days=30))
    assert [text for text in named if f"MySQL {database.ENGINE_VERSION}" in text and str(DATABASE_END) in text] == named[1:]
    assert len(named) == 2


def test_an_up_warns_before_it_declares_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine()
    seen: list[tuple[str, int]] = []
    monkeypatch.setattr(support, "WARN_BEFORE", timedelta(days=10_000))
    monkeypatch.setattr(pulumi.log, "warn", lambda text: seen.append((text, len(engine.requests))))
    engine.build_program(config=config())
    assert [("Kubernetes" in text, "MySQL" in text) for text, _ in seen] == [(True, False), (False, True)]
    assert max(declared for _, declared in seen) <= 1, "only the stack itself is there"
