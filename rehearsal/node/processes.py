"""The processes of the rehearsal, each after those that it needs."""

import sys
from collections.abc import Mapping
from pathlib import Path

from rehearsal import paths
from rehearsal.node.configuration import render
from rehearsal.node.configuration import write as write_configuration
from rehearsal.node.kubernetes import control_plane, node, node_is_ready
from rehearsal.node.program import (
    START_TIMEOUT_SECONDS,
    NotReadyError,
    Process,
    ReadyCheck,
    api_server_check,
    command_check,
    http_check,
    start,
    write_if_changed,
)

__all__ = [
    "START_TIMEOUT_SECONDS",
    "NotReadyError",
    "Process",
    "buildkit",
    "control_plane",
    "controllers",
    "emulator",
    "node",
    "node_is_ready",
    "ready_checks",
    "registries",
    "start",
    "write_configuration",
]


def registries(mirror_data: Path) -> list[Process]:
    """Return the registry behind ECR and the mirror of public images."""
    # The file name contains the pins, so changing them changes the command and restarts the mirror.
    mirror = f"mirror-{mirror_data.name}.yml"
    write_if_changed(paths.STATE / mirror, render("registry.yml", data=mirror_data, address=paths.MIRROR))
    return [_registry("registry", "registry.yml", paths.REGISTRY_STORE), _registry("mirror", mirror, paths.MIRROR)]


def _registry(name: str, file: str, address: str) -> Process:
    return Process(name=name, command=("docker-registry", "serve", str(paths.STATE / file)), ready=_registry_check(address))


def _registry_check(address: str) -> ReadyCheck:
    return http_check(f"http://{address}/v2/")


def buildkit(folder: Path) -> Process:
    """Return BuildKit's daemon; `folder` holds its binaries."""
    return Process(
        name="buildkitd",
        command=(str(folder / "buildkitd"), "--config", str(paths.STATE / "buildkitd.toml")),
        ready=command_check(str(folder / "buildctl"), "--addr", f"unix://{paths.BUILDKIT_SOCKET}", "debug", "workers"),
    )


def _root_credentials() -> dict[str, str]:
    return {
        "AWS_ACCESS_KEY_ID": paths.BOOTSTRAP_KEY,
        "AWS_SECRET_ACCESS_KEY": paths.BOOTSTRAP_SECRET,
        "AWS_DEFAULT_REGION": paths.REGION,
    }


def emulator() -> Process:
    """Return the AWS emulator. It is not restarted: a new one would be an empty account under a running cluster."""
    return Process(
        name="aws",
        command=(sys.executable, "-m", "rehearsal.aws"),
        environment=_root_credentials(),
        ready=http_check(f"{paths.HOOKS}/account"),
        autorestart=False,
    )


def controllers() -> Process:
    """Return the controllers of EKS Auto Mode. They are ready once the API server serves TargetGroupBindings."""
    return Process(
        name="controllers",
        command=(sys.executable, "-m", "rehearsal.controllers"),
        environment=_root_credentials() | {"AWS_ENDPOINT_URL": paths.EMULATOR, "KUBECONFIG": str(paths.KUBECONFIG)},
        ready=api_server_check("/apis/eks.amazonaws.com/v1/targetgroupbindings"),
    )


def ready_checks(tools: Mapping[str, Path]) -> dict[str, ReadyCheck]:
    """Return the ready check of each process, keyed by its name."""
    processes = (
        buildkit(tools["buildkitd"].parent),
        emulator(),
        *control_plane(tools["kubernetes"]),
        *node(tools["kubernetes"], tools["coredns"]),
        controllers(),
    )
    registry_checks = {"registry": _registry_check(paths.REGISTRY_STORE), "mirror": _registry_check(paths.MIRROR)}
    return registry_checks | {process.name: process.ready for process in processes}
