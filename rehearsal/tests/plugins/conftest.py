import json
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from rehearsal import paths
from rehearsal.tests.plugins.engine import Engine, Resource

Kubectl = Callable[..., Any]
NAMESPACE = "plugins-test"


@pytest.fixture
def engine() -> Iterator[Engine]:
    started = Engine(paths.KUBECONFIG.read_text())
    yield started
    started.stop()


@pytest.fixture(scope="session")
def kubectl() -> Kubectl:
    """Return a function that runs kubectl and returns its output, parsed if it is JSON."""

    def run(*arguments: str, stdin: str = "") -> Any:
        command = ["kubectl", "--kubeconfig", str(paths.KUBECONFIG), *arguments]
        done = subprocess.run(command, input=stdin, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if "json" in arguments else done.stdout

    return run


@pytest.fixture(scope="session")
def namespace(kubectl: Kubectl) -> Iterator[str]:
    kubectl("create", "namespace", NAMESPACE)
    yield NAMESPACE
    kubectl("delete", "namespace", NAMESPACE, "--wait=true")


@pytest.fixture
def config_map(engine: Engine, namespace: str) -> Iterator[Resource]:
    made = engine.create("kubernetes:core/v1:ConfigMap", "settings", config_map_inputs(namespace, {"colour": "blue"}))
    yield made
    engine.delete(made)


def config_map_inputs(namespace: str, data: dict[str, str], **meta: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"namespace": namespace, **meta}, "data": data}
