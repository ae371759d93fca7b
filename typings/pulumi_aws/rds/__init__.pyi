# Written by make reference.
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NotRequired, TypedDict

import pulumi

class Instance(pulumi.CustomResource):
    address: pulumi.Output[str]
    allocated_storage: pulumi.Output[int]
    allow_major_version_upgrade: pulumi.Output[bool | None]
    apply_immediately: pulumi.Output[bool | None]
    arn: pulumi.Output[str]
    auto_minor_version_upgrade: pulumi.Output[bool | None]
    availability_zone: pulumi.Output[str]
    backup_retention_period: pulumi.Output[int]
    backup_target: pulumi.Output[str]
    backup_window: pulumi.Output[str]
    blue_green_update: pulumi.Output[Any]
    ca_cert_identifier: pulumi.Output[str]
    character_set_name: pulumi.Output[str]
    copy_tags_to_snapshot: pulumi.Output[bool | None]
    custom_iam_instance_profile: pulumi.Output[str | None]
    customer_owned_ip_enabled: pulumi.Output[bool | None]
    database_insights_mode: pulumi.Output[str]
    db_name: pulumi.Output[str]
    db_subnet_group_name: pulumi.Output[str]
    dedicated_log_volume: pulumi.Output[bool | None]
    delete_automated_backups: pulumi.Output[bool | None]
    deletion_protection: pulumi.Output[bool | None]
    domain: pulumi.Output[str | None]
    domain_auth_secret_arn: pulumi.Output[str | None]
    domain_dns_ips: pulumi.Output[Sequence[str] | None]
    domain_fqdn: pulumi.Output[str]
    domain_iam_role_name: pulumi.Output[str | None]
    domain_ou: pulumi.Output[str | None]
    enabled_cloudwatch_logs_exports: pulumi.Output[Sequence[str] | None]
    endpoint: pulumi.Output[str]
    engine: pulumi.Output[str]
    engine_lifecycle_support: pulumi.Output[str]
    engine_version: pulumi.Output[str]
    engine_version_actual: pulumi.Output[str]
    final_snapshot_identifier: pulumi.Output[str | None]
    hosted_zone_id: pulumi.Output[str]
    iam_database_authentication_enabled: pulumi.Output[bool | None]
    identifier: pulumi.Output[str]
    identifier_prefix: pulumi.Output[str]
    instance_class: pulumi.Output[str]
    iops: pulumi.Output[int]
    kms_key_id: pulumi.Output[str]
    latest_restorable_time: pulumi.Output[str]
    license_model: pulumi.Output[str]
    listener_endpoints: pulumi.Output[Sequence[Any]]
    maintenance_window: pulumi.Output[str]
    manage_master_user_password: pulumi.Output[bool | None]
    master_user_secret_kms_key_id: pulumi.Output[str]
    master_user_secrets: pulumi.Output[Sequence[Any]]
    max_allocated_storage: pulumi.Output[int | None]
    monitoring_interval: pulumi.Output[int | None]
    monitoring_role_arn: pulumi.Output[str]
    multi_az: pulumi.Output[bool]
    nchar_character_set_name: pulumi.Output[str]
    network_type: pulumi.Output[str]
    option_group_name: pulumi.Output[str]
    parameter_group_name: pulumi.Output[str]
    password: pulumi.Output[str | None]
    password_wo: pulumi.Output[str | None]
    password_wo_version: pulumi.Output[int | None]
    performance_insights_enabled: pulumi.Output[bool | None]
    performance_insights_kms_key_id: pulumi.Output[str]
    performance_insights_retention_period: pulumi.Output[int]
    port: pulumi.Output[int]
    publicly_accessible: pulumi.Output[bool | None]
    region: pulumi.Output[str]
    replica_mode: pulumi.Output[str]
    replicas: pulumi.Output[Sequence[str]]
    replicate_source_db: pulumi.Output[str | None]
    resource_id: pulumi.Output[str]
    restore_to_point_in_time: pulumi.Output[Any]
    s3_import: pulumi.Output[Any]
    skip_final_snapshot: pulumi.Output[bool | None]
    snapshot_identifier: pulumi.Output[str]
    status: pulumi.Output[str]
    storage_encrypted: pulumi.Output[bool | None]
    storage_throughput: pulumi.Output[int]
    storage_type: pulumi.Output[str]
    tags: pulumi.Output[Mapping[str, str] | None]
    tags_all: pulumi.Output[Mapping[str, str]]
    timezone: pulumi.Output[str]
    upgrade_rollout_order: pulumi.Output[str]
    upgrade_storage_config: pulumi.Output[bool | None]
    username: pulumi.Output[str]
    vpc_security_group_ids: pulumi.Output[Sequence[str]]
    warning_event_categories: pulumi.Output[Sequence[str] | None]
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        instance_class: pulumi.Input[str],
        allocated_storage: pulumi.Input[int | None] = ...,
        allow_major_version_upgrade: pulumi.Input[bool | None] = ...,
        apply_immediately: pulumi.Input[bool | None] = ...,
        auto_minor_version_upgrade: pulumi.Input[bool | None] = ...,
        availability_zone: pulumi.Input[str | None] = ...,
        backup_retention_period: pulumi.Input[int | None] = ...,
        backup_target: pulumi.Input[str | None] = ...,
        backup_window: pulumi.Input[str | None] = ...,
        blue_green_update: pulumi.Input[Mapping[str, Any] | None] = ...,
        ca_cert_identifier: pulumi.Input[str | None] = ...,
        character_set_name: pulumi.Input[str | None] = ...,
        copy_tags_to_snapshot: pulumi.Input[bool | None] = ...,
        custom_iam_instance_profile: pulumi.Input[str | None] = ...,
        customer_owned_ip_enabled: pulumi.Input[bool | None] = ...,
        database_insights_mode: pulumi.Input[str | None] = ...,
        db_name: pulumi.Input[str | None] = ...,
        db_subnet_group_name: pulumi.Input[str | None] = ...,
        dedicated_log_volume: pulumi.Input[bool | None] = ...,
        delete_automated_backups: pulumi.Input[bool | None] = ...,
        deletion_protection: pulumi.Input[bool | None] = ...,
        domain: pulumi.Input[str | None] = ...,
        domain_auth_secret_arn: pulumi.Input[str | None] = ...,
        domain_dns_ips: pulumi.Input[Sequence[pulumi.Input[str]] | None] = ...,
        domain_fqdn: pulumi.Input[str | None] = ...,
        domain_iam_role_name: pulumi.Input[str | None] = ...,
        domain_ou: pulumi.Input[str | None] = ...,
        enabled_cloudwatch_logs_exports: pulumi.Input[Sequence[pulumi.Input[str]] | None] = ...,
        engine: pulumi.Input[str | None] = ...,
        engine_lifecycle_support: pulumi.Input[str | None] = ...,
        engine_version: pulumi.Input[str | None] = ...,
        final_snapshot_identifier: pulumi.Input[str | None] = ...,
        iam_database_authentication_enabled: pulumi.Input[bool | None] = ...,
        identifier: pulumi.Input[str | None] = ...,
        identifier_prefix: pulumi.Input[str | None] = ...,
        iops: pulumi.Input[int | None] = ...,
        kms_key_id: pulumi.Input[str | None] = ...,
        license_model: pulumi.Input[str | None] = ...,
        maintenance_window: pulumi.Input[str | None] = ...,
        manage_master_user_password: pulumi.Input[bool | None] = ...,
        master_user_secret_kms_key_id: pulumi.Input[str | None] = ...,
        max_allocated_storage: pulumi.Input[int | None] = ...,
        monitoring_interval: pulumi.Input[int | None] = ...,
        monitoring_role_arn: pulumi.Input[str | None] = ...,
        multi_az: pulumi.Input[bool | None] = ...,
        nchar_character_set_name: pulumi.Input[str | None] = ...,
        network_type: pulumi.Input[str | None] = ...,
        option_group_name: pulumi.Input[str | None] = ...,
        parameter_group_name: pulumi.Input[str | None] = ...,
        password: pulumi.Input[str | None] = ...,
        password_wo: pulumi.Input[str | None] = ...,
        password_wo_version: pulumi.Input[int | None] = ...,
        performance_insights_enabled: pulumi.Input[bool | None] = ...,
        performance_insights_kms_key_id: pulumi.Input[str | None] = ...,
        performance_insights_retention_period: pulumi.Input[int | None] = ...,
        port: pulumi.Input[int | None] = ...,
        publicly_accessible: pulumi.Input[bool | None] = ...,
        region: pulumi.Input[str | None] = ...,
        replica_mode: pulumi.Input[str | None] = ...,
        replicate_source_db: pulumi.Input[str | None] = ...,
        restore_to_point_in_time: pulumi.Input[Mapping[str, Any] | None] = ...,
        s3_import: pulumi.Input[Mapping[str, Any] | None] = ...,
        skip_final_snapshot: pulumi.Input[bool | None] = ...,
        snapshot_identifier: pulumi.Input[str | None] = ...,
        storage_encrypted: pulumi.Input[bool | None] = ...,
        storage_throughput: pulumi.Input[int | None] = ...,
        storage_type: pulumi.Input[str | None] = ...,
        tags: pulumi.Input[Mapping[str, pulumi.Input[str]] | None] = ...,
        timezone: pulumi.Input[str | None] = ...,
        upgrade_storage_config: pulumi.Input[bool | None] = ...,
        username: pulumi.Input[str | None] = ...,
        vpc_security_group_ids: pulumi.Input[Sequence[pulumi.Input[str]] | None] = ...,
        warning_event_categories: pulumi.Input[Sequence[pulumi.Input[str]] | None] = ...,
    ) -> None: ...

class ParameterGroup(pulumi.CustomResource):
    arn: pulumi.Output[str]
    description: pulumi.Output[str]
    family: pulumi.Output[str]
    name: pulumi.Output[str]
    name_prefix: pulumi.Output[str]
    parameters: pulumi.Output[Sequence[Any] | None]
    region: pulumi.Output[str]
    skip_destroy: pulumi.Output[bool | None]
    tags: pulumi.Output[Mapping[str, str] | None]
    tags_all: pulumi.Output[Mapping[str, str]]
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        family: pulumi.Input[str],
        description: pulumi.Input[str | None] = ...,
        name: pulumi.Input[str | None] = ...,
        name_prefix: pulumi.Input[str | None] = ...,
        parameters: pulumi.Input[Sequence[pulumi.Input[ParameterGroupParameterArgsDict]] | None] = ...,
        region: pulumi.Input[str | None] = ...,
        skip_destroy: pulumi.Input[bool | None] = ...,
        tags: pulumi.Input[Mapping[str, pulumi.Input[str]] | None] = ...,
    ) -> None: ...

class ParameterGroupParameterArgsDict(TypedDict):
    name: pulumi.Input[str]
    value: pulumi.Input[str]
    apply_method: NotRequired[pulumi.Input[str | None]]

class SubnetGroup(pulumi.CustomResource):
    arn: pulumi.Output[str]
    description: pulumi.Output[str]
    name: pulumi.Output[str]
    name_prefix: pulumi.Output[str]
    region: pulumi.Output[str]
    subnet_ids: pulumi.Output[Sequence[str]]
    supported_network_types: pulumi.Output[Sequence[str]]
    tags: pulumi.Output[Mapping[str, str] | None]
    tags_all: pulumi.Output[Mapping[str, str]]
    vpc_id: pulumi.Output[str]
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        subnet_ids: pulumi.Input[Sequence[pulumi.Input[str]]],
        description: pulumi.Input[str | None] = ...,
        name: pulumi.Input[str | None] = ...,
        name_prefix: pulumi.Input[str | None] = ...,
        region: pulumi.Input[str | None] = ...,
        tags: pulumi.Input[Mapping[str, pulumi.Input[str]] | None] = ...,
    ) -> None: ...

class GetEngineVersionResult:
    default_character_set: str
    default_only: bool | None
    engine: str
    engine_description: str
    exportable_log_types: Sequence[str]
    filters: Sequence[Any] | None
    has_major_target: bool | None
    has_minor_target: bool | None
    id: str
    include_all: bool | None
    latest: bool | None
    parameter_group_family: str
    preferred_major_targets: Sequence[str] | None
    preferred_upgrade_targets: Sequence[str] | None
    preferred_versions: Sequence[str] | None
    region: str
    status: str
    supported_character_sets: Sequence[str]
    supported_feature_names: Sequence[str]
    supported_modes: Sequence[str]
    supported_timezones: Sequence[str]
    supports_certificate_rotation_without_restart: bool
    supports_global_databases: bool
    supports_integrations: bool
    supports_limitless_database: bool
    supports_local_write_forwarding: bool
    supports_log_exports_to_cloudwatch: bool
    supports_parallel_query: bool
    supports_read_replica: bool
    valid_major_targets: Sequence[str]
    valid_minor_targets: Sequence[str]
    valid_upgrade_targets: Sequence[str]
    version: str
    version_actual: str
    version_description: str

def get_engine_version(
    *,
    default_only: bool | None = ...,
    engine: str | None = ...,
    filters: Sequence[Mapping[str, Any]] | None = ...,
    has_major_target: bool | None = ...,
    has_minor_target: bool | None = ...,
    include_all: bool | None = ...,
    latest: bool | None = ...,
    parameter_group_family: str | None = ...,
    preferred_major_targets: Sequence[str] | None = ...,
    preferred_upgrade_targets: Sequence[str] | None = ...,
    preferred_versions: Sequence[str] | None = ...,
    region: str | None = ...,
    version: str | None = ...,
    opts: pulumi.InvokeOptions | None = ...,
) -> GetEngineVersionResult: ...

class GetOrderableDbInstanceResult:
    availability_zone_group: str
    availability_zones: Sequence[str]
    engine: str
    engine_latest_version: bool | None
    engine_version: str
    id: str
    instance_class: str
    license_model: str
    max_iops_per_db_instance: int
    max_iops_per_gib: float
    max_storage_size: int
    min_iops_per_db_instance: int
    min_iops_per_gib: float
    min_storage_size: int
    multi_az_capable: bool
    outpost_capable: bool
    preferred_engine_versions: Sequence[str] | None
    preferred_instance_classes: Sequence[str] | None
    read_replica_capable: bool
    region: str
    storage_type: str
    supported_engine_modes: Sequence[str]
    supported_network_types: Sequence[str]
    supports_clusters: bool
    supports_enhanced_monitoring: bool
    supports_global_databases: bool
    supports_iam_database_authentication: bool
    supports_iops: bool
    supports_kerberos_authentication: bool
    supports_multi_az: bool
    supports_performance_insights: bool
    supports_storage_autoscaling: bool
    supports_storage_encryption: bool
    vpc: bool

def get_orderable_db_instance(
    *,
    availability_zone_group: str | None = ...,
    engine: str | None = ...,
    engine_latest_version: bool | None = ...,
    engine_version: str | None = ...,
    instance_class: str | None = ...,
    license_model: str | None = ...,
    preferred_engine_versions: Sequence[str] | None = ...,
    preferred_instance_classes: Sequence[str] | None = ...,
    read_replica_capable: bool | None = ...,
    region: str | None = ...,
    storage_type: str | None = ...,
    supported_engine_modes: Sequence[str] | None = ...,
    supported_network_types: Sequence[str] | None = ...,
    supports_clusters: bool | None = ...,
    supports_enhanced_monitoring: bool | None = ...,
    supports_global_databases: bool | None = ...,
    supports_iam_database_authentication: bool | None = ...,
    supports_iops: bool | None = ...,
    supports_kerberos_authentication: bool | None = ...,
    supports_multi_az: bool | None = ...,
    supports_performance_insights: bool | None = ...,
    supports_storage_autoscaling: bool | None = ...,
    supports_storage_encryption: bool | None = ...,
    vpc: bool | None = ...,
    opts: pulumi.InvokeOptions | None = ...,
) -> GetOrderableDbInstanceResult: ...
