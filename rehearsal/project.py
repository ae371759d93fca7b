"""The Pulumi program that the rehearsal deploys: the one of this checkout, or any other (`--project`)."""

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

from rehearsal import paths
from rehearsal.pulumi_cli import DeploymentError

# The name of the stack, in every project.
STACK: Final = "rehearsal"
# The folder of this checkout's stack, and of what all stacks share.
STATE: Final = paths.STATE / "stack"
PROJECTS: Final = paths.STATE / "projects"

Config = Mapping[str, Any]
Say = Callable[[str], None]
# A step before or after `pulumi up`: it gets the environment in which Pulumi runs.
Step = Callable[[dict[str, str], Say], None]


def no_secrets(_: Config) -> Sequence[str]:
    """Return no key."""
    return ()


def do_nothing(_: dict[str, str], __: Say) -> None:
    """Do nothing."""


@dataclass(frozen=True, kw_only=True)
class Project:
    """A Pulumi program, and what the rehearsal does for it.

    Attributes:
        folder: The folder of its Pulumi.yaml.
        state: The folder of the stack file that the rehearsal writes.
        role: The role that deploys it; None for the account's root user, who may do everything.
        config: The stack config that only the rehearsal knows.
        secret_keys: Returns the keys of the secrets that the rehearsal generates, from the stack config.
        before_up: Runs before `pulumi up`.
        after_up: Runs after a successful `pulumi up`.
    """

    folder: Path
    state: Path
    role: str | None = None
    config: Config = field(default_factory=dict)
    secret_keys: Callable[[Config], Sequence[str]] = no_secrets
    before_up: Step = do_nothing
    after_up: Step = do_nothing

    @property
    def name(self) -> str:
        """Return the name in Pulumi.yaml."""
        return name_in(self.folder)

    @property
    def stack_file(self) -> Path:
        """Return the stack file that Pulumi uses: the program's own with the secrets of this machine."""
        return self.state / f"Pulumi.{STACK}.yaml"

    def settings(self) -> dict[str, Any]:
        """Return the program's own stack file; an empty one if it has none."""
        path = self.folder / f"Pulumi.{STACK}.yaml"
        settings: dict[str, Any] = (yaml.safe_load(path.read_text()) if path.exists() else None) or {}
        return {**settings, "config": settings.get("config") or {}}


def name_in(folder: Path) -> str:
    """Return the name of the project in a folder. Raise DeploymentError if there is no project."""
    path = folder / "Pulumi.yaml"
    if not path.is_file():
        raise DeploymentError(f"--project must be a folder with a Pulumi.yaml, got {folder}. Fix: --project FOLDER")
    return str(yaml.safe_load(path.read_text())["name"])


def find_project(folder: Path) -> Project:
    """Return the project in a folder. Raise DeploymentError if it has the name of this checkout's program."""
    folder = folder.resolve()
    name = name_in(folder)
    if folder == paths.CHECKOUT:
        # Imported only with its checkout: it imports the program.
        project: Project = importlib.import_module("rehearsal.slipway").PROJECT
        return project
    if (paths.CHECKOUT / "Pulumi.yaml").exists() and name == name_in(paths.CHECKOUT):
        raise DeploymentError(
            f"{folder} must have another project name than {paths.CHECKOUT}, got {name}. Fix: change `name` in its "
            "Pulumi.yaml, or run `make up` in that checkout"
        )
    return Project(folder=folder, state=PROJECTS / name)
