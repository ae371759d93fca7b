"""A store in a pod: StatefulSet, Service and claim. The images are in `stores/`: their commands are alike for every kind."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_kubernetes as k8s

from infra.kubernetes import pod
from infra.kubernetes.workload import Workload, WorkloadArgs

DATA = "/data"
READY = ["/store/ready"]
# The server writes what it has in memory to its volume.
GRACE_SECONDS = 120
# A volume is created and attached to a node that may have to start first; the first start creates the files of a database.
TIMEOUT = pulumi.CustomTimeouts(create="20m", update="20m")


@dataclass(frozen=True, kw_only=True)
class StoreArgs:
    """The arguments of a store.

    Attributes:
        workload: The store's pod.
        kind: Kind of the store, such as `mysql`.
        port: Port that the server listens on.
        volume_gib: Size of the volume in GiB; can only grow.
        storage_class: Name of the volume's StorageClass.
        clients: Labels of the pods that may talk to the store.
        protect_data: Whether Pulumi refuses to delete the volume.
    """

    workload: WorkloadArgs
    kind: str
    port: int
    volume_gib: int
    storage_class: pulumi.Input[str]
    clients: Sequence[dict[str, str]]
    protect_data: bool


class Store(pulumi.ComponentResource):
    """One pod with a volume of its own. The claim is a resource of the stack, so `protect_data` keeps it from being deleted."""

    ready: k8s.apps.v1.StatefulSet

    def __init__(self, name: str, args: StoreArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:kubernetes:Store", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        workload = Workload(name, args.workload, child)
        claim = k8s.core.v1.PersistentVolumeClaim(
            name,
            metadata=workload.metadata,
            spec=pod.claim_spec(args.storage_class, args.volume_gib),
            opts=pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(protect=args.protect_data)),
        )
        policies = workload.open_ingress(args.port, args.clients)
        service = workload.service(args.kind, args.port)
        self.ready = k8s.apps.v1.StatefulSet(
            name,
            metadata=workload.metadata,
            spec={
                "replicas": 1,
                "service_name": args.workload.component,
                "selector": {"match_labels": workload.labels},
                "template": _template(workload, args, claim.metadata["name"]),
            },
            opts=pulumi.ResourceOptions.merge(
                child,
                pulumi.ResourceOptions(depends_on=[*policies, service, *args.workload.before_pods], custom_timeouts=TIMEOUT),
            ),
        )
        self.register_outputs({})


def _template(workload: Workload, args: StoreArgs, claim: pulumi.Input[str]) -> Any:
    volumes = (pod.claim_volume(claim, DATA),)
    # There is no liveness probe: killing a server that is busy, recovering or out of disk does not help it.
    container = workload.container(
        volumes,
        ports=[{"name": args.kind, "containerPort": args.port, "protocol": "TCP"}],
        startupProbe=_probe(periodSeconds=2, failureThreshold=300),
        readinessProbe=_probe(periodSeconds=10, failureThreshold=2),
    )
    return workload.template(container, volumes, may_move=False, user=pod.STORE_USER, terminationGracePeriodSeconds=GRACE_SECONDS)


def _probe(**timing: int) -> dict[str, object]:
    return {"exec": {"command": READY}, "timeoutSeconds": 5, **timing}
