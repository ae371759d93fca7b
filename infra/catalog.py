"""The apps of a stack: the folders under `apps/`, each with an `app.py` that defines `app`."""

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from infra.settings import Settings, SettingsError
from infra.spec import App, SpecError

APPS: Final = Path(__file__).parent.parent / "apps"
# Kubernetes keeps no larger ConfigMap. Source: https://kubernetes.io/docs/concepts/configuration/configmap/
LARGEST_CONFIG_MAP: Final = 1024 * 1024


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
    problems += _shared_hosts(apps) + _without_domain(settings, apps)
    if problems:
        raise SettingsError(stack, problems)
    return tuple(apps)


def texts(app: str, folder: str) -> dict[str, str]:
    """`{file name: text}` of the files in a folder of an app."""
    return {path.name: path.read_text() for path in sorted((APPS / app / folder).glob("*")) if path.is_file()}


def _app(name: str) -> App:
    app: App = importlib.import_module(f"apps.{name}.app").app
    if app.name != name:
        raise SpecError(f"apps/{name}/app.py defines the app {app.name!r}; its name must be the folder's")
    problems = [
        f"apps/{name}/{service.name}/Dockerfile is missing"
        for service in app.services
        if not (APPS / name / service.name / "Dockerfile").exists()
    ]
    for files in (files for service in app.services for files in service.files):
        size = sum(len(text.encode()) for text in texts(name, files.folder).values())
        if not 0 < size < LARGEST_CONFIG_MAP:
            problems.append(f"apps/{name}/{files.folder} must hold files of less than 1 MiB in all, got {size} bytes")
    if problems:
        raise SpecError("; ".join(problems))
    return app


def _shared_hosts(apps: Sequence[App]) -> list[str]:
    hosts = [host for app in apps for host in app.hosts]
    return [
        f"host {host!r} is claimed by the apps {', '.join(app.name for app in apps if host in app.hosts)}: "
        "a host belongs to one app. Fix: give a service in its app.py another host"
        for host in sorted(set(hosts))
        if hosts.count(host) > 1
    ]


def _without_domain(settings: Settings, apps: Sequence[App]) -> list[str]:
    sites = [host for app in apps for host in app.hosts]
    if settings.domain or len(sites) < 2:
        return []
    return [
        "slipway:domain is missing: without one the load balancer has a single name, "
        f"so it can serve one site, not {', '.join(sites)}. "
        "Fix: pulumi config set slipway:domain example.com"
    ]
