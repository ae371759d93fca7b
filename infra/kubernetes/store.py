"""A store in a pod: StatefulSet, Service and claim. The images are in `stores/`: their commands are alike for every kind."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_kubernetes as k8s

from infra import spec
from infra.kubernetes import pod, policy

# The user of the official images of MySQL, PostgreSQL and Redis.
USER = 999
DATA = "/data"
READY = ["/store/ready"]
# The server writes out what it has in memory.
GRACE_SECONDS = 120
# A volume is made and attached to a node that may have to be made first; the first start makes the files of a database.
TIMEOUT = pulumi.CustomTimeouts(create="20m", update="20m")


@dataclass(frozen=True, kw_only=True)
class StoreArgs:
    """`clients`: labels of the pods that may talk to it. `config_map` and `secret`: its environment."""

    app: str
    store: spec.Store
    namespace: pulumi.Input[str]
    image: pulumi.Input[str]
    config_map: pulumi.Input[str]
    secret: pulumi.Input[str] | None
    storage_class: pulumi.Input[str]
    clients: Sequence[dict[str, str]]
    image_platform: str
    protect_data: bool
    before_pods: Sequence[pulumi.Resource]


class Store(pulumi.ComponentResource):
    """One pod with a volume of its own. The claim is a resource of the stack, so `protect_data` keeps it from being deleted."""

    ready: k8s.apps.v1.StatefulSet

    def __init__(self, name: str, args: StoreArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:kubernetes:Store", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        labels = pod.labels(args.app, args.store.name)
        named: Any = {"name": args.store.name, "namespace": args.namespace, "labels": labels}
        claim = k8s.core.v1.PersistentVolumeClaim(
            name,
            metadata=named,
            spec=claim_spec(args.storage_class, args.store.volume_gib),
            opts=pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(protect=args.protect_data)),
        )
        clients = k8s.networking.v1.NetworkPolicy(
            f"{name}-in",
            metadata={"name": f"{args.store.name}-in", "namespace": args.namespace},
            spec=policy.ingress(labels, args.store.port, (), args.clients),
            opts=child,
        )
        service = k8s.core.v1.Service(
            name,
            metadata=named | {"annotations": pod.SERVICE_NOT_AWAITED},
            spec={
                "selector": labels,
                "ports": [{"name": args.store.kind, "port": args.store.port, "target_port": args.store.port, "protocol": "TCP"}],
            },
            opts=child,
        )
        self.ready = k8s.apps.v1.StatefulSet(
            name,
            metadata=named,
            spec={
                "replicas": 1,
                "service_name": args.store.name,
                "selector": {"match_labels": labels},
                "template": {
                    "metadata": {"labels": labels, "annotations": pod.DO_NOT_DISRUPT},
                    "spec": _pod(args, claim.metadata["name"]),
                },
            },
            opts=pulumi.ResourceOptions.merge(
                child, pulumi.ResourceOptions(depends_on=[clients, service, *args.before_pods], custom_timeouts=TIMEOUT)
            ),
        )
        self.register_outputs({})


def claim_spec(storage_class: pulumi.Input[str], gib: int) -> Any:
    return {
        "access_modes": ["ReadWriteOnce"],
        "storage_class_name": storage_class,
        "resources": {"requests": {"storage": f"{gib}Gi"}},
    }


def _pod(args: StoreArgs, claim: pulumi.Input[str]) -> Any:
    volumes = (pod.claim_volume(claim, DATA),)
    # No liveness probe: a server that is busy, recovering or out of disk is not helped by being killed.
    container = pod.container(
        args.store.name,
        args.image,
        args.store.resources,
        pod.environment(args.config_map, args.secret),
        volumes,
        ports=[{"name": args.store.kind, "containerPort": args.store.port, "protocol": "TCP"}],
        startupProbe=_probe(periodSeconds=2, failureThreshold=300),
        readinessProbe=_probe(periodSeconds=10, failureThreshold=2),
    )
    return pod.spec(container, args.image_platform, volumes, user=USER, terminationGracePeriodSeconds=GRACE_SECONDS)


def _probe(**timing: int) -> dict[str, object]:
    return {"exec": {"command": READY}, "timeoutSeconds": 5, **timing}
