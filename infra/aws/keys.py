"""KMS keys, one for each purpose: the loss of one must not affect what another protects."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra import iam

# The longest time that KMS waits before it deletes a key.
DELETION_WINDOW_DAYS = 30


@dataclass(frozen=True, kw_only=True)
class KeysArgs:
    account_id: str
    partition: str
    region: str
    protect_data: bool


class Keys(pulumi.ComponentResource):
    """The keys of logs, of Kubernetes secrets, of images and of the database."""

    log_key_arn: pulumi.Output[str]
    cluster_key_arn: pulumi.Output[str]
    image_key_arn: pulumi.Output[str]
    database_key_arn: pulumi.Output[str]

    def __init__(self, name: str, args: KeysArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:aws:Keys", name, None, opts)
        self._name = name
        child = pulumi.ResourceOptions(parent=self)
        plain = iam.key_policy(args.partition, args.account_id)
        logs = iam.log_key_policy(args.partition, args.account_id, args.region)
        self.log_key_arn = self._key("logs", "CloudWatch log groups", logs, child)
        self.image_key_arn = self._key("images", "ECR repositories", plain, child)
        # A cluster is lost with its key, and EKS cannot change the key of a cluster.
        guarded = pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(protect=args.protect_data))
        self.cluster_key_arn = self._key("cluster", "Kubernetes secrets", plain, guarded)
        # It outlives the stack: without it nobody can read the final snapshot and the retained backups.
        retained = pulumi.ResourceOptions.merge(guarded, pulumi.ResourceOptions(retain_on_delete=True))
        self.database_key_arn = self._key("database", "RDS instance, its snapshots and backups", plain, retained)
        self.register_outputs({})

    def _key(self, purpose: str, description: str, policy: iam.Document, opts: pulumi.ResourceOptions) -> pulumi.Output[str]:
        key = aws.kms.Key(
            f"{self._name}-{purpose}",
            description=description,
            deletion_window_in_days=DELETION_WINDOW_DAYS,
            enable_key_rotation=True,
            policy=pulumi.Output.json_dumps(policy),
            tags={"Name": f"{self._name}-{purpose}"},
            opts=opts,
        )
        return key.arn
