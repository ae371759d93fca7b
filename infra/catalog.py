"""The apps of a stack: the folders under `apps/`, each with an `app.py` that defines `app`."""

import importlib
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from infra import naming
from infra.settings import Settings, SettingsError
from infra.spec import App, SpecError

APPS: Final = Path(__file__).parent.parent / "apps"
# The limit of a ConfigMap. Source: https://kubernetes.io/docs/concepts/configuration/configmap/
LARGEST_CONFIG_MAP: Final = 1024 * 1024
# The part of a vCPU that pods can use: the rest is for the system and for the extra pods of a roll-out.
MILLICORES_FOR_PODS: Final = 750


def load(settings: Settings, stack: str) -> tuple[App, ...]:
    """Return the apps that the settings name. Raise one SettingsError with everything that is wrong with them."""
    known = sorted(path.parent.name for path in APPS.glob("*/app.py"))
    problems = [
        f"slipway:apps names {name!r}, but apps/{name}/app.py was not found. Apps: {', '.join(known)}. "
        f"Fix: pulumi config set --path 'slipway:apps[{index}]' {known[0]}"
        for index, name in enumerate(settings.apps)
        if name not in known
    ]
    apps = []
    for name in settings.apps:
        if name in known:
            try:
                apps.append(load_app(name))
            except SpecError as error:
                problems.append(str(error))
    problems += collisions(apps) + _without_domain(settings, apps) + _without_room(settings, apps)
    if problems:
        raise SettingsError(stack, problems)
    return tuple(apps)


def texts(app: str, folder: str) -> dict[str, str]:
    """Return the text of each file in a folder of an app, by file name."""
    return {path.name: path.read_text() for path in sorted((APPS / app / folder).glob("*")) if path.is_file()}


def load_app(name: str) -> App:
    """Return the app of `apps/<name>/app.py`. Raise SpecError if its folder does not hold what it names."""
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


def collisions(apps: Sequence[App]) -> list[str]:
    """Return a problem for each name that two parts of the apps would share: `a` with `b-c`, and `a-b` with `c`, do."""
    owners: dict[tuple[str, str], set[str]] = {("host", "validation"): {"the certificate's own record"}}
    for app in apps:
        for kind, name, owner in derived_names(app):
            owners.setdefault((kind, name), set()).add(owner)
    return [
        f"{kind} {name!r} would belong to {' and to '.join(sorted(named))}. "
        "Fix: give one of them another name, host or route in its app.py"
        for (kind, name), named in owners.items()
        if len(named) > 1
    ]


def derived_names(app: App) -> Iterator[tuple[str, str, str]]:
    """Yield `(kind, name, owner)` of every resource name that is derived from the app's names."""
    for service in app.services:
        name, owner = app.qualified(service.name), f"service {service.name!r} of app {app.name!r}"
        yield "name", name, owner
        if service.migrate:
            yield "name", naming.migration(name), f"the migration of {owner}"
        for files in service.files:
            yield "ConfigMap", f"{name}-{files.folder}", f"the files {files.folder!r} of {owner}"
    for store in (store for store in app.stores if store.in_pod):
        name, owner = app.qualified(store.name), f"store {store.name!r} of app {app.name!r}"
        yield "name", name, owner
        if store.is_database:
            yield "name", naming.dump(name), f"the dump of {owner}"
            yield "name", naming.dumps(name), f"the dumps of {owner}"
            yield "name", naming.restore(name), f"the restore of {owner}"
    for host in app.hosts:
        yield "host", host, f"app {app.name!r}"
    for host, path in ((app.host(service), path) for service in app.services for path in service.routes):
        owner = f"route {path!r} of host {host!r}"
        yield "listener rule", f"{host}{path.replace('/', '-').rstrip('-')}", owner
        yield "listener rule's priority", str(naming.rule_priority(host, path)), owner


def _without_domain(settings: Settings, apps: Sequence[App]) -> list[str]:
    sites = [host for app in apps for host in app.hosts]
    if settings.domain or len(sites) < 2:
        return []
    return [
        "slipway:domain is required for several sites: without a domain the load balancer has a single name, "
        f"so it can serve one site, not {', '.join(sites)}. "
        "Fix: pulumi config set slipway:domain example.com"
    ]


def _without_room(settings: Settings, apps: Sequence[App]) -> list[str]:
    """Compare the vCPUs that pods request with the nodes' limit: a pod without a node fails an `up` after 15 minutes."""
    services = sum(service.resources.cpu_request for app in apps for service in app.services) * settings.replicas
    stores = sum(store.resources.cpu_request for app in apps for store in app.stores if store.in_pod)
    needed = math.ceil((services + stores) / MILLICORES_FOR_PODS)
    if needed <= settings.node_cpu_limit:
        return []
    return [
        f"slipway:node_cpu_limit must be at least {needed}, the vCPUs that the stack's pods need, got {settings.node_cpu_limit}. "
        f"Fix: pulumi config set slipway:node_cpu_limit {needed}, or fewer replicas_per_zone"
    ]
