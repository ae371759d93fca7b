"""The two explicit providers. Pulumi's default ones are disabled in the stack files, so a forgotten provider is an error."""

from typing import Final

import pulumi
import pulumi_aws
import pulumi_kubernetes

from infra.aws import account
from infra.aws.account import Account
from infra.aws.cluster import Cluster
from infra.aws.network import Network
from infra.environment import Stack
from infra.kubernetes import access

# The AWS provider repeats refused requests with growing pauses, also those that an expired session can never pass: its default
# of 25 takes an hour, 10 take about two minutes and outlast a burst of throttling.
# Source: https://github.com/hashicorp/terraform-provider-aws/issues/15618
MAX_RETRIES: Final = 10


def aws(stack: Stack) -> tuple[pulumi.ResourceOptions, Account]:
    """Declare the AWS provider, which tags every resource. Return the options that select it, and the account behind it.

    Raise SettingsError if the account does not fit the settings.
    """
    provider = pulumi_aws.Provider(
        "aws", region=pulumi_aws.config.region, default_tags={"tags": stack.tags}, max_retries=MAX_RETRIES
    )
    return pulumi.ResourceOptions(provider=provider), account.look_up(stack.settings, stack.name, provider)


def kubernetes(cluster: Cluster, network: Network) -> pulumi.ResourceOptions:
    """Declare the Kubernetes provider. Return the options that select it."""
    provider = pulumi_kubernetes.Provider(
        "kubernetes",
        kubeconfig=access.wait_for_access(cluster.kubeconfig, cluster.admins),
        cluster_identifier=cluster.identifier,
        # Pods cannot pull an image before the private subnets have a route to the Internet.
        opts=pulumi.ResourceOptions(depends_on=network.private_routes),
    )
    return pulumi.ResourceOptions(provider=provider)
