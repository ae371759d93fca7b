"""Dumps of a store in a pod, on a volume of their own: a nightly CronJob dumps it, a suspended one restores a dump."""

from dataclasses import dataclass, replace

import pulumi
import pulumi_kubernetes as k8s

from infra import naming
from infra.kubernetes import pod
from infra.kubernetes.policy import Peer
from infra.kubernetes.workload import Workload, WorkloadArgs

FOLDER = "/dumps"
NIGHTLY = "17 3 * * *"
# A dump that hangs would keep all later ones from starting. A restore has no deadline: half a restore is no data.
DUMP_DEADLINE_SECONDS = 6 * 60 * 60


@dataclass(frozen=True, kw_only=True)
class DumpsArgs:
    """The arguments of a store's dumps.

    Attributes:
        workload: The pods that dump and restore; their component is the store's.
        store_name: Name of the store in the stack, such as `oracle-mysql`.
        peer: The store.
        volume_gib: Size of the volume in GiB; can only grow.
        storage_class: Name of the volume's StorageClass.
        protect_data: Whether Pulumi refuses to delete the volume.
    """

    workload: WorkloadArgs
    store_name: str
    peer: Peer
    volume_gib: int
    storage_class: pulumi.Input[str]
    protect_data: bool


class Dumps(pulumi.ComponentResource):
    """A nightly dump of a store, and the way to restore it."""

    def __init__(self, name: str, args: DumpsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:kubernetes:Dumps", name, None, opts)
        self._args = args
        self._child = pulumi.ResourceOptions(parent=self)
        store = args.workload.component
        claim = k8s.core.v1.PersistentVolumeClaim(
            name,
            metadata={"name": naming.dumps(store), "namespace": args.workload.namespace},
            spec=pod.claim_spec(args.storage_class, args.volume_gib),
            opts=pulumi.ResourceOptions.merge(self._child, pulumi.ResourceOptions(protect=args.protect_data)),
        )
        volume = pod.claim_volume(claim.metadata["name"], FOLDER)
        dump = replace(args.workload, component=naming.dump(store))
        self._cron_job(naming.dump(args.store_name), dump, "/store/dump", volume, is_suspended=False)
        # `make restore` runs it: `kubectl create job --from=cronjob/<store>-restore`.
        restore = replace(args.workload, component=naming.restore(store))
        self._cron_job(naming.restore(args.store_name), restore, "/store/restore", volume, is_suspended=True)
        self.register_outputs({})

    def _cron_job(self, name: str, args: WorkloadArgs, command: str, volume: pod.Volume, *, is_suspended: bool) -> None:
        workload = Workload(name, args, self._child)
        policies = workload.open_egress([self._args.peer])
        container = workload.container([volume], command=[command])
        job: k8s.batch.v1.JobSpecArgsDict = {
            # Whoever restores a dump learns of a failure at once.
            "backoff_limit": 0 if is_suspended else 2,
            "template": workload.template(container, [volume], may_move=False, user=pod.STORE_USER, restartPolicy="Never"),
        }
        if not is_suspended:
            job["active_deadline_seconds"] = DUMP_DEADLINE_SECONDS
        k8s.batch.v1.CronJob(
            name,
            metadata=workload.metadata,
            spec={
                "schedule": NIGHTLY,
                "suspend": is_suspended,
                "concurrency_policy": "Forbid",
                "successful_jobs_history_limit": 1,
                "failed_jobs_history_limit": 1,
                "job_template": {"spec": job},
            },
            opts=pulumi.ResourceOptions.merge(self._child, pulumi.ResourceOptions(depends_on=[*policies, *args.before_pods])),
        )
