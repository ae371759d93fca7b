"""Dumps of a store in a pod, on a volume of their own: a CronJob makes one each night, a suspended one loads it again."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_kubernetes as k8s

from infra import naming, spec
from infra.kubernetes import pod, policy, store

FOLDER = "/dumps"
NIGHTLY = "17 3 * * *"
# A dump that hangs would keep all later ones from starting. A restore is ended by whoever started it: half a restore is no data.
DUMP_DEADLINE_SECONDS = 6 * 60 * 60


@dataclass(frozen=True, kw_only=True)
class DumpsArgs:
    app: str
    store: spec.Store
    namespace: pulumi.Input[str]
    image: pulumi.Input[str]
    config_map: pulumi.Input[str]
    secret: pulumi.Input[str] | None
    storage_class: pulumi.Input[str]
    image_platform: str
    protect_data: bool
    before_pods: Sequence[pulumi.Resource]


def components(store: str) -> tuple[str, str]:
    """Return the names of the CronJobs that talk to a store: its dump and its restore."""
    return naming.dump(store), naming.restore(store)


class Dumps(pulumi.ComponentResource):
    """A nightly dump of a store, and the way back."""

    def __init__(self, name: str, args: DumpsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:kubernetes:Dumps", name, None, opts)
        self._args = args
        self._name = name
        self._child = pulumi.ResourceOptions(parent=self)
        claim = k8s.core.v1.PersistentVolumeClaim(
            name,
            metadata={"name": naming.dumps(args.store.name), "namespace": args.namespace},
            spec=store.claim_spec(args.storage_class, args.store.volume_gib),
            opts=pulumi.ResourceOptions.merge(self._child, pulumi.ResourceOptions(protect=args.protect_data)),
        )
        dump, restore = components(args.store.name)
        self._cron_job(dump, "/store/dump", claim.metadata["name"], suspend=False)
        # `make restore` runs it: `kubectl create job --from=cronjob/<store>-restore`.
        self._cron_job(restore, "/store/restore", claim.metadata["name"], suspend=True)
        self.register_outputs({})

    def _cron_job(self, component: str, command: str, claim: pulumi.Input[str], *, suspend: bool) -> None:
        args = self._args
        labels = pod.labels(args.app, component)
        name = f"{args.app}-{component}"
        peer = policy.Peer(name=args.store.name, port=args.store.port, labels=pod.labels(args.app, args.store.name))
        out = k8s.networking.v1.NetworkPolicy(
            f"{name}-to-{peer.name}",
            metadata={"name": f"{component}-to-{peer.name}", "namespace": args.namespace},
            spec=policy.egress(labels, peer),
            opts=self._child,
        )
        k8s.batch.v1.CronJob(
            name,
            metadata={"name": component, "namespace": args.namespace, "labels": labels},
            spec={
                "schedule": NIGHTLY,
                "suspend": suspend,
                "concurrency_policy": "Forbid",
                "successful_jobs_history_limit": 1,
                "failed_jobs_history_limit": 1,
                "job_template": {
                    "spec": {
                        # Whoever restores by hand is told of a failure at once.
                        "backoff_limit": 0 if suspend else 2,
                        **({} if suspend else {"active_deadline_seconds": DUMP_DEADLINE_SECONDS}),
                        "template": {
                            "metadata": {"labels": labels, "annotations": pod.DO_NOT_DISRUPT},
                            "spec": self._pod(component, command, claim),
                        },
                    }
                },
            },
            opts=pulumi.ResourceOptions.merge(self._child, pulumi.ResourceOptions(depends_on=[out, *args.before_pods])),
        )

    def _pod(self, component: str, command: str, claim: pulumi.Input[str]) -> Any:
        args = self._args
        volumes = (pod.claim_volume(claim, FOLDER),)
        environment = pod.environment(args.config_map, args.secret)
        container = pod.container(component, args.image, spec.Resources(), environment, volumes, command=[command])
        return pod.spec(container, args.image_platform, volumes, user=store.USER, restartPolicy="Never")
