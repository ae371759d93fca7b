"""What services, Jobs, stores and dumps have in common: labels, policies, service account and pods of one component of an app."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_kubernetes as k8s

from infra.kubernetes import pod, policy
from infra.spec import Resources


@dataclass(frozen=True, kw_only=True)
class WorkloadArgs:
    """The pods of one component of an app.

    Attributes:
        app: Name of the app.
        component: Name of the component in its namespace, such as a service or a migration.
        namespace: Name of the namespace.
        image: Image of the pod's only container, by digest.
        image_platform: Platform of the image, such as `linux/amd64`: pods run on nodes of its architecture.
        config_map: Name of the ConfigMap with the container's environment.
        secret: Name of the Secret with the container's environment; None if it has no secrets.
        resources: What the container requests and may use at most.
        volumes: What the container mounts beside the volumes that its kind of workload adds.
        before_pods: What must exist before a pod starts. A component's own `depends_on` does not reach its children.
    """

    app: str
    component: str
    namespace: pulumi.Input[str]
    image: pulumi.Input[str]
    image_platform: str
    config_map: pulumi.Input[str]
    secret: pulumi.Input[str] | None
    resources: Resources
    volumes: tuple[pod.Volume, ...] = ()
    before_pods: Sequence[pulumi.Resource]


class Workload:
    """Declares the objects of one component of an app as children of a Pulumi component, under a common name."""

    def __init__(self, name: str, args: WorkloadArgs, opts: pulumi.ResourceOptions) -> None:
        self.labels = pod.labels(args.app, args.component)
        self.metadata: k8s.meta.v1.ObjectMetaArgsDict = {
            "name": args.component,
            "namespace": args.namespace,
            "labels": self.labels,
        }
        self._name = name
        self._args = args
        self._opts = opts

    def open_egress(self, peers: Sequence[policy.Peer]) -> list[pulumi.Resource]:
        """Declare a NetworkPolicy for each peer that the pods may talk to."""
        return [self._policy(f"to-{peer.name}", policy.egress(self.labels, peer)) for peer in peers]

    def open_ingress(self, port: int, clients: Sequence[Mapping[str, str]], cidrs: Sequence[str] = ()) -> list[pulumi.Resource]:
        """Declare the NetworkPolicy that lets clients, by the labels of their pods or by address, talk to the pods."""
        return [self._policy("in", policy.ingress(self.labels, port, cidrs, clients))]

    def _policy(self, key: str, spec: k8s.networking.v1.NetworkPolicySpecArgsDict) -> k8s.networking.v1.NetworkPolicy:
        return k8s.networking.v1.NetworkPolicy(
            f"{self._name}-{key}",
            metadata={"name": f"{self._args.component}-{key}", "namespace": self._args.namespace},
            spec=spec,
            opts=self._opts,
        )

    def service_account(self) -> k8s.core.v1.ServiceAccount:
        """Declare a service account of the component's name, without access to the Kubernetes API."""
        return k8s.core.v1.ServiceAccount(
            self._name,
            metadata={"name": self._args.component, "namespace": self._args.namespace},
            automount_service_account_token=False,
            opts=self._opts,
        )

    def service(self, port_name: str, port: int) -> k8s.core.v1.Service:
        """Declare a Service in front of the pods. Its port is the container's: the VPC CNI's policies require it."""
        return k8s.core.v1.Service(
            self._name,
            metadata=self.metadata | {"annotations": pod.SERVICE_NOT_AWAITED},
            spec={
                "selector": self.labels,
                "ports": [{"name": port_name, "port": port, "target_port": port, "protocol": "TCP"}],
            },
            opts=self._opts,
        )

    def container(self, volumes: Sequence[pod.Volume] = (), **fields: Any) -> dict[str, Any]:
        """Return the pod's container, which mounts the workload's volumes and these."""
        args = self._args
        environment = pod.environment(args.config_map, args.secret)
        return pod.container(args.component, args.image, args.resources, environment, (*args.volumes, *volumes), **fields)

    def template(self, container: dict[str, Any], volumes: Sequence[pod.Volume] = (), *, may_move: bool, **fields: Any) -> Any:
        """Return the template of the pods. With `may_move`, Auto Mode may replace their node at any time."""
        metadata: dict[str, Any] = {"labels": self.labels}
        if not may_move:
            metadata["annotations"] = pod.DO_NOT_DISRUPT
        return {
            "metadata": metadata,
            "spec": pod.spec(container, self._args.image_platform, (*self._args.volumes, *volumes), **fields),
        }
