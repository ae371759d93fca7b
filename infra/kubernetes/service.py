"""A service of an app: Service, binding, Deployment, in the order that a roll-out without lost requests needs."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi
import pulumi_kubernetes as k8s

from infra import constraints, spec
from infra.kubernetes import pod, policy

# The first pods of a stack wait for nodes: one to three minutes, and image pulls.
TIMEOUT = pulumi.CustomTimeouts(create="15m", update="15m")


@dataclass(frozen=True, kw_only=True)
class Files:
    """A ConfigMap to be: its texts by file name, and where the pod mounts them."""

    name: str
    mount_path: str
    texts: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class ServiceArgs:
    """`peers`: what it may talk to. `clients`: labels of the pods that may talk to it. `balancer_cidrs`: where the load
    balancer's requests come from; empty for a service without routes. `before_pods`: what is done before a new pod starts.
    """

    app: str
    service: spec.Service
    namespace: pulumi.Input[str]
    image: pulumi.Input[str]
    config_map: pulumi.Input[str]
    secret: pulumi.Input[str] | None
    files: tuple[Files, ...]
    volumes: tuple[pod.Volume, ...]
    peers: tuple[policy.Peer, ...]
    clients: Sequence[dict[str, str]]
    balancer_cidrs: tuple[str, ...]
    target_group_arn: pulumi.Input[str] | None
    replicas: int
    image_platform: str
    before_pods: Sequence[pulumi.Resource] = field(default=())


class Service(pulumi.ComponentResource):
    """One Deployment behind one Service, reachable by what `routes` and `uses` say."""

    deployment: k8s.apps.v1.Deployment

    def __init__(self, name: str, args: ServiceArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:kubernetes:Service", name, None, opts)
        self._name = name
        self._args = args
        self._child = pulumi.ResourceOptions(parent=self)
        self._labels = pod.labels(args.app, args.service.name)
        self._volumes = (*args.volumes, *map(self._config_files, args.files))
        policies = self._policies()
        account = k8s.core.v1.ServiceAccount(
            name,
            metadata={"name": args.service.name, "namespace": args.namespace},
            automount_service_account_token=False,
            opts=self._child,
        )
        service = self._service()
        # The readiness gate is given to pods that are made after Service and binding: https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/pod_readiness_gate/
        binding = self._binding(service)
        self.deployment = self._deployment([*policies, account, service, *binding, *args.before_pods])
        self._disruption_budget()
        self.register_outputs({})

    def _config_files(self, files: Files) -> pod.Volume:
        made = k8s.core.v1.ConfigMap(
            f"{self._name}-{files.name}",
            metadata={"namespace": self._args.namespace, "labels": self._labels},
            immutable=True,
            data=files.texts,
            opts=self._child,
        )
        return pod.config_map_volume(files.name, made.metadata["name"], files.mount_path)

    def _policy(self, key: str, opened: Any) -> k8s.networking.v1.NetworkPolicy:
        return k8s.networking.v1.NetworkPolicy(
            f"{self._name}-{key}",
            metadata={"name": f"{self._args.service.name}-{key}", "namespace": self._args.namespace},
            spec=opened,
            opts=self._child,
        )

    def _policies(self) -> list[pulumi.Resource]:
        """What `uses` and `routes` open, and nothing else."""
        args = self._args
        made = [self._policy(f"to-{peer.name}", policy.egress(self._labels, peer)) for peer in args.peers]
        if args.clients or args.balancer_cidrs:
            made.append(self._policy("in", policy.ingress(self._labels, args.service.port, args.balancer_cidrs, args.clients)))
        return list(made)

    def _service(self) -> k8s.core.v1.Service:
        """Service port and container port are the same: the VPC CNI's policies demand it."""
        args = self._args
        return k8s.core.v1.Service(
            self._name,
            metadata={
                "name": args.service.name,
                "namespace": args.namespace,
                "labels": self._labels,
                "annotations": pod.SERVICE_NOT_AWAITED,
            },
            spec={
                "selector": self._labels,
                "ports": [{"name": "http", "port": args.service.port, "target_port": args.service.port, "protocol": "TCP"}],
            },
            opts=self._child,
        )

    def _binding(self, service: k8s.core.v1.Service) -> list[pulumi.Resource]:
        args = self._args
        if args.target_group_arn is None:
            return []
        binding = k8s.apiextensions.CustomResource(
            self._name,
            api_version="eks.amazonaws.com/v1",
            kind="TargetGroupBinding",
            metadata={"namespace": args.namespace, "labels": self._labels},
            spec={
                "serviceRef": {"name": args.service.name, "port": args.service.port},
                "targetGroupARN": args.target_group_arn,
                "targetType": "ip",
            },
            # A binding's target group cannot be changed.
            opts=pulumi.ResourceOptions.merge(
                self._child, pulumi.ResourceOptions(depends_on=[service], replace_on_changes=["spec.targetGroupARN"])
            ),
        )
        return [binding]

    def _deployment(self, needs: list[pulumi.Resource]) -> k8s.apps.v1.Deployment:
        args = self._args
        return k8s.apps.v1.Deployment(
            self._name,
            metadata={"name": args.service.name, "namespace": args.namespace, "labels": self._labels},
            spec={
                "replicas": args.replicas,
                "revision_history_limit": 3,
                "selector": {"match_labels": self._labels},
                "strategy": {"type": "RollingUpdate", "rolling_update": {"max_unavailable": 0, "max_surge": 1}},
                "template": {"metadata": {"labels": self._labels}, "spec": self._pod()},
            },
            opts=pulumi.ResourceOptions.merge(self._child, pulumi.ResourceOptions(depends_on=needs, custom_timeouts=TIMEOUT)),
        )

    def _pod(self) -> Any:
        args, service = self._args, self._args.service
        container = pod.container(
            service.name,
            args.image,
            service.resources,
            pod.environment(args.config_map, args.secret),
            self._volumes,
            ports=[{"name": "http", "containerPort": service.port, "protocol": "TCP"}],
            startupProbe=_probe("/livez", service.port, periodSeconds=1, failureThreshold=60),
            livenessProbe=_probe("/livez", service.port, periodSeconds=10, failureThreshold=3),
            readinessProbe=_probe("/readyz", service.port, periodSeconds=5, failureThreshold=2),
            **_lifecycle(args),
        )
        return pod.spec(
            container,
            args.image_platform,
            self._volumes,
            serviceAccountName=service.name,
            terminationGracePeriodSeconds=pod.GRACE_SECONDS,
            topologySpreadConstraints=[
                # Zones without a node do not count: the first node of a new cluster would get all pods. With two, one can fail.
                # Source: https://github.com/aws/karpenter-provider-aws/pull/4476
                self._spread("topology.kubernetes.io/zone", "DoNotSchedule") | {"minDomains": constraints.FEWEST_ZONES},
                self._spread("kubernetes.io/hostname", "ScheduleAnyway"),
            ],
        )

    def _spread(self, topology: str, otherwise: str) -> dict[str, object]:
        return {
            "maxSkew": 1,
            "topologyKey": topology,
            "whenUnsatisfiable": otherwise,
            "labelSelector": {"matchLabels": self._labels},
            # Counts the pods of one revision only, so that a roll-out ends as evenly spread as it began.
            "matchLabelKeys": ["pod-template-hash"],
        }

    def _disruption_budget(self) -> None:
        """One pod at a time: with a single one, too, or no node could ever be drained."""
        k8s.policy.v1.PodDisruptionBudget(
            self._name,
            metadata={"name": self._args.service.name, "namespace": self._args.namespace},
            spec={"max_unavailable": 1, "selector": {"match_labels": self._labels}},
            opts=self._child,
        )


def _lifecycle(args: ServiceArgs) -> dict[str, object]:
    """Only what is asked for anything has to go on answering."""
    if not (args.clients or args.balancer_cidrs):
        return {}
    return {"lifecycle": {"preStop": {"sleep": {"seconds": pod.PRE_STOP_SECONDS}}}}


def _probe(path: str, port: int, **timing: int) -> dict[str, object]:
    return {"httpGet": {"path": path, "port": port}, "timeoutSeconds": 3, **timing}
