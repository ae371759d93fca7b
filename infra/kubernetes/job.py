"""A Job that must succeed before what depends on it goes on: a migration, or a grant."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_kubernetes as k8s

from infra.kubernetes import pod, policy
from infra.spec import Resources

# Nodes take one to three minutes to come up, and a failed try waits before the next. Kubernetes ends the Job at its deadline,
# which `pulumi up` reports: the time-out of Pulumi's provider begins anew with each event, so it may never come.
# Source: `Await` in https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/await/job.go
DEADLINE_SECONDS = 20 * 60
TIMEOUT = pulumi.CustomTimeouts(create="25m", update="25m")
# A Job that has failed stays failed: without this, the next `up` waits for it again.
# Source: https://www.pulumi.com/registry/packages/kubernetes/api-docs/batch/v1/job/
REPLACE_IF_FAILED = {"pulumi.com/replaceUnready": "true"}


@dataclass(frozen=True, kw_only=True)
class JobArgs:
    """`command` empty: the image's own. `peers`: what it may talk to.

    `before_pods`: what is done before the pod starts (a component's own `depends_on` does not reach its children).
    `delete_before_replace`: whether a Job that still runs is stopped before its successor starts.
    """

    namespace: pulumi.Input[str]
    app: str
    component: str
    image: pulumi.Input[str]
    command: tuple[str, ...]
    config_map: pulumi.Input[str]
    secret: pulumi.Input[str] | None
    volumes: tuple[pod.Volume, ...]
    peers: tuple[policy.Peer, ...]
    image_platform: str
    resources: Resources
    before_pods: Sequence[pulumi.Resource]
    delete_before_replace: bool = False


class Job(pulumi.ComponentResource):
    """Runs to its end each time its image, command or environment changes, and again where it failed."""

    done: k8s.batch.v1.Job

    def __init__(self, name: str, args: JobArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:kubernetes:Job", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        labels = pod.labels(args.app, args.component)
        policies = [
            k8s.networking.v1.NetworkPolicy(
                f"{name}-to-{peer.name}",
                metadata={"name": f"{args.component}-to-{peer.name}", "namespace": args.namespace},
                spec=policy.egress(labels, peer),
                opts=child,
            )
            for peer in args.peers
        ]
        container = pod.container(
            args.component,
            args.image,
            args.resources,
            pod.environment(args.config_map, args.secret),
            args.volumes,
            **({"command": list(args.command)} if args.command else {}),
        )
        self.done = k8s.batch.v1.Job(
            name,
            metadata={"namespace": args.namespace, "labels": labels, "annotations": REPLACE_IF_FAILED},
            spec={
                "active_deadline_seconds": DEADLINE_SECONDS,
                "backoff_limit": 3,
                "template": {
                    "metadata": {"labels": labels, "annotations": pod.DO_NOT_DISRUPT},
                    "spec": pod.spec(container, args.image_platform, args.volumes, restartPolicy="Never"),
                },
            },
            opts=pulumi.ResourceOptions.merge(
                child,
                pulumi.ResourceOptions(
                    depends_on=[*policies, *args.before_pods],
                    custom_timeouts=TIMEOUT,
                    delete_before_replace=args.delete_before_replace,
                ),
            ),
        )
        self.register_outputs({})
