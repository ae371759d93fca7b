"""Looks for objects of the cluster: the name finds them, Pulumi's mark as the manager of their fields proves whose they are."""

import json
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from recovery.lookup import Inputs, Live
from recovery.state import RecoveryError

# https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/provider/provider.go , `fieldManagerName`
MANAGER: Final = "pulumi-kubernetes"
TIMEOUT_SECONDS: Final = 360
PATCH: Final = "Patch"


class Cluster:
    """The stack's cluster, read by `kubectl` with the kubeconfig of the stack's own provider."""

    def __init__(self, kubeconfig: str) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="slipway-recovery-")
        self._kubeconfig = Path(self._folder.name) / "kubeconfig"
        self._kubeconfig.write_text(kubeconfig)

    def find(self, typ: str, inputs: Inputs) -> Iterator[Live]:
        """Yield the object of a type token and its inputs, unless it is on its way out."""
        meta = inputs["metadata"]
        arguments = [*resource(typ), meta["name"], *(("--namespace", meta["namespace"]) if "namespace" in meta else ())]
        live = self._get(arguments)
        if live and live["metadata"].get("deletionTimestamp"):
            self._run("wait", "--for=delete", "--timeout=5m", *arguments)
            live = None
        if live is None:
            return
        manager = manager_of(live)
        if manager is None and typ.endswith(PATCH):
            return  # an object of somebody else's, which the patch has not changed yet
        yield Live(
            id="/".join(live["metadata"][key] for key in ("namespace", "name") if key in live["metadata"]),
            is_ours=manager is not None,
            outputs={"__initialApiVersion": live["apiVersion"], "__fieldManager": manager},
        )

    def _get(self, arguments: list[str]) -> dict[str, Any] | None:
        text = self._run("get", *arguments, "--ignore-not-found", "--show-managed-fields", "--output", "json")
        live: dict[str, Any] | None = json.loads(text) if text.strip() else None
        return live

    def _run(self, *arguments: str) -> str:
        command = ["kubectl", "--kubeconfig", str(self._kubeconfig), *arguments]
        completed = subprocess.run(command, capture_output=True, text=True, check=False, timeout=TIMEOUT_SECONDS)
        if completed.returncode and "the server doesn't have a resource type" not in completed.stderr:
            raise RecoveryError(
                f"the cluster does not answer: `kubectl {' '.join(arguments)}`: {completed.stderr.strip()}. "
                "Fix: make the Kubernetes API reachable, then recover again"
            )
        return completed.stdout if not completed.returncode else ""


def resource(typ: str) -> list[str]:
    """Return what `kubectl get` calls a type token such as `kubernetes:core/v1:ConfigMapPatch`."""
    _, api_version, kind = typ.split(":")
    group, version = api_version.split("/")
    kind = kind.removesuffix(PATCH)
    return [kind.lower() if group == "core" else f"{kind}.{version}.{group}"]


def manager_of(live: dict[str, Any]) -> str | None:
    """Return the name under which Pulumi manages fields of an object, or None if it does not."""
    managers = [entry.get("manager", "") for entry in live["metadata"].get("managedFields", [])]
    return next((each for each in managers if each == MANAGER or each.startswith(f"{MANAGER}-")), None)
