"""EKS in Auto Mode: AWS runs nodes, network, DNS, volumes and the load balancer controller.

Access entries exist only for `admin_role_arns`, not for the role that happens to deploy.
"""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra import constraints, iam, naming, tools

LOG_RETENTION_DAYS = 30
LOG_TYPES = ("api", "audit", "authenticator", "controllerManager", "scheduler")
# The built-in pool for AWS's own parts. Workloads run on the pool of infra/kubernetes/nodes.py: `general-purpose` is amd64 only.
NODE_POOLS = ("system",)
# Auto Mode's policies. AmazonEKSClusterPolicy also has DeregisterTargets, which the load balancing policy lacks.
# Source: https://docs.aws.amazon.com/eks/latest/userguide/auto-learn-iam.html
CLUSTER_POLICIES = (
    "AmazonEKSClusterPolicy",
    "AmazonEKSComputePolicy",
    "AmazonEKSBlockStoragePolicy",
    "AmazonEKSLoadBalancingPolicy",
    "AmazonEKSNetworkingPolicy",
)
NODE_POLICIES = ("AmazonEKSWorkerNodeMinimalPolicy", "AmazonEC2ContainerRegistryPullOnly")
ADMIN_POLICY = "cluster-access-policy/AmazonEKSClusterAdminPolicy"


@dataclass(frozen=True, kw_only=True)
class ClusterArgs:
    """The arguments of the cluster. With no `api_access_cidrs`, the API server can be reached only from inside the VPC."""

    cluster_name: str
    partition: str
    region: str
    kubernetes_version: str
    subnet_ids: list[pulumi.Output[str]]
    api_access_cidrs: tuple[str, ...]
    admin_role_arns: tuple[str, ...]
    secrets_key_arn: pulumi.Input[str]
    log_key_arn: pulumi.Input[str]
    protect_data: bool


class Cluster(pulumi.ComponentResource):
    """The control plane, its roles, its logs and its access entries."""

    cluster_name: pulumi.Output[str]
    security_group_id: pulumi.Output[str]
    """EKS's own security group, which contains every node and pod."""
    node_role_name: pulumi.Output[str]
    identifier: pulumi.Output[str]
    """Changes when a cluster of the same name is created again."""
    kubeconfig: pulumi.Output[str]
    admins: list[pulumi.CustomResource]
    """The access entries, which must exist before anybody can use the API server."""

    def __init__(self, name: str, args: ClusterArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:aws:Cluster", name, None, opts)
        self._name = name
        self._args = args
        self._child = pulumi.ResourceOptions(parent=self)
        role, attachments = self._role(
            "control-plane", "eks.amazonaws.com", ("sts:AssumeRole", "sts:TagSession"), CLUSTER_POLICIES
        )
        nodes, node_attachments = self._role("node", "ec2.amazonaws.com", ("sts:AssumeRole",), NODE_POLICIES)
        # Made first: EKS would make it itself, without retention.
        logs = aws.cloudwatch.LogGroup(
            f"{name}-logs",
            name=naming.cluster_log_group(args.cluster_name),
            retention_in_days=LOG_RETENTION_DAYS,
            kms_key_id=args.log_key_arn,
            opts=self._child,
        )
        cluster = self._cluster(role, nodes, [logs, *attachments, *node_attachments])
        self.cluster_name = cluster.name
        self.security_group_id = cluster.vpc_config.cluster_security_group_id
        self.node_role_name = nodes.name
        self.identifier = pulumi.Output.concat(cluster.arn, "@", cluster.created_at)
        self.kubeconfig = _kubeconfig(cluster, args.region)
        self.admins = [part for arn in args.admin_role_arns for part in self._admin(cluster, arn)]
        self.register_outputs({"cluster_name": self.cluster_name})

    def _role(
        self, key: str, service: str, actions: tuple[str, ...], policies: tuple[str, ...]
    ) -> tuple[aws.iam.Role, list[aws.iam.RolePolicyAttachment]]:
        guarded = pulumi.ResourceOptions.merge(self._child, pulumi.ResourceOptions(protect=self._args.protect_data))
        role = aws.iam.Role(
            f"{self._name}-{key}", assume_role_policy=pulumi.Output.json_dumps(iam.trust(service, *actions)), opts=guarded
        )
        attachments = [
            aws.iam.RolePolicyAttachment(
                f"{self._name}-{key}-{policy}",
                role=role.name,
                policy_arn=f"arn:{self._args.partition}:iam::aws:policy/{policy}",
                opts=self._child,
            )
            for policy in policies
        ]
        return role, attachments

    def _cluster(self, role: aws.iam.Role, nodes: aws.iam.Role, needs: list[pulumi.Resource]) -> aws.eks.Cluster:
        args = self._args
        return aws.eks.Cluster(
            self._name,
            name=args.cluster_name,
            role_arn=role.arn,
            version=args.kubernetes_version,
            upgrade_policy={"support_type": "STANDARD"},
            deletion_protection=args.protect_data,
            bootstrap_self_managed_addons=False,
            access_config={"authentication_mode": "API", "bootstrap_cluster_creator_admin_permissions": False},
            # Auto Mode: EKS takes these three together, all on or all off.
            compute_config={"enabled": True, "node_pools": list(NODE_POOLS), "node_role_arn": nodes.arn},
            kubernetes_network_config={
                "service_ipv4_cidr": constraints.SERVICE_CIDR,
                "elastic_load_balancing": {"enabled": True},
            },
            storage_config={"block_storage": {"enabled": True}},
            encryption_config={"provider": {"key_arn": args.secrets_key_arn}, "resources": ["secrets"]},
            enabled_cluster_log_types=list(LOG_TYPES),
            vpc_config={
                "subnet_ids": args.subnet_ids,
                "endpoint_private_access": True,
                "endpoint_public_access": bool(args.api_access_cidrs),
                "public_access_cidrs": list(args.api_access_cidrs) or None,
            },
            # EKS needs its policies until the end, or it cannot clear up its security groups and interfaces.
            opts=pulumi.ResourceOptions.merge(
                self._child,
                pulumi.ResourceOptions(
                    depends_on=needs, protect=args.protect_data, custom_timeouts=pulumi.CustomTimeouts(create="30m", delete="30m")
                ),
            ),
        )

    def _admin(self, cluster: aws.eks.Cluster, arn: str) -> list[pulumi.CustomResource]:
        key = f"{self._name}-admin-{arn.rsplit('/', 1)[-1]}"
        entry = aws.eks.AccessEntry(key, cluster_name=cluster.name, principal_arn=arn, type="STANDARD", opts=self._child)
        association = aws.eks.AccessPolicyAssociation(
            key,
            cluster_name=cluster.name,
            principal_arn=entry.principal_arn,
            policy_arn=f"arn:{self._args.partition}:eks::aws:{ADMIN_POLICY}",
            access_scope={"type": "cluster"},
            # A changed scope replaces it; made first and deleted after, the entry would end up with no policy at all.
            opts=pulumi.ResourceOptions.merge(self._child, pulumi.ResourceOptions(delete_before_replace=True)),
        )
        return [entry, association]


def _kubeconfig(cluster: aws.eks.Cluster, region: str) -> pulumi.Output[str]:
    """Return a kubeconfig without credentials: `aws eks get-token` creates a token for whoever uses it.

    It contains the region, because `aws` does not see Pulumi's configuration.
    """
    token = ["--region", region, "eks", "get-token", "--output", "json", "--cluster-name", cluster.name]
    return pulumi.Output.json_dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": cluster.name,
            "contexts": [{"name": cluster.name, "context": {"cluster": cluster.name, "user": cluster.name}}],
            "clusters": [
                {
                    "name": cluster.name,
                    "cluster": {
                        "server": cluster.endpoint,
                        "certificate-authority-data": cluster.certificate_authority.data,
                    },
                }
            ],
            "users": [
                {
                    "name": cluster.name,
                    "user": {
                        "exec": {
                            "apiVersion": tools.EXEC_API,
                            "command": "aws",
                            "args": token,
                            "interactiveMode": "Never",
                        }
                    },
                }
            ],
        }
    )
