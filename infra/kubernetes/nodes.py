"""The node pool of the stack, and the ConfigMap that makes Auto Mode enforce NetworkPolicies."""

from dataclasses import dataclass

import pulumi
import pulumi_kubernetes as k8s

from infra import choices

# `default` is the name of AWS's own NodeClass.
NAME = "slipway"
# EKS replaces a node after 14 days by default, and after 21 days at the latest.
# Source: https://docs.aws.amazon.com/eks/latest/userguide/create-node-pool.html
EXPIRE_AFTER = "336h"
# A pod that must not be disrupted (a store, a Job) delays the replacement of its node for this time at most.
# A Job takes at most 20 minutes.
# Source: https://karpenter.sh/docs/concepts/disruption/#terminationgraceperiod
TERMINATION_GRACE_PERIOD = "1h"
# The deletion of a NodePool waits until its nodes are drained and terminated.
SLOW_DELETE = pulumi.CustomTimeouts(delete="20m")


@dataclass(frozen=True, kw_only=True)
class NodesArgs:
    """The arguments of the nodes.

    Attributes:
        node_role_name: IAM role of the nodes.
        cluster_security_group_id: Security group of the nodes.
        subnet_tags: Tags of the subnets that nodes start in.
        zones: Availability zones that nodes start in.
        capacity: How EC2 capacity is bought.
        image_platform: Platform of the images, such as `linux/amd64`: nodes have its architecture.
        cpu_limit: vCPUs of all nodes together.
    """

    node_role_name: pulumi.Input[str]
    cluster_security_group_id: pulumi.Input[str]
    subnet_tags: dict[str, str]
    zones: tuple[str, ...]
    capacity: choices.NodeCapacity
    image_platform: str
    cpu_limit: int


class Nodes(pulumi.ComponentResource):
    """NodeClass and NodePool for Auto Mode, in the private subnets of all zones."""

    ready: list[pulumi.Resource]
    """What must exist before a workload: the node pool, and the enforcement of policies."""

    def __init__(self, name: str, args: NodesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:kubernetes:Nodes", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        # Auto Mode enforces no NetworkPolicy without it. The ConfigMap may exist already, hence a patch.
        # Source: https://docs.aws.amazon.com/eks/latest/userguide/auto-net-pol.html
        policies = k8s.core.v1.ConfigMapPatch(
            f"{name}-network-policies",
            metadata={"name": "amazon-vpc-cni", "namespace": "kube-system", "annotations": {"pulumi.com/patchForce": "true"}},
            data={"enable-network-policy-controller": "true"},
            opts=child,
        )
        node_class = k8s.apiextensions.CustomResource(
            f"{name}-class",
            api_version="eks.amazonaws.com/v1",
            kind="NodeClass",
            metadata={"name": NAME},
            spec={
                # The role of the built-in pools: EKS has created its access entry, and would refuse a second one.
                "role": args.node_role_name,
                "subnetSelectorTerms": [{"tags": args.subnet_tags}],
                "securityGroupSelectorTerms": [{"id": args.cluster_security_group_id}],
                "networkPolicy": "DefaultAllow",
                "networkPolicyEventLogs": "Enabled",
            },
            opts=pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(custom_timeouts=SLOW_DELETE)),
        )
        pool = k8s.apiextensions.CustomResource(
            f"{name}-pool",
            api_version="karpenter.sh/v1",
            kind="NodePool",
            metadata={"name": NAME},
            spec=_pool(args),
            opts=pulumi.ResourceOptions.merge(
                child, pulumi.ResourceOptions(depends_on=[node_class], custom_timeouts=SLOW_DELETE)
            ),
        )
        self.ready = [policies, pool]
        self.register_outputs({})


def _pool(args: NodesArgs) -> dict[str, object]:
    requirements = {
        "kubernetes.io/arch": [args.image_platform.removeprefix("linux/")],
        "karpenter.sh/capacity-type": [args.capacity],
        "topology.kubernetes.io/zone": list(args.zones),
        "eks.amazonaws.com/instance-category": ["c", "m", "r"],
    }
    return {
        "template": {
            "spec": {
                "nodeClassRef": {"group": "eks.amazonaws.com", "kind": "NodeClass", "name": NAME},
                "requirements": [{"key": key, "operator": "In", "values": values} for key, values in requirements.items()]
                # Auto Mode has no older generation.
                + [{"key": "eks.amazonaws.com/instance-generation", "operator": "Gt", "values": ["4"]}],
                "expireAfter": EXPIRE_AFTER,
                "terminationGracePeriod": TERMINATION_GRACE_PERIOD,
            }
        },
        "limits": {"cpu": str(args.cpu_limit)},
        "disruption": {
            "consolidationPolicy": "WhenEmptyOrUnderutilized",
            "consolidateAfter": "1m",
            "budgets": [{"nodes": "10%"}],
        },
    }
