"""What the program of this checkout needs: its generated secrets, the rehearsal's authority, recovery, and sites that answer."""

import importlib
import json
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

import requests
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from infra.spec import App, SpecError
from rehearsal import interrupted, paths
from rehearsal.node import traces
from rehearsal.project import STATE, Config, Project, Say
from rehearsal.pulumi_cli import DeploymentError, pulumi

SITE_SECONDS: Final = 60


def secret_keys(config: Config) -> Sequence[str]:
    """Return the stack config keys of all secrets."""
    return ["slipway:database_master_password", *app_secrets(config.get("slipway:apps", ["messageboard"]))]


def app_secrets(apps: list[str]) -> list[str]:
    """Return the stack config keys of the apps' secrets. Leave out missing apps, which the program reports."""
    existing_apps = [app for app in apps if (paths.CHECKOUT / "apps" / app / "app.py").is_file()]
    try:
        specs: list[App] = [importlib.import_module(f"apps.{app}.app").app for app in existing_apps]
    except SpecError as error:
        raise DeploymentError(str(error)) from error
    return [f"{spec.name}:{key}" for spec in specs for key in spec.secret_keys]


def recover_if_interrupted(env: dict[str, str], say: Say) -> None:
    """Recover the stack if the last run was interrupted."""
    if interrupted.was_interrupted():
        say("the last run was interrupted: recovering the stack (make recover)")
        interrupted.recover(env)


def check_sites(env: dict[str, str], say: Say) -> None:
    """Make the names of the sites known on this machine, wait until each site answers, and print its URL."""
    sites = json.loads(pulumi(env, "stack", "output", "site_urls", "--json"))
    traces.write_site_names([urlsplit(url).hostname or "" for url in sites.values()])
    for app, url in sites.items():
        _check_site(url)
        say(f"{app}: {url}")


def _check_site(url: str) -> None:
    try:
        _wait_for_site(url)
    except requests.RequestException as error:
        raise DeploymentError(f"{url} does not answer: {error}") from error


@retry(
    stop=stop_after_delay(SITE_SECONDS),
    wait=wait_fixed(0.5),
    retry=retry_if_exception_type(requests.RequestException),
    reraise=True,
)
def _wait_for_site(url: str) -> None:
    with requests.Session() as session:
        session.trust_env = False
        session.get(url, timeout=5, verify=str(paths.PKI / "ca.crt")).raise_for_status()


PROJECT: Final = Project(
    folder=paths.CHECKOUT,
    state=STATE,
    role=paths.DEPLOYER,
    config={"slipway:database_ca_file": str(paths.PKI / "ca.crt")},
    secret_keys=secret_keys,
    before_up=recover_if_interrupted,
    after_up=check_sites,
)
