"""Pulumi on the rehearsal: the checkout's program, unchanged, in an environment that points at the rehearsal."""

import importlib
import json
import os
import secrets
import shutil
import string
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import yaml

from infra.spec import App, SpecError
from rehearsal import account, paths, toolchain
from rehearsal.files import write_atomically
from rehearsal.plugins.language_python import CALLERS_PYTHONPATH

STACK: Final = "rehearsal"
BACKEND: Final = paths.STATE / "pulumi"
# The checkout's stack file with generated secrets.
STACK_FILE: Final = paths.STATE / "stack" / f"Pulumi.{STACK}.yaml"
PASSPHRASE: Final = paths.STATE / "stack" / "passphrase"
BOOT_ID_FILE: Final = paths.STATE / "stack" / "account"
BUNDLE: Final = paths.STATE / "ca-bundle.crt"
DOCKER_CONFIG: Final = paths.STATE / "docker"
# Docker's endpoint without a context: buildx keeps the current builder per endpoint.
DOCKER_ENDPOINT: Final = "unix:///var/run/docker.sock"
SYSTEM_AUTHORITIES: Final = Path("/etc/ssl/certs/ca-certificates.crt")
# The plugin versions that the SDKs in requirements.in require.
PLUGINS: Final = {"aws": "7.51.1", "kubernetes": "4.34.2", "docker-build": "0.0.22"}
# RDS accepts at most 41 characters; a signing key needs at least 32.
PASSWORD_LENGTH: Final = 40


class DeploymentError(RuntimeError):
    """The program cannot be deployed; the text says why and how to fix it."""


def terraform_mirror() -> Path:
    """Return the machine's Terraform plugin mirror that holds the AWS provider. Raise DeploymentError if there is none."""
    version = "5.100.0"
    configured = [Path(value) for value in (os.environ.get("TF_PLUGIN_MIRROR"), os.environ.get("TF_PLUGIN_CACHE_DIR")) if value]
    for root in (*configured, *sorted(Path("/opt").glob("*")), Path("/usr/share/terraform/plugins")):
        if (root / "registry.terraform.io/hashicorp/aws" / version / "linux_amd64").is_dir():
            return root
    raise DeploymentError(
        f"the rehearsal's AWS provider needs the Terraform AWS provider {version}. Fix: put it into "
        f"/usr/share/terraform/plugins/registry.terraform.io/hashicorp/aws/{version}/linux_amd64 (`terraform providers mirror`)."
    )


def environment(tools: dict[str, Path], role: str = paths.DEPLOYER) -> dict[str, str]:
    """Return the environment variables with which `pulumi`, `kubectl` and `aws` use the rehearsal as a role."""
    return {
        **account.credentials(role),
        "AWS_ENDPOINT_URL": paths.EMULATOR,
        "AWS_REGION": paths.REGION,
        "AWS_DEFAULT_REGION": paths.REGION,
        "AWS_PAGER": "",
        "KUBECONFIG": str(paths.KUBECONFIG),
        "PATH": f"{bin_folder(tools)}{os.pathsep}{os.environ['PATH']}",
        "PULUMI_BACKEND_URL": f"file://{BACKEND}",
        "PULUMI_HOME": str(paths.PULUMI_HOME),
        "PULUMI_CONFIG_PASSPHRASE_FILE": str(PASSPHRASE),
        "PULUMI_STACK": STACK,
        "PULUMI_OPTION_CONFIG_FILE": str(STACK_FILE),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_DYNAMIC_TF_PLUGIN_CACHE_DIR": str(terraform_mirror()),
        "DOCKER_CONFIG": str(DOCKER_CONFIG),
        "SSL_CERT_FILE": str(BUNDLE),
        "REQUESTS_CA_BUNDLE": str(BUNDLE),
        "AWS_CA_BUNDLE": str(BUNDLE),
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def bin_folder(tools: dict[str, Path]) -> Path:
    """Return a folder with `pulumi` and its Python language host, which `pulumi` searches first in its own folder."""
    folder = paths.STATE / "bin"
    folder.mkdir(parents=True, exist_ok=True)
    # A copy: `pulumi` resolves links before it searches its folder.
    if not (folder / "pulumi").exists() or (folder / "pulumi").stat().st_mtime != tools["pulumi"].stat().st_mtime:
        shutil.copy2(tools["pulumi"], folder / "pulumi")
    _link(folder / "buildctl", tools["buildctl"])
    _link(folder / "pulumi-language-python-exec", toolchain.language_exec_script())
    _write_launcher(folder / "pulumi-language-python", "rehearsal.plugins.language_python")
    return folder


def _link(link: Path, target: Path) -> None:
    if not link.is_symlink() or link.readlink() != target:
        link.unlink(missing_ok=True)
        link.symlink_to(target)


def _write_launcher(path: Path, module: str) -> None:
    # The plugin has its own PYTHONPATH; the caller's is for the program only.
    variables = f'{CALLERS_PYTHONPATH}="$PYTHONPATH" PYTHONPATH={paths.CHECKOUT}'
    path.write_text(f'#!/bin/sh\nexec env {variables} {sys.executable} -P -m {module} "$@"\n')
    path.chmod(0o755)


def prepare(tools: dict[str, Path], boot_id: str) -> dict[str, str]:
    """Prepare plugins, stack and secrets. Return the environment in which Pulumi runs."""
    for folder in (BACKEND, STACK_FILE.parent, DOCKER_CONFIG / "buildx" / "instances"):
        folder.mkdir(parents=True, exist_ok=True)
    STACK_FILE.parent.chmod(0o700)
    _create_passphrase(PASSPHRASE)
    BOOT_ID_FILE.write_text(boot_id)
    BUNDLE.write_bytes(SYSTEM_AUTHORITIES.read_bytes() + (paths.PKI / "ca.crt").read_bytes())
    _write_builder()
    env = os.environ | environment(tools)
    _install_plugins(tools, env)
    _prepare_stack(env)
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


def _kubernetes_plugin(env: Mapping[str, str]) -> Path:
    """Return the path in KUBERNETES_PLUGIN, such as Pulumi's own plugin for a comparison, or else the stand-in."""
    if configured := env.get("KUBERNETES_PLUGIN"):
        path = Path(configured).resolve()
        if not (path.is_file() and os.access(path, os.X_OK)):
            raise DeploymentError(f"KUBERNETES_PLUGIN must be an executable file, got {configured}. Fix: chmod +x, or unset it")
        return path
    launcher = paths.STATE / "plugins" / "pulumi-resource-kubernetes"
    launcher.parent.mkdir(exist_ok=True)
    _write_launcher(launcher, "rehearsal.plugins.kubernetes")
    return launcher


def _install_plugins(tools: dict[str, Path], env: dict[str, str]) -> None:
    binaries = {
        "aws": tools["pulumi-resource-aws"],
        "docker-build": tools["pulumi-resource-docker-build"],
        "kubernetes": _kubernetes_plugin(env),
    }
    for name, binary in binaries.items():
        installed = Path(env["PULUMI_HOME"]) / "plugins" / f"resource-{name}-v{PLUGINS[name]}" / f"pulumi-resource-{name}"
        if not installed.exists() or installed.read_bytes() != binary.read_bytes():
            pulumi(env, "plugin", "install", "resource", name, PLUGINS[name], "-f", str(binary), "--reinstall")


def _prepare_stack(env: dict[str, str]) -> None:
    """Create the stack and write its file: the settings from the checkout, the secrets and the salt from the last run."""
    # `stack init` writes into the stack file beside the project file; the checkout's must not change.
    project = paths.STATE / "project"
    project.mkdir(exist_ok=True)
    shutil.copy(paths.CHECKOUT / "Pulumi.yaml", project)
    if not (BACKEND / ".pulumi" / "stacks" / "slipway" / f"{STACK}.json").exists():
        pulumi(env, "-C", str(project), "stack", "init", STACK)
    last = yaml.safe_load(STACK_FILE.read_text()) if STACK_FILE.exists() else {}
    settings = yaml.safe_load((paths.CHECKOUT / f"Pulumi.{STACK}.yaml").read_text())
    secrets_of_last = {
        key: value for key, value in last.get("config", {}).items() if isinstance(value, dict) and "secure" in value
    }
    settings["config"] |= secrets_of_last | {"slipway:database_ca_file": str(paths.PKI / "ca.crt")}
    if "encryptionsalt" in last:
        settings["encryptionsalt"] = last["encryptionsalt"]
    STACK_FILE.write_text(yaml.safe_dump(settings))
    for key in ("slipway:database_master_password", *app_secrets(settings["config"].get("slipway:apps", ["messageboard"]))):
        if key not in secrets_of_last:
            set_secret(env, key, generate_password())


def app_secrets(apps: list[str]) -> list[str]:
    """Return the stack config keys of the apps' secrets. Leave out missing apps, which the program reports."""
    existing_apps = [app for app in apps if (paths.CHECKOUT / "apps" / app / "app.py").is_file()]
    try:
        specs: list[App] = [importlib.import_module(f"apps.{app}.app").app for app in existing_apps]
    except SpecError as error:
        raise DeploymentError(str(error)) from error
    return [f"{spec.name}:{key}" for spec in specs for key in spec.secret_keys]


def generate_password() -> str:
    """Return a random password that RDS accepts."""
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(PASSWORD_LENGTH))


def set_secret(env: dict[str, str], key: str, value: str) -> None:
    """Set a secret of the stack config. Pass it by standard input, which keeps it out of the process list."""
    pulumi(env, "config", "set", "--secret", key, stdin=value)


def pulumi(env: dict[str, str], *arguments: str, stdin: str = "") -> str:
    """Run a Pulumi command and return its output. Raise DeploymentError with its error output if it fails."""
    result = subprocess.run(
        ["pulumi", *arguments, "--non-interactive"],
        cwd=paths.CHECKOUT,
        env=env,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise DeploymentError(f"pulumi {arguments[0]}: {result.stderr.strip() or result.stdout.strip()}")
    return result.stdout
