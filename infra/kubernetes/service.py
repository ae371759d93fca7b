"""A service of an app: Service, binding, Deployment, in the order that a roll-out without lost requests needs."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi
import pulumi_kubernetes as k8s

from infra import spec
from infra.kubernetes import pod

# The first pods of a stack wait for nodes: one to three minutes, and image pulls.
TIMEOUT = pulumi.CustomTimeouts(create="15m", update="15m")


@dataclass(frozen=True, kw_only=True)
class ServiceArgs:
    """`balancer_cidrs`: where the load balancer's requests come from. `before_pods`: what is done before a new pod starts."""

    app: spec.App
    service: spec.Service
    namespace: pulumi.Input[str]
    image: pulumi.Input[str]
    config_map: pulumi.Input[str]
    secret: pulumi.Input[str] | None
    database_ca: pulumi.Input[str]
    database_cidrs: tuple[str, ...]
    database_port: int
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
        self._labels = pod.labels(args.app.name, args.service.name)
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

    def _policy(self, key: str, policy: Any) -> k8s.networking.v1.NetworkPolicy:
        return k8s.networking.v1.NetworkPolicy(
            f"{self._name}-{key}",
            metadata={"name": f"{self._args.service.name}-{key}", "namespace": self._args.namespace},
            spec=policy,
            opts=self._child,
        )

    def _policies(self) -> list[pulumi.Resource]:
        """What `uses` and `routes` open, and nothing else."""
        args, made = self._args, []
        callers = [pod.labels(args.app.name, caller.name) for caller in args.app.users_of(args.service)]
        cidrs = args.balancer_cidrs if args.service.routes else ()
        if callers or cidrs:
            made.append(self._policy("in", pod.ingress(self._labels, args.service.port, cidrs, callers)))
        if args.service.stores:
            made.append(
                self._policy("to-database", pod.egress_to_database(self._labels, args.database_cidrs, args.database_port))
            )
        for used in args.service.services:
            target = pod.labels(args.app.name, used.name)
            made.append(self._policy(f"to-{used.name}", pod.egress_to_service(self._labels, target, used.port)))
        return list(made)

    def _service(self) -> k8s.core.v1.Service:
        """Service port and container port are the same: the VPC CNI's policies demand it."""
        args = self._args
        return k8s.core.v1.Service(
            self._name,
            metadata={"name": args.service.name, "namespace": args.namespace, "labels": self._labels},
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
            with_database_ca=bool(service.stores),
            ports=[{"name": "http", "containerPort": service.port, "protocol": "TCP"}],
            startupProbe=_probe("/livez", service.port, periodSeconds=1, failureThreshold=60),
            livenessProbe=_probe("/livez", service.port, periodSeconds=10, failureThreshold=3),
            readinessProbe=_probe("/readyz", service.port, periodSeconds=5, failureThreshold=2),
            lifecycle={"preStop": {"sleep": {"seconds": pod.PRE_STOP_SECONDS}}},
        )
        return pod.spec(
            container,
            args.image_platform,
            args.database_ca if service.stores else None,
            serviceAccountName=service.name,
            terminationGracePeriodSeconds=pod.GRACE_SECONDS,
            topologySpreadConstraints=[
                self._spread("topology.kubernetes.io/zone", "DoNotSchedule"),
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


def _probe(path: str, port: int, **timing: int) -> dict[str, object]:
    return {"httpGet": {"path": path, "port": port}, "timeoutSeconds": 3, **timing}
