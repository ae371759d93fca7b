"""The apps of a stack: the folders under `apps/`, each with an `app.py` that defines `app`."""

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from infra.settings import Settings, SettingsError
from infra.spec import App, SpecError

APPS: Final = Path(__file__).parent.parent / "apps"


def load(settings: Settings, stack: str) -> tuple[App, ...]:
    """The apps that the settings name, or one SettingsError with all that is wrong with them."""
    known = sorted(path.parent.name for path in APPS.glob("*/app.py"))
    problems = [
        f"slipway:apps names {name!r}, but there is no apps/{name}/app.py. There are: {', '.join(known)}. "
        f"Fix: pulumi config set --path 'slipway:apps[{index}]' {known[0]}"
        for index, name in enumerate(settings.apps)
        if name not in known
    ]
    apps = []
    for name in settings.apps:
        if name in known:
            try:
                apps.append(_app(name))
            except SpecError as error:
                problems.append(str(error))
    problems += _without_domain(settings, apps)
    if problems:
        raise SettingsError(stack, problems)
    return tuple(apps)


def _app(name: str) -> App:
    app: App = importlib.import_module(f"apps.{name}.app").app
    if app.name != name:
        raise SpecError(f"apps/{name}/app.py defines the app {app.name!r}; its name must be the folder's")
    lacking = [s.name for s in app.services if not (APPS / name / s.name / "Dockerfile").exists()]
    if lacking:
        raise SpecError("; ".join(f"apps/{name}/{service}/Dockerfile is missing" for service in lacking))
    return app


def _without_domain(settings: Settings, apps: Sequence[App]) -> list[str]:
    sites = [app.name for app in apps if any(service.routes for service in app.services)]
    if settings.domain or len(sites) < 2:
        return []
    return [
        "slipway:domain is missing: without one the load balancer has a single name, "
        f"so it can serve one site, not {', '.join(sites)}. "
        "Fix: pulumi config set slipway:domain example.com"
    ]
