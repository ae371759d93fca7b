"""The stack that is deployed: its names, settings, apps and secrets, checked before anything is declared."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import pulumi

from infra import catalog, naming, settings, support
from infra.aws import database
from infra.settings import Settings
from infra.spec import App

NAMESPACE: Final = "slipway"


@dataclass(frozen=True, kw_only=True)
class Stack:
    """One deployment of the program and everything that its stack file says."""

    name: str
    project: str
    organization: str
    settings: Settings
    apps: tuple[App, ...]
    secrets: dict[str, dict[str, pulumi.Output[str]]]
    """`{app: {key: value}}`"""
    database_authorities: str
    """The authorities that sign the database's certificate, as PEM."""

    @property
    def environment_name(self) -> str:
        """Return the name of the cluster and of the database, which also starts every repository's name."""
        return naming.environment(self.project, self.name)

    @property
    def tags(self) -> dict[str, str]:
        """Return the tags of every AWS resource of the stack."""
        return {"project": self.project, "stack": self.name, "owner": self.organization, "managed_by": "pulumi"}


def load(config: settings.ConfigSource) -> Stack:
    """Read the stack file and the specs of its apps. Raise SettingsError if anything is wrong with them."""
    stack = pulumi.get_stack()
    loaded = settings.load(config(NAMESPACE), stack)
    apps = catalog.load(loaded, stack)
    support.warn(loaded.kubernetes_version, database.ENGINE_VERSION, date.today())
    return Stack(
        name=stack,
        project=pulumi.get_project(),
        organization=pulumi.get_organization(),
        settings=loaded,
        apps=apps,
        secrets=settings.app_secrets(config, stack, apps),
        database_authorities=Path(loaded.database_ca_file).read_text(),
    )
