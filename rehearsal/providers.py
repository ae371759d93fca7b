"""The provider plugins: the rehearsal's stand-ins, or Pulumi's own (`PLUGINS=pulumi`)."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from rehearsal import paths, pulumi_cli
from rehearsal.pulumi_cli import DeploymentError

# The plugin versions that the SDKs in requirements.in require.
PLUGINS: Final = {"aws": "7.51.1", "kubernetes": "4.34.2", "docker-build": "0.0.22"}
# Where Pulumi's command installs plugins by default.
CALLERS_PLUGINS: Final = Path.home() / ".pulumi" / "plugins"


def check() -> None:
    """Raise DeploymentError if a plugin or its command can neither be used nor installed."""
    if not pulumi_cli.uses_pulumis_own():
        terraform_mirror()
    elif os.environ.get("KUBERNETES_PLUGIN"):
        raise DeploymentError("KUBERNETES_PLUGIN must be unset if PLUGINS is pulumi. Fix: unset one of the two")
    pulumi_cli.check_version()


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


def environment() -> dict[str, str]:
    """Return the environment variables with which `pulumi` uses the chosen plugins."""
    if pulumi_cli.uses_pulumis_own():
        return {"PULUMI_HOME": str(paths.PULUMIS_OWN_HOME), "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "false"}
    return {
        "PULUMI_HOME": str(paths.PULUMI_HOME),
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_DYNAMIC_TF_PLUGIN_CACHE_DIR": str(terraform_mirror()),
    }


def install(tools: dict[str, Path], env: dict[str, str]) -> None:
    """Install the chosen plugins that are not installed yet."""
    if pulumi_cli.uses_pulumis_own():
        _install_pulumis_own(env)
    else:
        _install_stand_ins(tools, env)


def _install_pulumis_own(env: dict[str, str]) -> None:
    """Install Pulumi's own plugins: those in the caller's home without a download, the others as `pulumi` downloads them."""
    for name, version in PLUGINS.items():
        installed = CALLERS_PLUGINS / f"resource-{name}-v{version}"
        source = ["-f", str(installed)] if installed.is_dir() else []
        pulumi_cli.pulumi(env, "plugin", "install", "resource", name, version, "--exact", *source)


def _install_stand_ins(tools: dict[str, Path], env: dict[str, str]) -> None:
    binaries = {
        "aws": tools["pulumi-resource-aws"],
        "docker-build": tools["pulumi-resource-docker-build"],
        "kubernetes": _kubernetes_plugin(env),
    }
    for name, binary in binaries.items():
        installed = Path(env["PULUMI_HOME"]) / "plugins" / f"resource-{name}-v{PLUGINS[name]}" / f"pulumi-resource-{name}"
        if not installed.exists() or installed.read_bytes() != binary.read_bytes():
            pulumi_cli.pulumi(env, "plugin", "install", "resource", name, PLUGINS[name], "-f", str(binary), "--reinstall")


def _kubernetes_plugin(env: Mapping[str, str]) -> Path:
    """Return the path in KUBERNETES_PLUGIN, such as Pulumi's own plugin for a comparison, or else the stand-in."""
    if configured := env.get("KUBERNETES_PLUGIN"):
        path = Path(configured).resolve()
        if not (path.is_file() and os.access(path, os.X_OK)):
            raise DeploymentError(f"KUBERNETES_PLUGIN must be an executable file, got {configured}. Fix: chmod +x, or unset it")
        return path
    launcher = paths.STATE / "plugins" / "pulumi-resource-kubernetes"
    launcher.parent.mkdir(exist_ok=True)
    pulumi_cli.write_launcher(launcher, "rehearsal.plugins.kubernetes")
    return launcher
