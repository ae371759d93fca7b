"""The Pulumi program that the rehearsal deploys: the one of this checkout, or any other (`--project`)."""

import importlib
import re
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

# The names that Pulumi accepts.
NAME: Final = re.compile(r"[A-Za-z0-9_.-]+")

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

    @property
    def folder_file(self) -> Path:
        """Return the file that records the project's folder: stack and state belong to it."""
        return self.state / "folder"

    def settings(self) -> dict[str, Any]:
        """Return the program's own stack file; an empty one if it has none."""
        return load_settings(self.folder / f"Pulumi.{STACK}.yaml")


def load_settings(path: Path) -> dict[str, Any]:
    """Return the content of a stack file, with its `config`; both are empty if the file is missing."""
    settings = _load(path) if path.exists() else {}
    config = settings.get("config") or {}
    if not isinstance(config, dict):
        raise DeploymentError(f"{path}: config must be a mapping, got {config!r}. Fix: write config as `KEY: VALUE` lines")
    return {**settings, "config": config}


def name_in(folder: Path) -> str:
    """Return the name of the project in a folder. Raise DeploymentError if there is no project, or none with a valid name."""
    path = folder / "Pulumi.yaml"
    if not path.is_file():
        raise DeploymentError(f"--project must be a folder with a Pulumi.yaml, got {folder}. Fix: --project FOLDER")
    name = _load(path).get("name")
    # The name is the name of a folder of the rehearsal, too.
    if not (isinstance(name, str) and NAME.fullmatch(name)) or name in (".", ".."):
        raise DeploymentError(
            f"{path}: name must be text of letters, digits, `_`, `.` and `-`, got {name!r}. Fix: `name: my-project`"
        )
    return name


def _load(path: Path) -> dict[str, Any]:
    """Return the mapping in a YAML file; an empty one if the file is empty. Raise DeploymentError if it has no mapping."""
    try:
        content = yaml.safe_load(path.read_bytes()) or {}
    except yaml.YAMLError as error:
        raise DeploymentError(f"{path}: must be YAML, got an error: {error}. Fix: correct the file") from error
    if not isinstance(content, dict):
        raise DeploymentError(f"{path}: must be a mapping, got {content!r}. Fix: write `KEY: VALUE` lines")
    return content


def find_project(folder: Path) -> Project:
    """Return the project in a folder. Raise DeploymentError if this checkout's program or another folder has its name."""
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
    project = Project(folder=folder, state=PROJECTS / name)
    if project.folder_file.exists() and (deployed := project.folder_file.read_text()) != str(folder):
        raise DeploymentError(
            f"{folder} must have another project name than {deployed}, whose stack the rehearsal has, got {name}. Fix: change "
            f"`name` in its Pulumi.yaml; if the program was moved, remove {project.folder_file}"
        )
    return project
