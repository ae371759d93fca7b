"""A service of an app: Service, binding, Deployment, in the order that a roll-out without lost requests needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_kubernetes as k8s

from infra import constraints
from infra.kubernetes import pod, policy
from infra.kubernetes.workload import Workload, WorkloadArgs

# The first pods of a stack wait for nodes: one to three minutes, and image pulls.
TIMEOUT = pulumi.CustomTimeouts(create="15m", update="15m")


@dataclass(frozen=True, kw_only=True)
class Files:
    """The content of a ConfigMap, `{file name: text}`, and where the pod mounts it."""

    name: str
    mount_path: str
    texts: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class ServiceArgs:
    """The arguments of a service.

    Attributes:
        workload: The service's pods.
        port: Port that the container listens on.
        files: Files that the pods mount.
        peers: What the service may talk to.
        clients: Labels of the pods that may talk to the service.
        balancer_cidrs: Addresses of the load balancer; empty for a service without routes.
        target_group_arn: Target group that the pods join; None for a service without routes.
        replicas: Number of pods.
    """

    workload: WorkloadArgs
    port: int
    files: tuple[Files, ...]
    peers: tuple[policy.Peer, ...]
    clients: Sequence[dict[str, str]]
    balancer_cidrs: tuple[str, ...]
    target_group_arn: pulumi.Input[str] | None
    replicas: int


class Service(pulumi.ComponentResource):
    """One Deployment behind one Service, reachable by what `routes` and `uses` say."""

    deployment: k8s.apps.v1.Deployment

    def __init__(self, name: str, args: ServiceArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:kubernetes:Service", name, None, opts)
        self._name = name
        self._args = args
        self._child = pulumi.ResourceOptions(parent=self)
        self._workload = Workload(name, args.workload, self._child)
        self._files = [self._config_files(files) for files in args.files]
        policies = self._workload.open_egress(args.peers)
        if args.clients or args.balancer_cidrs:
            policies += self._workload.open_ingress(args.port, args.clients, args.balancer_cidrs)
        account = self._workload.service_account()
        service = self._workload.service("http", args.port)
        # Only pods that are created after Service and binding get the readiness gate.
        # Source: https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/pod_readiness_gate/
        binding = self._binding(service)
        self.deployment = self._deployment([*policies, account, service, *binding, *args.workload.before_pods])
        self._disruption_budget()
        self.register_outputs({})

    def _config_files(self, files: Files) -> pod.Volume:
        config_map = k8s.core.v1.ConfigMap(
            f"{self._name}-{files.name}",
            metadata={"namespace": self._args.workload.namespace, "labels": self._workload.labels},
            immutable=True,
            data=files.texts,
            opts=self._child,
        )
        return pod.config_map_volume(files.name, config_map.metadata["name"], files.mount_path)

    def _binding(self, service: k8s.core.v1.Service) -> list[pulumi.Resource]:
        args = self._args
        if args.target_group_arn is None:
            return []
        binding = k8s.apiextensions.CustomResource(
            self._name,
            api_version="eks.amazonaws.com/v1",
            kind="TargetGroupBinding",
            metadata={"namespace": args.workload.namespace, "labels": self._workload.labels},
            spec={
                "serviceRef": {"name": args.workload.component, "port": args.port},
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
        labels = self._workload.labels
        return k8s.apps.v1.Deployment(
            self._name,
            metadata=self._workload.metadata,
            spec={
                "replicas": self._args.replicas,
                "revision_history_limit": 3,
                "selector": {"match_labels": labels},
                "strategy": {"type": "RollingUpdate", "rolling_update": {"max_unavailable": 0, "max_surge": 1}},
                "template": self._template(),
            },
            opts=pulumi.ResourceOptions.merge(self._child, pulumi.ResourceOptions(depends_on=needs, custom_timeouts=TIMEOUT)),
        )

    def _template(self) -> Any:
        port = self._args.port
        container = self._workload.container(
            self._files,
            ports=[{"name": "http", "containerPort": port, "protocol": "TCP"}],
            startupProbe=_probe("/livez", port, periodSeconds=1, failureThreshold=60),
            livenessProbe=_probe("/livez", port, periodSeconds=10, failureThreshold=3),
            readinessProbe=_probe("/readyz", port, periodSeconds=5, failureThreshold=2),
            **_lifecycle(self._args),
        )
        return self._workload.template(
            container,
            self._files,
            may_move=True,
            serviceAccountName=self._args.workload.component,
            terminationGracePeriodSeconds=pod.GRACE_SECONDS,
            topologySpreadConstraints=[
                # Zones without a node do not count: the first node of a new cluster would get all pods. With two, one can fail.
                # Source: https://github.com/aws/karpenter-provider-aws/pull/4476
                self._spread("topology.kubernetes.io/zone", "DoNotSchedule") | {"minDomains": constraints.FEWEST_ZONES},
                self._spread("kubernetes.io/hostname", "ScheduleAnyway"),
            ],
        )

    def _spread(self, topology: str, when_unsatisfiable: str) -> dict[str, object]:
        return {
            "maxSkew": 1,
            "topologyKey": topology,
            "whenUnsatisfiable": when_unsatisfiable,
            "labelSelector": {"matchLabels": self._workload.labels},
            # Counts the pods of one revision only, so that a roll-out ends as evenly spread as it began.
            "matchLabelKeys": ["pod-template-hash"],
        }

    def _disruption_budget(self) -> None:
        """Let one pod be disrupted at a time, even the only one: otherwise its node could never be drained."""
        k8s.policy.v1.PodDisruptionBudget(
            self._name,
            metadata={"name": self._args.workload.component, "namespace": self._args.workload.namespace},
            spec={"max_unavailable": 1, "selector": {"match_labels": self._workload.labels}},
            opts=self._child,
        )


def _lifecycle(args: ServiceArgs) -> dict[str, object]:
    """Add a preStop delay only to pods that receive traffic."""
    if not (args.clients or args.balancer_cidrs):
        return {}
    return {"lifecycle": {"preStop": {"sleep": {"seconds": pod.PRE_STOP_SECONDS}}}}


def _probe(path: str, port: int, **timing: int) -> dict[str, object]:
    return {"httpGet": {"path": path, "port": port}, "timeoutSeconds": 3, **timing}
