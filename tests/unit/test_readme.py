"""The README's table of systems is that of the specs."""

import re

import pytest

from infra.spec import App, Store
from tests.engine import ROOT
from tests.unit.test_apps import APPS

ZONES = 2


def memory(app: App) -> int:
    """MiB that an app's pods request in a stack of two zones."""
    services = ZONES * sum(service.resources.memory_request for service in app.services)
    return services + sum(store.resources.memory_request for store in app.stores if store.in_pod)


def kept(store: Store) -> str:
    return f"{store.kind} in a pod, {store.volume_gib} GiB" if store.in_pod else f"{store.kind} on RDS"


@pytest.mark.parametrize("app", APPS.values(), ids=APPS.keys())
def test_a_system_is_described_as_its_spec_says(app: App) -> None:
    rows = [line.strip("| ").split(" | ") for line in (ROOT / "README.md").read_text().splitlines() if line.startswith("| [")]
    (row,) = (row for row in rows if row[0] == f"[{app.name}](apps/{app.name}/README.md)")
    assert row[2:] == [
        ", ".join(service.name for service in app.services),
        "; ".join(kept(store) for store in app.stores),
        ", ".join(f"{app.host(service)}{route}" for service in app.services for route in service.routes),
        f"{memory(app)} MiB",
    ]


def anchor(heading: str) -> str:
    """Return the anchor that GitHub gives a heading."""
    return re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-")


def test_every_link_inside_the_repository_leads_somewhere() -> None:
    text = (ROOT / "README.md").read_text()
    anchors = {anchor(line.lstrip("# ")) for line in text.splitlines() if line.startswith("#")}
    links = [link for link in re.findall(r"\]\(([^)]+)\)", text) if "://" not in link]
    assert len(links) > 5
    dead = [link for link in links if not (link[1:] in anchors if link.startswith("#") else (ROOT / link).exists())]
    assert dead == []
