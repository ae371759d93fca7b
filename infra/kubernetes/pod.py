"""Pod specs: what every pod of every app has in common. Pure functions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import pulumi

from infra.spec import Resources

# Images of services run as this user; any number above 10000 that no host account has.
USER: Final = 10001
# The user of the official images of MySQL, PostgreSQL and Redis.
STORE_USER: Final = 999
DATABASE_CA_FOLDER: Final = "/etc/slipway/database-ca"
DATABASE_CA_FILE: Final = f"{DATABASE_CA_FOLDER}/ca.pem"

# The load balancer continues to send requests to a pod for a while after its deregistration, so the pod continues to serve:
# longer than endpoint to target group (up to 5 s) and target group to load balancer (up to 10 s) take together.
PRE_STOP_SECONDS: Final = 20
# The preStop delay, then the time that the app needs to finish its requests.
GRACE_SECONDS: Final = 60
# Auto Mode moves pods at any time; a running Job or a database should not be moved.
DO_NOT_DISRUPT: Final = {"karpenter.sh/do-not-disrupt": "true"}
# A Service is not waited for. Pulumi's provider would wait until no pod behind it is unready, while the workload, which depends
# on the Service, waits to be corrected: neither ends. The workload's own wait says more.
# Source: `checkAndLogStatus` in https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/await/service.go
SERVICE_NOT_AWAITED: Final = {"pulumi.com/skipAwait": "true"}


@dataclass(frozen=True, kw_only=True)
class Volume:
    """A volume that a pod mounts; `source` as in a pod's `volumes`, such as `{"configMap": {"name": ...}}`."""

    name: str
    source: dict[str, Any]
    mount_path: str
    read_only: bool = True


def config_map_volume(name: str, config_map: pulumi.Input[str], mount_path: str) -> Volume:
    return Volume(name=name, source={"configMap": {"name": config_map}}, mount_path=mount_path)


def claim_volume(claim: pulumi.Input[str], mount_path: str) -> Volume:
    return Volume(name="data", source={"persistentVolumeClaim": {"claimName": claim}}, mount_path=mount_path, read_only=False)


def database_ca_volume(config_map: pulumi.Input[str]) -> Volume:
    return config_map_volume("database-ca", config_map, DATABASE_CA_FOLDER)


def claim_spec(storage_class: pulumi.Input[str], gib: int) -> Any:
    """Return the spec of a claim to a volume of a size in GiB."""
    return {
        "access_modes": ["ReadWriteOnce"],
        "storage_class_name": storage_class,
        "resources": {"requests": {"storage": f"{gib}Gi"}},
    }


def labels(app: str, component: str) -> dict[str, str]:
    """Return the labels that select a workload's pods.

    Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/
    """
    return {"app.kubernetes.io/part-of": app, "app.kubernetes.io/name": component}


def resources(requirements: Resources) -> dict[str, dict[str, str]]:
    return {
        "requests": {"cpu": f"{requirements.cpu_request}m", "memory": f"{requirements.memory_request}Mi"},
        "limits": {"cpu": f"{requirements.cpu_limit}m", "memory": f"{requirements.memory_limit}Mi"},
    }


def environment(config_map: pulumi.Input[str], secret: pulumi.Input[str] | None) -> list[dict[str, Any]]:
    sources: list[dict[str, Any]] = [{"configMapRef": {"name": config_map}}]
    return sources + ([{"secretRef": {"name": secret}}] if secret is not None else [])


def container(
    name: str,
    image: pulumi.Input[str],
    requirements: Resources,
    environment: list[dict[str, Any]],
    volumes: Sequence[Volume] = (),
    **extra: Any,
) -> dict[str, Any]:
    """Return a container that meets Pod Security `restricted`. Only /tmp and volumes that are not read-only are writable."""
    mounts: list[dict[str, Any]] = [{"name": "tmp", "mountPath": "/tmp"}]  # noqa: S108  # the container's own
    mounts += [{"name": volume.name, "mountPath": volume.mount_path, "readOnly": volume.read_only} for volume in volumes]
    return {
        "name": name,
        "image": image,
        "envFrom": environment,
        "resources": resources(requirements),
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "volumeMounts": mounts,
        **extra,
    }


def spec(
    container: dict[str, Any], image_platform: str, volumes: Sequence[Volume] = (), *, user: int = USER, **extra: Any
) -> Any:
    """Return a pod of one container, on a node of the image's architecture, without access to the Kubernetes API."""
    return {
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "nodeSelector": {"kubernetes.io/arch": image_platform.removeprefix("linux/")},
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": user,
            "runAsGroup": user,
            "fsGroup": user,
            # PostgreSQL refuses a folder whose mode was changed under it, which `Always` does at each start.
            "fsGroupChangePolicy": "OnRootMismatch",
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [container],
        "volumes": [
            {"name": "tmp", "emptyDir": {"sizeLimit": "64Mi"}},
            *({"name": volume.name, **volume.source} for volume in volumes),
        ],
        **extra,
    }
