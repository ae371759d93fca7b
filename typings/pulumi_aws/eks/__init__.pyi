# Written by make reference.
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NotRequired, TypedDict

import pulumi

class AccessEntry(pulumi.CustomResource):
    access_entry_arn: pulumi.Output[str]
    cluster_name: pulumi.Output[str]
    created_at: pulumi.Output[str]
    kubernetes_groups: pulumi.Output[Sequence[str]]
    modified_at: pulumi.Output[str]
    principal_arn: pulumi.Output[str]
    region: pulumi.Output[str]
    tags: pulumi.Output[Mapping[str, str] | None]
    tags_all: pulumi.Output[Mapping[str, str]]
    type: pulumi.Output[str | None]
    user_name: pulumi.Output[str]
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        cluster_name: pulumi.Input[str],
        principal_arn: pulumi.Input[str],
        kubernetes_groups: pulumi.Input[Sequence[pulumi.Input[str]] | None] = ...,
        region: pulumi.Input[str | None] = ...,
        tags: pulumi.Input[Mapping[str, pulumi.Input[str]] | None] = ...,
        type: pulumi.Input[str | None] = ...,
        user_name: pulumi.Input[str | None] = ...,
    ) -> None: ...

class AccessPolicyAssociation(pulumi.CustomResource):
    access_scope: pulumi.Output[Any]
    associated_at: pulumi.Output[str]
    cluster_name: pulumi.Output[str]
    modified_at: pulumi.Output[str]
    policy_arn: pulumi.Output[str]
    principal_arn: pulumi.Output[str]
    region: pulumi.Output[str]
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        access_scope: pulumi.Input[AccessPolicyAssociationAccessScopeArgsDict],
        cluster_name: pulumi.Input[str],
        policy_arn: pulumi.Input[str],
        principal_arn: pulumi.Input[str],
        region: pulumi.Input[str | None] = ...,
    ) -> None: ...

class AccessPolicyAssociationAccessScopeArgsDict(TypedDict):
    type: pulumi.Input[str]
    namespaces: NotRequired[pulumi.Input[Sequence[pulumi.Input[str]] | None]]

class Cluster(pulumi.CustomResource):
    access_config: pulumi.Output[Any]
    arn: pulumi.Output[str]
    bootstrap_self_managed_addons: pulumi.Output[bool | None]
    certificate_authority: pulumi.Output[Any]
    cluster_id: pulumi.Output[str]
    compute_config: pulumi.Output[Any]
    control_plane_scaling_config: pulumi.Output[Any]
    created_at: pulumi.Output[str]
    default_addons_to_removes: pulumi.Output[Sequence[str] | None]
    deletion_protection: pulumi.Output[bool]
    enabled_cluster_log_types: pulumi.Output[Sequence[str] | None]
    encryption_config: pulumi.Output[Any]
    endpoint: pulumi.Output[str]
    force_update_version: pulumi.Output[bool | None]
    identities: pulumi.Output[Sequence[Any]]
    kube_api_server_config: pulumi.Output[Any]
    kube_controller_manager_config: pulumi.Output[Any]
    kube_scheduler_config: pulumi.Output[Any]
    kubernetes_network_config: pulumi.Output[Any]
    name: pulumi.Output[str]
    outpost_config: pulumi.Output[Any]
    platform_version: pulumi.Output[str]
    region: pulumi.Output[str]
    remote_network_config: pulumi.Output[Any]
    role_arn: pulumi.Output[str]
    status: pulumi.Output[str]
    storage_config: pulumi.Output[Any]
    tags: pulumi.Output[Mapping[str, str] | None]
    tags_all: pulumi.Output[Mapping[str, str]]
    upgrade_policy: pulumi.Output[Any]
    version: pulumi.Output[str]
    vpc_config: pulumi.Output[Any]
    zonal_shift_config: pulumi.Output[Any]
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        role_arn: pulumi.Input[str],
        vpc_config: pulumi.Input[ClusterVpcConfigArgsDict],
        access_config: pulumi.Input[ClusterAccessConfigArgsDict | None] = ...,
        bootstrap_self_managed_addons: pulumi.Input[bool | None] = ...,
        compute_config: pulumi.Input[ClusterComputeConfigArgsDict | None] = ...,
        control_plane_scaling_config: pulumi.Input[Mapping[str, Any] | None] = ...,
        default_addons_to_removes: pulumi.Input[Sequence[pulumi.Input[str]] | None] = ...,
        deletion_protection: pulumi.Input[bool | None] = ...,
        enabled_cluster_log_types: pulumi.Input[Sequence[pulumi.Input[str]] | None] = ...,
        encryption_config: pulumi.Input[ClusterEncryptionConfigArgsDict | None] = ...,
        force_update_version: pulumi.Input[bool | None] = ...,
        kube_api_server_config: pulumi.Input[Mapping[str, Any] | None] = ...,
        kube_controller_manager_config: pulumi.Input[Mapping[str, Any] | None] = ...,
        kube_scheduler_config: pulumi.Input[Mapping[str, Any] | None] = ...,
        kubernetes_network_config: pulumi.Input[ClusterKubernetesNetworkConfigArgsDict | None] = ...,
        name: pulumi.Input[str | None] = ...,
        outpost_config: pulumi.Input[Mapping[str, Any] | None] = ...,
        region: pulumi.Input[str | None] = ...,
        remote_network_config: pulumi.Input[Mapping[str, Any] | None] = ...,
        storage_config: pulumi.Input[ClusterStorageConfigArgsDict | None] = ...,
        tags: pulumi.Input[Mapping[str, pulumi.Input[str]] | None] = ...,
        upgrade_policy: pulumi.Input[ClusterUpgradePolicyArgsDict | None] = ...,
        version: pulumi.Input[str | None] = ...,
        zonal_shift_config: pulumi.Input[Mapping[str, Any] | None] = ...,
    ) -> None: ...

class ClusterAccessConfigArgsDict(TypedDict):
    authentication_mode: NotRequired[pulumi.Input[str | None]]
    bootstrap_cluster_creator_admin_permissions: NotRequired[pulumi.Input[bool | None]]

class ClusterComputeConfigArgsDict(TypedDict):
    enabled: NotRequired[pulumi.Input[bool | None]]
    node_pools: NotRequired[pulumi.Input[Sequence[pulumi.Input[str]] | None]]
    node_role_arn: NotRequired[pulumi.Input[str | None]]

class ClusterEncryptionConfigArgsDict(TypedDict):
    provider: pulumi.Input[ClusterEncryptionConfigProviderArgsDict]
    resources: pulumi.Input[Sequence[pulumi.Input[str]]]

class ClusterEncryptionConfigProviderArgsDict(TypedDict):
    key_arn: pulumi.Input[str]

class ClusterKubernetesNetworkConfigArgsDict(TypedDict):
    elastic_load_balancing: NotRequired[pulumi.Input[ClusterKubernetesNetworkConfigElasticLoadBalancingArgsDict | None]]
    ip_family: NotRequired[pulumi.Input[str | None]]
    service_ipv4_cidr: NotRequired[pulumi.Input[str | None]]
    service_ipv6_cidr: NotRequired[pulumi.Input[str | None]]

class ClusterKubernetesNetworkConfigElasticLoadBalancingArgsDict(TypedDict):
    enabled: NotRequired[pulumi.Input[bool | None]]

class ClusterStorageConfigArgsDict(TypedDict):
    block_storage: NotRequired[pulumi.Input[ClusterStorageConfigBlockStorageArgsDict | None]]

class ClusterStorageConfigBlockStorageArgsDict(TypedDict):
    enabled: NotRequired[pulumi.Input[bool | None]]

class ClusterUpgradePolicyArgsDict(TypedDict):
    support_type: NotRequired[pulumi.Input[str | None]]

class ClusterVpcConfigArgsDict(TypedDict):
    subnet_ids: pulumi.Input[Sequence[pulumi.Input[str]]]
    cluster_security_group_id: NotRequired[pulumi.Input[str | None]]
    control_plane_egress_mode: NotRequired[pulumi.Input[str | None]]
    endpoint_private_access: NotRequired[pulumi.Input[bool | None]]
    endpoint_public_access: NotRequired[pulumi.Input[bool | None]]
    public_access_cidrs: NotRequired[pulumi.Input[Sequence[pulumi.Input[str]] | None]]
    security_group_ids: NotRequired[pulumi.Input[Sequence[pulumi.Input[str]] | None]]
    vpc_id: NotRequired[pulumi.Input[str | None]]
