"""Slipway: settings -> providers -> components -> exports."""

from datetime import date
from pathlib import Path

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as k8s

from infra import application, catalog, contexts, grants, naming, settings, support
from infra.aws import account, database
from infra.aws.alarms import Alarms, AlarmsArgs
from infra.aws.cluster import Cluster, ClusterArgs
from infra.aws.database import Database, DatabaseArgs
from infra.aws.keys import Keys, KeysArgs
from infra.aws.load_balancer import LoadBalancer, LoadBalancerArgs, Route
from infra.aws.network import SUBNET_TIER, Network, NetworkArgs
from infra.aws.registry import ImageSource, Registry, RegistryArgs
from infra.kubernetes import access
from infra.kubernetes.nodes import Nodes, NodesArgs
from infra.kubernetes.storage import Storage

stack, project = pulumi.get_stack(), pulumi.get_project()
s = settings.load(pulumi.Config("slipway"), stack)
apps = catalog.load(s, stack)
support.warn(s.kubernetes_version, database.ENGINE_VERSION, date.today())
secrets = settings.app_secrets(pulumi.Config, stack, apps)
name = naming.environment(project, stack)

tags = {"project": project, "stack": stack, "owner": pulumi.get_organization(), "managed_by": "pulumi"}
provider = aws.Provider("aws", region=aws.config.region, default_tags={"tags": tags})
on_aws = pulumi.ResourceOptions(provider=provider)
here = account.look_up(s, stack, provider)
place = {"partition": here.partition, "region": here.region}

keys = Keys("keys", KeysArgs(account_id=here.account_id, protect_data=s.protect_data, **place), on_aws)
network = Network(
    "network",
    NetworkArgs(
        vpc_cidr=s.vpc_cidr, region=here.region, zone_letters=s.zones, zones=here.zones, nat=s.nat, flow_logs=s.flow_logs,
        log_key_arn=keys.log_key_arn,
    ),
    on_aws,
)  # fmt: skip
folders = application.image_contexts(apps)
contexts.normalize_modes(folders.values())
sources = tuple(
    ImageSource(key=key, repository_name=naming.repository(name, key), context=contexts.relative(folder))
    for key, folder in folders.items()
)
registry = Registry("images", RegistryArgs(sources=sources, platform=s.image_platform, key_arn=keys.image_key_arn), on_aws)
cluster = Cluster(
    "cluster",
    ClusterArgs(
        cluster_name=name, kubernetes_version=s.kubernetes_version, subnet_ids=network.control_plane_subnet_ids, **place,
        api_access_cidrs=s.public_api_cidrs, admin_role_arns=s.admin_role_arns,
        secrets_key_arn=keys.cluster_key_arn, log_key_arn=keys.log_key_arn, protect_data=s.protect_data,
    ),
    on_aws,
)  # fmt: skip
mysql = Database(
    "database",
    DatabaseArgs(
        identifier=name, partition=here.partition, vpc_id=network.vpc_id, subnet_ids=network.isolated_subnet_ids,
        client_security_group_id=cluster.security_group_id, instance_class=s.database_instance_class,
        multi_az=s.database_multi_az, storage_gib=s.database_storage_gib, backup_days=s.database_backup_days,
        password=s.database_password, key_arn=keys.database_key_arn, log_key_arn=keys.log_key_arn, protect_data=s.protect_data,
    ),
    on_aws,
)  # fmt: skip
routes = tuple(
    Route(host=a.host(v), app=a.name, service=v.name, path=path, port=v.port, sticky=v.sticky)
    for a in apps for v in a.services for path in v.routes
)  # fmt: skip
balancer = LoadBalancer(
    "balancer",
    LoadBalancerArgs(
        vpc_id=network.vpc_id, subnet_ids=network.public_subnet_ids, internet_route=network.internet_route, cluster_name=name,
        routes=routes, domain=s.domain, target_security_group_id=cluster.security_group_id, protect_data=s.protect_data,
    ),
    on_aws,
)  # fmt: skip
if s.alarm_email:
    Alarms("alarms", AlarmsArgs(
        email=s.alarm_email, database_id=mysql.instance_id, database_storage_gib=s.database_storage_gib,
        load_balancer_suffix=balancer.arn_suffix, target_group_suffixes=balancer.target_group_suffixes,
    ), on_aws)  # fmt: skip

kubernetes = k8s.Provider(
    "kubernetes",
    kubeconfig=access.awaited(cluster.kubeconfig, cluster.admins),
    cluster_identifier=cluster.identifier,
    # Pods can pull nothing before the private subnets have a way out.
    opts=pulumi.ResourceOptions(depends_on=network.private_routes),
)
on_kubernetes = pulumi.ResourceOptions(provider=kubernetes)
nodes = Nodes(
    "nodes",
    NodesArgs(
        node_role_name=cluster.node_role_name, cluster_security_group_id=cluster.security_group_id, zones=here.zones,
        subnet_tags={SUBNET_TIER: "private", "stack": stack, "project": project}, capacity=s.node_capacity,
        image_platform=s.image_platform, cpu_limit=s.node_cpu_limit,
    ),
    on_kubernetes,
)  # fmt: skip
storage = Storage("storage", on_kubernetes)
server = grants.Server(
    address=mysql.address, port=database.PORT, master_user=database.MASTER_USER, master_password=s.database_password,
    cidrs=network.isolated_cidrs, authorities=Path(s.database_ca_file).read_text(),
)  # fmt: skip
application.deploy(apps, secrets, application.Platform(
    images=registry.image_refs, image_platform=s.image_platform, replicas=s.replicas, server=server, opts=on_kubernetes,
    storage_class=storage.storage_class, protect_data=s.protect_data,
    balancer_cidrs=network.public_cidrs, target_group_arns=balancer.target_group_arns,
    ready=[*nodes.ready, *balancer.access, mysql.access],
))  # fmt: skip

pulumi.export("vpc_id", network.vpc_id)
pulumi.export("cluster_name", cluster.cluster_name)
pulumi.export("kubeconfig", cluster.kubeconfig)
pulumi.export("database_endpoint", mysql.endpoint)
pulumi.export("load_balancer_dns_name", balancer.dns_name)
pulumi.export("site_urls", balancer.site_urls)
pulumi.export("image_refs", registry.image_refs)
