"""A Job that must succeed before what depends on it goes on: a migration, or a grant."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_kubernetes as k8s

from infra.kubernetes import pod
from infra.spec import Resources

# Nodes take one to three minutes to come up, and a failed try waits before the next.
TIMEOUT = pulumi.CustomTimeouts(create="20m", update="20m")


@dataclass(frozen=True, kw_only=True)
class JobArgs:
    """`command` empty: the image's own. `egress_cidrs` and `egress_port`: the database it may talk to.

    `before_pods`: what is done before the pod starts (a component's own `depends_on` does not reach its children).
    """

    namespace: pulumi.Input[str]
    app: str
    component: str
    image: pulumi.Input[str]
    command: tuple[str, ...]
    config_map: pulumi.Input[str]
    secret: pulumi.Input[str] | None
    database_ca: pulumi.Input[str]
    egress_cidrs: tuple[str, ...]
    egress_port: int
    image_platform: str
    resources: Resources
    before_pods: Sequence[pulumi.Resource]


class Job(pulumi.ComponentResource):
    """Runs to its end each time its image, command or environment changes."""

    done: k8s.batch.v1.Job

    def __init__(self, name: str, args: JobArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:kubernetes:Job", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        labels = pod.labels(args.app, args.component)
        policy = k8s.networking.v1.NetworkPolicy(
            f"{name}-database",
            metadata={"name": f"{args.component}-database", "namespace": args.namespace},
            spec=pod.egress_to_database(labels, args.egress_cidrs, args.egress_port),
            opts=child,
        )
        container = pod.container(
            args.component,
            args.image,
            args.resources,
            pod.environment(args.config_map, args.secret),
            with_database_ca=True,
            **({"command": list(args.command)} if args.command else {}),
        )
        self.done = k8s.batch.v1.Job(
            name,
            metadata={"namespace": args.namespace, "labels": labels},
            spec={
                "backoff_limit": 3,
                "template": {
                    "metadata": {
                        "labels": labels,
                        # Auto Mode moves pods at will; a half-done migration is better not moved.
                        "annotations": {"karpenter.sh/do-not-disrupt": "true"},
                    },
                    "spec": pod.spec(container, args.image_platform, args.database_ca, restartPolicy="Never"),
                },
            },
            opts=pulumi.ResourceOptions.merge(
                child, pulumi.ResourceOptions(depends_on=[policy, *args.before_pods], custom_timeouts=TIMEOUT)
            ),
        )
        self.register_outputs({})
