"""Test of `--project` with a program of another project, on the running rehearsal."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rehearsal import account, deployment, paths, project

pytestmark = pytest.mark.rehearsal

EXAMPLE = Path(__file__).parent / "example"
REPOSITORY = "example/images"


def rehearsal(command: str, *arguments: str) -> str:
    """Run a command of the rehearsal with the example and return its output."""
    done = subprocess.run(
        [sys.executable, "-m", "rehearsal", command, "--project", str(EXAMPLE), *arguments],
        cwd=paths.CHECKOUT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout[-4000:]
    return done.stdout


def repositories() -> list[str]:
    return [each["repositoryName"] for each in account.client("ecr").describe_repositories()["repositories"]]


def configmap() -> subprocess.CompletedProcess[str]:
    command = ["kubectl", "--kubeconfig", str(paths.KUBECONFIG), "get", "configmap", "addresses", "-n", "example", "-o", "json"]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def stack_of_this_checkout() -> list[bytes]:
    """Return the stack file and the state of this checkout's program, if it has them."""
    state = deployment.BACKEND / ".pulumi" / "stacks" / "slipway" / f"{project.STACK}.json"
    return [path.read_bytes() for path in (project.find_project(paths.CHECKOUT).stack_file, state) if path.exists()]


@pytest.fixture
def deployed() -> Iterator[str]:
    """Deploy the example and return the output. In the end, destroy it and compare the stack of this checkout's program."""
    before = stack_of_this_checkout()
    try:
        yield rehearsal("up")
    finally:
        rehearsal("run", "--", "pulumi", "destroy", "--yes", "--skip-preview", "--non-interactive")
    assert REPOSITORY not in repositories()
    assert configmap().returncode != 0
    assert stack_of_this_checkout() == before


def test_another_program_is_deployed_beside_this_checkouts_program(deployed: str) -> None:
    assert re.search(r"Resources:\s+\+ 6 created", deployed)
    (repository,) = account.client("ecr").describe_repositories(repositoryNames=[REPOSITORY])["repositories"]
    assert repository["imageTagMutability"] == "IMMUTABLE"
    assert json.loads(configmap().stdout)["data"]["registry"] == repository["repositoryUri"]
    assert re.search(r"Resources:\s+6 unchanged", rehearsal("up"))
