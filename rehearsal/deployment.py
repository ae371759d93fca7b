"""Pulumi on the rehearsal: an unchanged program in an environment that points at the rehearsal."""

import json
import os
import secrets
import shutil
import string
from pathlib import Path
from typing import Final

import yaml

from rehearsal import account, paths, providers, pulumi_cli
from rehearsal.files import write_atomically
from rehearsal.project import STACK, STATE, Project, load_settings
from rehearsal.pulumi_cli import pulumi

BACKEND: Final = paths.STATE / "pulumi"
PASSPHRASE: Final = STATE / "passphrase"
BOOT_ID_FILE: Final = STATE / "account"
BUNDLE: Final = paths.STATE / "ca-bundle.crt"
DOCKER_CONFIG: Final = paths.STATE / "docker"
# Docker's endpoint without a context: buildx keeps the current builder per endpoint.
DOCKER_ENDPOINT: Final = "unix:///var/run/docker.sock"
SYSTEM_AUTHORITIES: Final = Path("/etc/ssl/certs/ca-certificates.crt")
# RDS accepts at most 41 characters; a signing key needs at least 32.
PASSWORD_LENGTH: Final = 40


def environment(tools: dict[str, Path], project: Project, role: str | None = None) -> dict[str, str]:
    """Return the environment variables with which `pulumi`, `kubectl` and `aws` use the rehearsal as a role.

    By default, it is the role that deploys the project.
    """
    return {
        **account.credentials(role or project.role),
        **providers.environment(),
        "AWS_ENDPOINT_URL": paths.EMULATOR,
        "AWS_REGION": paths.REGION,
        "AWS_DEFAULT_REGION": paths.REGION,
        "AWS_PAGER": "",
        "KUBECONFIG": str(paths.KUBECONFIG),
        "PATH": pulumi_cli.search_path(tools),
        "PULUMI_BACKEND_URL": f"file://{BACKEND}",
        "PULUMI_CONFIG_PASSPHRASE_FILE": str(PASSPHRASE),
        "PULUMI_STACK": STACK,
        "PULUMI_OPTION_CONFIG_FILE": str(project.stack_file),
        # By default, four operations for each core: with two cores, the builds of the images would hold up everything else.
        "PULUMI_PARALLEL": os.environ.get("PULUMI_PARALLEL", "32"),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "DOCKER_CONFIG": str(DOCKER_CONFIG),
        "SSL_CERT_FILE": str(BUNDLE),
        "REQUESTS_CA_BUNDLE": str(BUNDLE),
        "AWS_CA_BUNDLE": str(BUNDLE),
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def prepare(tools: dict[str, Path], boot_id: str, project: Project) -> dict[str, str]:
    """Prepare plugins, stack and secrets. Return the environment in which Pulumi runs."""
    for folder in (BACKEND, STATE, project.state, DOCKER_CONFIG / "buildx" / "instances"):
        folder.mkdir(parents=True, exist_ok=True)
    for folder in (STATE, project.state):
        folder.chmod(0o700)
    _create_passphrase(PASSPHRASE)
    BOOT_ID_FILE.write_text(boot_id)
    BUNDLE.write_bytes(SYSTEM_AUTHORITIES.read_bytes() + (paths.PKI / "ca.crt").read_bytes())
    _write_builder()
    env = os.environ | environment(tools, project)
    providers.install(tools, env)
    _prepare_stack(env, project)
    return env


def _create_passphrase(path: Path) -> None:
    """Create the passphrase atomically: an empty file would be kept as the passphrase."""
    if not path.exists():
        write_atomically(path, secrets.token_urlsafe(32), mode=0o600)


def _write_builder() -> None:
    """Write the image builder as `docker buildx create --use` does: the program names none, so buildx uses the current one."""
    instance = {
        "Name": "rehearsal",
        "Driver": "remote",
        "Nodes": [
            {
                "Name": "rehearsal0",
                "Endpoint": f"unix://{paths.BUILDKIT_SOCKET}",
                "Platforms": None,
                "DriverOpts": None,
                "Flags": None,
            }
        ],
        "Dynamic": False,
    }
    (DOCKER_CONFIG / "buildx" / "instances" / "rehearsal").write_text(json.dumps(instance))
    current = {"Key": DOCKER_ENDPOINT, "Name": "rehearsal", "Global": False}
    (DOCKER_CONFIG / "buildx" / "current").write_text(json.dumps(current))
    (DOCKER_CONFIG / "config.json").write_text("{}")


def _prepare_stack(env: dict[str, str], project: Project) -> None:
    """Create the stack and write its file: the program's own settings, the secrets and the salt from the last run."""
    write_atomically(project.folder_file, str(project.folder))
    # `stack init` writes into the stack file beside the project file; the program's must not change.
    copy = project.state / "project"
    copy.mkdir(exist_ok=True)
    shutil.copy(project.folder / "Pulumi.yaml", copy)
    if not (BACKEND / ".pulumi" / "stacks" / project.name / f"{STACK}.json").exists():
        pulumi(env, "stack", "init", STACK, cwd=copy)
    last, settings = load_settings(project.stack_file), project.settings()
    kept = {key: value for key, value in last["config"].items() if _holds_secret(value)}
    settings["config"] = kept | settings["config"] | dict(project.config)
    if "encryptionsalt" in last:
        settings["encryptionsalt"] = last["encryptionsalt"]
    write_atomically(project.stack_file, yaml.safe_dump(settings), mode=0o600)
    for key in project.secret_keys(settings["config"]):
        if key not in settings["config"]:
            set_secret(env, project, key, generate_password())


def _holds_secret(value: object) -> bool:
    """Return whether a value of the stack config is or contains what `pulumi config set --secret` wrote."""
    if isinstance(value, dict):
        return "secure" in value or any(_holds_secret(each) for each in value.values())
    return isinstance(value, list) and any(_holds_secret(each) for each in value)


def generate_password() -> str:
    """Return a random password that RDS accepts."""
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(PASSWORD_LENGTH))


def set_secret(env: dict[str, str], project: Project, key: str, value: str) -> None:
    """Set a secret of the stack config. Pass it by standard input, which keeps it out of the process list."""
    pulumi(env, "config", "set", "--secret", key, stdin=value, cwd=project.folder)
