"""The processes of the rehearsal, in the order in which they need each other."""

import sys
from collections.abc import Mapping
from pathlib import Path

from rehearsal import paths
from rehearsal.node.configuration import render
from rehearsal.node.configuration import write as write_configuration
from rehearsal.node.kubernetes import control_plane, node, node_is_ready
from rehearsal.node.program import (
    PATIENCE_SECONDS,
    NotReadyError,
    Process,
    Question,
    answers,
    answers_administrator,
    put,
    start,
    succeeds,
)

__all__ = [
    "PATIENCE_SECONDS",
    "NotReadyError",
    "Process",
    "buildkit",
    "control_plane",
    "controllers",
    "emulator",
    "node",
    "node_is_ready",
    "questions",
    "registries",
    "start",
    "write_configuration",
]


def registries(mirror_data: Path) -> list[Process]:
    """Of the account, and of the public images."""
    # Other pins are another file, and so another command, which replaces the one that runs.
    mirror = f"mirror-{mirror_data.name}.yml"
    put(paths.STATE / mirror, render("registry.yml", data=mirror_data, address=paths.MIRROR))
    return [_registry("registry", "registry.yml", paths.REGISTRY_STORE), _registry("mirror", mirror, paths.MIRROR)]


def _registry(name: str, file: str, address: str) -> Process:
    return Process(name=name, command=("docker-registry", "serve", str(paths.STATE / file)), ready=_serves(address))


def _serves(registry: str) -> Question:
    return answers(f"http://{registry}/v2/")


def buildkit(folder: Path) -> Process:
    return Process(
        name="buildkitd",
        command=(str(folder / "buildkitd"), "--config", str(paths.STATE / "buildkitd.toml")),
        ready=succeeds(str(folder / "buildctl"), "--addr", f"unix://{paths.BUILDKIT_SOCKET}", "debug", "workers"),
    )


def _administrator_of_the_account() -> dict[str, str]:
    return {
        "AWS_ACCESS_KEY_ID": paths.BOOTSTRAP_KEY,
        "AWS_SECRET_ACCESS_KEY": paths.BOOTSTRAP_SECRET,
        "AWS_DEFAULT_REGION": paths.REGION,
    }


def emulator() -> Process:
    """AWS. It does not come back by itself: a new one would be an empty account under a running cluster."""
    return Process(
        name="aws",
        command=(sys.executable, "-m", "rehearsal.aws"),
        environment=_administrator_of_the_account(),
        ready=answers(f"{paths.HOOKS}/account"),
        autorestart=False,
    )


def controllers() -> Process:
    """What Auto Mode runs beside the cluster; the binding's kind is served once they work."""
    return Process(
        name="controllers",
        command=(sys.executable, "-m", "rehearsal.controllers"),
        environment=_administrator_of_the_account() | {"AWS_ENDPOINT_URL": paths.EMULATOR, "KUBECONFIG": str(paths.KUBECONFIG)},
        ready=answers_administrator("/apis/eks.amazonaws.com/v1/targetgroupbindings"),
    )


def questions(tools: Mapping[str, Path]) -> dict[str, Question]:
    """Of each process, what to ask it to see whether it works."""
    others = (
        buildkit(tools["buildkitd"].parent),
        emulator(),
        *control_plane(tools["kubernetes"]),
        *node(tools["kubernetes"], tools["coredns"]),
        controllers(),
    )
    asked = {"registry": _serves(paths.REGISTRY_STORE), "mirror": _serves(paths.MIRROR)}
    return asked | {process.name: process.ready for process in others}
