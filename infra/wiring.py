"""The arguments of each part of the stack, from its settings and from the parts before it. Pure functions: none declares."""

from dataclasses import dataclass

import pulumi

from infra import application, contexts, naming
from infra.app_context import Platform
from infra.aws import database as rds
from infra.aws.account import Account
from infra.aws.alarms import AlarmsArgs
from infra.aws.cluster import Cluster, ClusterArgs
from infra.aws.database import Database, DatabaseArgs
from infra.aws.keys import Keys, KeysArgs
from infra.aws.load_balancer import LoadBalancer, LoadBalancerArgs, Route
from infra.aws.network import SUBNET_TIER, Network, NetworkArgs
from infra.aws.registry import ImageSource, Registry, RegistryArgs
from infra.environment import Stack
from infra.grants import Server
from infra.kubernetes.nodes import Nodes, NodesArgs
from infra.kubernetes.storage import Storage
from infra.outputs import Outputs


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The parts that the apps run on."""

    network: Network
    registry: Registry
    cluster: Cluster
    database: Database
    load_balancer: LoadBalancer
    nodes: Nodes
    storage: Storage


def keys(stack: Stack, account: Account) -> KeysArgs:
    """Return the arguments of the encryption keys."""
    return KeysArgs(
        account_id=account.account_id,
        partition=account.partition,
        region=account.region,
        protect_data=stack.settings.protect_data,
    )


def network(stack: Stack, account: Account, keys: Keys) -> NetworkArgs:
    """Return the arguments of the VPC."""
    return NetworkArgs(
        vpc_cidr=stack.settings.vpc_cidr,
        region=account.region,
        zone_letters=stack.settings.zones,
        zones=account.zones,
        nat=stack.settings.nat,
        flow_logs=stack.settings.flow_logs,
        log_key_arn=keys.log_key_arn,
    )


def registry(stack: Stack, keys: Keys) -> RegistryArgs:
    """Return the arguments of the image registry: one source for each image that the apps need."""
    return RegistryArgs(
        sources=tuple(
            ImageSource(
                key=key,
                repository_name=naming.repository(stack.environment_name, key),
                context=contexts.relative(folder),
            )
            for key, folder in application.image_contexts(stack.apps).items()
        ),
        platform=stack.settings.image_platform,
        key_arn=keys.image_key_arn,
    )


def cluster(stack: Stack, account: Account, keys: Keys, network: Network) -> ClusterArgs:
    """Return the arguments of the EKS cluster."""
    return ClusterArgs(
        cluster_name=stack.environment_name,
        partition=account.partition,
        region=account.region,
        kubernetes_version=stack.settings.kubernetes_version,
        subnet_ids=network.control_plane_subnet_ids,
        api_access_cidrs=stack.settings.public_api_cidrs,
        admin_role_arns=stack.settings.admin_role_arns,
        secrets_key_arn=keys.cluster_key_arn,
        log_key_arn=keys.log_key_arn,
        protect_data=stack.settings.protect_data,
    )


def database(stack: Stack, account: Account, keys: Keys, network: Network, cluster: Cluster) -> DatabaseArgs:
    """Return the arguments of the database, whose clients are the nodes and pods of the cluster."""
    return DatabaseArgs(
        identifier=stack.environment_name,
        partition=account.partition,
        vpc_id=network.vpc_id,
        subnet_ids=network.isolated_subnet_ids,
        client_security_group_id=cluster.security_group_id,
        instance_class=stack.settings.database_instance_class,
        multi_az=stack.settings.database_multi_az,
        storage_gib=stack.settings.database_storage_gib,
        backup_days=stack.settings.database_backup_days,
        password=stack.settings.database_master_password,
        key_arn=keys.database_key_arn,
        log_key_arn=keys.log_key_arn,
        protect_data=stack.settings.protect_data,
    )


def load_balancer(stack: Stack, network: Network, cluster: Cluster) -> LoadBalancerArgs:
    """Return the arguments of the load balancer: one route for each path prefix of the apps' services."""
    return LoadBalancerArgs(
        vpc_id=network.vpc_id,
        subnet_ids=network.public_subnet_ids,
        internet_route=network.internet_route,
        cluster_name=stack.environment_name,
        target_security_group_id=cluster.security_group_id,
        routes=tuple(
            Route(
                host=app.host(service),
                service=app.qualified(service.name),
                path=path,
                port=service.port,
                sticky=service.sticky,
            )
            for app in stack.apps
            for service in app.services
            for path in service.routes
        ),
        domain=stack.settings.domain,
        protect_data=stack.settings.protect_data,
    )


def alarms(stack: Stack, email: str, database: Database, load_balancer: LoadBalancer) -> AlarmsArgs:
    """Return the arguments of the alarms that are sent to an e-mail address."""
    return AlarmsArgs(
        email=email,
        database_id=database.instance_id,
        database_storage_gib=stack.settings.database_storage_gib,
        load_balancer_suffix=load_balancer.arn_suffix,
        target_group_suffixes=load_balancer.target_group_suffixes,
    )


def nodes(stack: Stack, account: Account, cluster: Cluster) -> NodesArgs:
    """Return the arguments of the node pool."""
    return NodesArgs(
        node_role_name=cluster.node_role_name,
        cluster_security_group_id=cluster.security_group_id,
        subnet_tags={SUBNET_TIER: "private", "stack": stack.name, "project": stack.project},
        zones=account.zones,
        capacity=stack.settings.node_capacity,
        image_platform=stack.settings.image_platform,
        cpu_limit=stack.settings.node_cpu_limit,
    )


def server(stack: Stack, parts: Parts) -> Server:
    """Return the database server as the Jobs reach it that create the apps' users on it."""
    return Server(
        address=parts.database.address,
        port=rds.PORT,
        master_user=rds.MASTER_USER,
        master_password=stack.settings.database_master_password,
        cidrs=parts.network.isolated_cidrs,
        authorities=stack.database_authorities,
    )


def platform(stack: Stack, parts: Parts, opts: pulumi.ResourceOptions) -> Platform:
    """Return everything that the apps run on. Their pods wait for nodes, load balancer and database."""
    return Platform(
        images=parts.registry.image_refs,
        image_platform=stack.settings.image_platform,
        replicas=stack.settings.replicas,
        server=server(stack, parts),
        storage_class=parts.storage.storage_class,
        protect_data=stack.settings.protect_data,
        balancer_cidrs=parts.network.public_cidrs,
        target_group_arns=parts.load_balancer.target_group_arns,
        ready=[*parts.nodes.ready, *parts.load_balancer.access, parts.database.access],
        opts=opts,
    )


def outputs(parts: Parts) -> Outputs:
    """Return the outputs of the stack."""
    return Outputs(
        vpc_id=parts.network.vpc_id,
        cluster_name=parts.cluster.cluster_name,
        kubeconfig=parts.cluster.kubeconfig,
        database_endpoint=parts.database.endpoint,
        load_balancer_dns_name=parts.load_balancer.dns_name,
        site_urls=parts.load_balancer.site_urls,
        image_refs=parts.registry.image_refs,
    )
