"""The first pages a reader sees: short, and in step with the specs."""

import pytest

from infra.spec import App, Store
from tests.engine import ROOT
from tests.unit.test_apps import APPS

LONGEST_README = 600
FIRST_SCREEN_LINES = 10
ZONES = 2


def memory(app: App) -> int:
    """Return the MiB that an app's pods request in a stack of two zones."""
    services = ZONES * sum(service.resources.memory_request for service in app.services)
    return services + sum(store.resources.memory_request for store in app.stores if store.in_pod)


def described(store: Store) -> str:
    return f"{store.kind} in a pod, {store.volume_gib} GiB" if store.in_pod else f"{store.kind} on RDS"


@pytest.mark.parametrize("app", APPS.values(), ids=APPS.keys())
def test_a_sample_app_is_described_as_its_spec_says(app: App) -> None:
    lines = (ROOT / "apps" / "README.md").read_text().splitlines()
    rows = [line.strip("| ").split(" | ") for line in lines if line.startswith("| [")]
    (row,) = (row for row in rows if row[0] == f"[{app.name}]({app.name}/README.md)")
    assert row[2:] == [
        ", ".join(service.name for service in app.services),
        "; ".join(described(store) for store in app.stores),
        ", ".join(f"{app.host(service)}{route}" for service in app.services for route in service.routes),
        f"{memory(app)} MiB",
    ]


def test_the_readme_is_short_and_begins_with_the_limits() -> None:
    text = (ROOT / "README.md").read_text()
    assert len(text.split()) <= LONGEST_README
    assert "**Not yet run against AWS.**" in "\n".join(text.splitlines()[:FIRST_SCREEN_LINES])
