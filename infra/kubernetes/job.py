"""A Job that must succeed before its dependents are updated: a migration, or a grant."""

from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_kubernetes as k8s

from infra.kubernetes import policy
from infra.kubernetes.workload import Workload, WorkloadArgs

# Nodes take one to three minutes to come up, and a failed try waits before the next. Kubernetes ends the Job at its deadline,
# which `pulumi up` reports: the timeout of Pulumi's provider begins anew with each event, so it may never come.
# Source: `Await` in https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/await/job.go
DEADLINE_SECONDS = 20 * 60
TIMEOUT = pulumi.CustomTimeouts(create="25m", update="25m")
# A Job that has failed stays failed: without this, the next `up` waits for it again.
# Source: https://www.pulumi.com/registry/packages/kubernetes/api-docs/batch/v1/job/
REPLACE_IF_FAILED = {"pulumi.com/replaceUnready": "true"}


@dataclass(frozen=True, kw_only=True)
class JobArgs:
    """The arguments of a Job.

    Attributes:
        workload: The Job's pod.
        command: Command of the container; empty for the image's own.
        peers: What the pod may talk to.
        delete_before_replace: Whether a Job that still runs is stopped before its successor starts.
    """

    workload: WorkloadArgs
    command: tuple[str, ...]
    peers: tuple[policy.Peer, ...]
    delete_before_replace: bool = False


class Job(pulumi.ComponentResource):
    """A Job that runs whenever its image, command or environment changes, and again after a failure."""

    done: k8s.batch.v1.Job

    def __init__(self, name: str, args: JobArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:kubernetes:Job", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        workload = Workload(name, args.workload, child)
        policies = workload.open_egress(args.peers)
        command: dict[str, Any] = {"command": list(args.command)} if args.command else {}
        container = workload.container(**command)
        self.done = k8s.batch.v1.Job(
            name,
            metadata={
                "namespace": args.workload.namespace,
                "labels": workload.labels,
                "annotations": REPLACE_IF_FAILED,
            },
            spec={
                "active_deadline_seconds": DEADLINE_SECONDS,
                "backoff_limit": 3,
                "template": workload.template(container, may_move=False, restartPolicy="Never"),
            },
            opts=pulumi.ResourceOptions.merge(
                child,
                pulumi.ResourceOptions(
                    depends_on=[*policies, *args.workload.before_pods],
                    custom_timeouts=TIMEOUT,
                    delete_before_replace=args.delete_before_replace,
                ),
            ),
        )
        self.register_outputs({})
