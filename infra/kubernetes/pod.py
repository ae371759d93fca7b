"""Pod specs: what every pod of every app has in common. Pure functions."""

from typing import Any, Final

import pulumi

from infra.spec import Resources

# Images run as this user; any number above 10000 that no host account has.
USER: Final = 10001
DATABASE_CA_FOLDER: Final = "/etc/slipway/database-ca"
DATABASE_CA_FILE: Final = f"{DATABASE_CA_FOLDER}/ca.pem"

# Seconds. The load balancer goes on sending to a pod for a while after it was told not to, so the pod goes on serving:
# longer than endpoint to target group (up to 5 s) and target group to load balancer (up to 10 s) take together.
PRE_STOP_SECONDS: Final = 20
# preStop, then what the app itself needs to finish its requests.
GRACE_SECONDS: Final = 60


def labels(app: str, component: str) -> dict[str, str]:
    """What finds a workload's pods. Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/"""
    return {"app.kubernetes.io/part-of": app, "app.kubernetes.io/name": component}


def resources(asked: Resources) -> dict[str, dict[str, str]]:
    return {
        "requests": {"cpu": f"{asked.cpu_request}m", "memory": f"{asked.memory_request}Mi"},
        "limits": {"cpu": f"{asked.cpu_limit}m", "memory": f"{asked.memory_limit}Mi"},
    }


def container(
    name: str,
    image: pulumi.Input[str],
    asked: Resources,
    environment: list[dict[str, Any]],
    *,
    with_database_ca: bool,
    **extra: Any,
) -> dict[str, Any]:
    """One container that fulfils Pod Security `restricted`; only /tmp can be written."""
    mounts = [{"name": "tmp", "mountPath": "/tmp"}]  # noqa: S108  # the container's own
    if with_database_ca:
        mounts.append({"name": "database-ca", "mountPath": DATABASE_CA_FOLDER, "readOnly": True})  # type: ignore[dict-item]
    return {
        "name": name,
        "image": image,
        "envFrom": environment,
        "resources": resources(asked),
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "volumeMounts": mounts,
        **extra,
    }


def spec(container: dict[str, Any], image_platform: str, database_ca: pulumi.Input[str] | None, **extra: Any) -> Any:
    """A pod of one container, on a node of the image's architecture, without access to the Kubernetes API."""
    volumes: list[dict[str, Any]] = [{"name": "tmp", "emptyDir": {"sizeLimit": "64Mi"}}]
    if database_ca is not None:
        volumes.append({"name": "database-ca", "configMap": {"name": database_ca}})
    return {
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "nodeSelector": {"kubernetes.io/arch": image_platform.removeprefix("linux/")},
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": USER,
            "runAsGroup": USER,
            "fsGroup": USER,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [container],
        "volumes": volumes,
        **extra,
    }


def environment(config_map: pulumi.Input[str], secret: pulumi.Input[str] | None) -> list[dict[str, Any]]:
    sources: list[dict[str, Any]] = [{"configMapRef": {"name": config_map}}]
    return sources + ([{"secretRef": {"name": secret}}] if secret is not None else [])


def egress_to_database(pod_labels: dict[str, str], cidrs: tuple[str, ...], port: int) -> Any:
    """A NetworkPolicy's spec. RDS is no pod, so only its subnets' blocks can match it."""
    return {
        "podSelector": {"matchLabels": pod_labels},
        "policyTypes": ["Egress"],
        "egress": [{"ports": [{"protocol": "TCP", "port": port}], "to": [{"ipBlock": {"cidr": cidr}} for cidr in cidrs]}],
    }


def egress_to_service(pod_labels: dict[str, str], target: dict[str, str], port: int) -> Any:
    return {
        "podSelector": {"matchLabels": pod_labels},
        "policyTypes": ["Egress"],
        "egress": [{"ports": [{"protocol": "TCP", "port": port}], "to": [{"podSelector": {"matchLabels": target}}]}],
    }


def ingress(pod_labels: dict[str, str], port: int, cidrs: tuple[str, ...], clients: list[dict[str, str]]) -> Any:
    """A NetworkPolicy's spec: in on one port, from address blocks (the load balancer's) and from pods of the namespace."""
    peers: list[dict[str, Any]] = [{"ipBlock": {"cidr": cidr}} for cidr in cidrs]
    peers += [{"podSelector": {"matchLabels": client}} for client in clients]
    return {
        "podSelector": {"matchLabels": pod_labels},
        "policyTypes": ["Ingress"],
        "ingress": [{"ports": [{"protocol": "TCP", "port": port}], "from": peers}],
    }
