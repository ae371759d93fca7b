"""The programs on this machine that an `up` runs, checked before anything is created."""

import json
import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import pulumi

# The version of the ExecCredential API that the kubeconfig names.
# Source: https://github.com/aws/aws-cli/pull/6940 (`aws` 1.24 and 2.7 were the first to answer with it)
EXEC_API: Final = "client.authentication.k8s.io/v1beta1"
INSTALL_AWS: Final = (
    "Fix: install AWS CLI 2.7 or newer, https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html"
)
TIMEOUT_SECONDS: Final = 60
DOCKER_SOCKETS: Final = (Path("/var/run/docker.sock"), Path.home() / ".docker" / "run" / "docker.sock")


def start_checks(region: str) -> Callable[[], list[str]]:
    """Start to check the tools; return a function that waits for the checks and returns what is wrong.

    `aws` takes a second to start, and runs while the program looks up the account.
    """
    problems = [] if pulumi.runtime.is_dry_run() else builder_problems(os.environ)
    # A token can be made for a cluster that does not exist yet. Its program is the one of the kubeconfig.
    command = ["aws", "--region", region, "eks", "get-token", "--output", "json", "--cluster-name", "preflight"]
    try:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    except OSError:
        return lambda: [*problems, f"`aws` is not on PATH, and tokens for the cluster come from it. {INSTALL_AWS}"]
    return lambda: problems + _token_problems(process)


def _token_problems(process: subprocess.Popen[str]) -> list[str]:
    try:
        answer, reason = process.communicate(timeout=TIMEOUT_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        reason = f"no answer for {TIMEOUT_SECONDS} seconds"
    if process.returncode:
        return [
            f"`aws eks get-token` must give a token for the cluster, got: {reason.strip()}. "
            "Fix: let `aws sts get-caller-identity` show the deploying role in this shell"
        ]
    try:
        api = json.loads(answer)["apiVersion"]
    except (ValueError, KeyError, TypeError):
        api = "no such answer"
    if api != EXEC_API:
        return [f"`aws eks get-token` must answer in {EXEC_API}, got {api}: it is too old. {INSTALL_AWS}"]
    return []


def builder_problems(environment: Mapping[str, str]) -> list[str]:
    """Return a problem if images cannot be built: there is neither a buildx builder nor a Docker engine.

    Only an `up` needs one; a preview builds nothing.
    """
    folder = Path(environment.get("DOCKER_CONFIG") or Path.home() / ".docker")
    builders = [*folder.glob("buildx/instances/*"), *folder.glob("contexts/meta/*")]
    if environment.get("DOCKER_HOST") or builders or any(socket.exists() for socket in DOCKER_SOCKETS):
        return []
    return ["no Docker engine and no buildx builder was found to build the images. Fix: docker buildx create --use --bootstrap"]
