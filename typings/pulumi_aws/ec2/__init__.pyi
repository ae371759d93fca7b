# Written by make reference.
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NotRequired, TypedDict

import pulumi

class DefaultSecurityGroup(pulumi.CustomResource):
    arn: pulumi.Output[str]
    description: pulumi.Output[str]
    egress: pulumi.Output[Sequence[Any]]
    ingress: pulumi.Output[Sequence[Any]]
    name: pulumi.Output[str]
    name_prefix: pulumi.Output[str]
    owner_id: pulumi.Output[str]
    region: pulumi.Output[str]
    revoke_rules_on_delete: pulumi.Output[bool | None]
    tags: pulumi.Output[Mapping[str, str] | None]
    tags_all: pulumi.Output[Mapping[str, str]]
    vpc_id: pulumi.Output[str]
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        egress: pulumi.Input[Sequence[pulumi.Input[Mapping[str, Any]]] | None] = ...,
        ingress: pulumi.Input[Sequence[pulumi.Input[Mapping[str, Any]]] | None] = ...,
        region: pulumi.Input[str | None] = ...,
        revoke_rules_on_delete: pulumi.Input[bool | None] = ...,
        tags: pulumi.Input[Mapping[str, pulumi.Input[str]] | None] = ...,
        vpc_id: pulumi.Input[str | None] = ...,
    ) -> None: ...

class Eip(pulumi.CustomResource):
    address: pulumi.Output[str | None]
    allocation_id: pulumi.Output[str]
    arn: pulumi.Output[str]
    associate_with_private_ip: pulumi.Output[str | None]
    association_id: pulumi.Output[str]
    carrier_ip: pulumi.Output[str]
    customer_owned_ip: pulumi.Output[str]
    customer_owned_ipv4_pool: pulumi.Output[str | None]
    domain: pulumi.Output[str]
    instance: pulumi.Output[str]
    ipam_pool_id: pulumi.Output[str]
    network_border_group: pulumi.Output[str]
    network_interface: pulumi.Output[str]
    private_dns: pulumi.Output[str]
    private_ip: pulumi.Output[str]
    ptr_record: pulumi.Output[str]
    public_dns: pulumi.Output[str]
    public_ip: pulumi.Output[str]
    public_ipv4_pool: pulumi.Output[str]
    region: pulumi.Output[str]
    tags: pulumi.Output[Mapping[str, str] | None]
    tags_all: pulumi.Output[Mapping[str, str]]
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        address: pulumi.Input[str | None] = ...,
        associate_with_private_ip: pulumi.Input[str | None] = ...,
        customer_owned_ipv4_pool: pulumi.Input[str | None] = ...,
        domain: pulumi.Input[str | None] = ...,
        instance: pulumi.Input[str | None] = ...,
        ipam_pool_id: pulumi.Input[str | None] = ...,
        network_border_group: pulumi.Input[str | None] = ...,
        network_interface: pulumi.Input[str | None] = ...,
        public_ipv4_pool: pulumi.Input[str | None] = ...,
        region: pulumi.Input[str | None] = ...,
        tags: pulumi.Input[Mapping[str, pulumi.Input[str]] | None] = ...,
    ) -> None: ...

class FlowLog(pulumi.CustomResource):
    arn: pulumi.Output[str]
    deliver_cross_account_role: pulumi.Output[str | None]
    destination_options: pulumi.Output[Any]
    eni_id: pulumi.Output[str | None]
    iam_role_arn: pulumi.Output[str | None]
    log_destination: pulumi.Output[str]
    log_destination_type: pulumi.Output[str | None]
    log_format: pulumi.Output[str]
    max_aggregation_interval: pulumi.Output[int | None]
    region: pulumi.Output[str]
    regional_nat_gateway_id: pulumi.Output[str | None]
    subnet_id: pulumi.Output[str | None]
    tag_field_specifications: pulumi.Output[Sequence[Any] | None]
    tags: pulumi.Output[Mapping[str, str] | None]
    tags_all: pulumi.Output[Mapping[str, str]]
    traffic_type: pulumi.Output[str | None]
    transit_gateway_attachment_id: pulumi.Output[str | None]
    transit_gateway_id: pulumi.Output[str | None]
    vpc_id: pulumi.Output[str | None]
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        deliver_cross_account_role: pulumi.Input[str | None] = ...,
        destination_options: pulumi.Input[Mapping[str, Any] | None] = ...,
        eni_id: pulumi.Input[str | None] = ...,
        iam_role_arn: pulumi.Input[str | None] = ...,
        log_destination: pulumi.Input[str | None] = ...,
        log_destination_type: pulumi.Input[str | None] = ...,
        log_format: pulumi.Input[str | None] = ...,
        max_aggregation_interval: pulumi.Input[int | None] = ...,
        region: pulumi.Input[str | None] = ...,
        regional_nat_gateway_id: pulumi.Input[str | None] = ...,
        subnet_id: pulumi.Input[str | None] = ...,
        tag_field_specifications: pulumi.Input[Sequence[pulumi.Input[Mapping[str, Any]]] | None] = ...,
        tags: pulumi.Input[Mapping[str, pulumi.Input[str]] | None] = ...,
        traffic_type: pulumi.Input[str | None] = ...,
        transit_gateway_attachment_id: pulumi.Input[str | None] = ...,
        transit_gateway_id: pulumi.Input[str | None] = ...,
        vpc_id: pulumi.Input[str | None] = ...,
    ) -> None: ...

class InternetGateway(pulumi.CustomResource):
    arn: pulumi.Output[str]
    owner_id: pulumi.Output[str]
    region: pulumi.Output[str]
    tags: pulumi.Output[Mapping[str, str] | None]
    tags_all: pulumi.Output[Mapping[str, str]]
    vpc_id: pulumi.Output[str]
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        region: pulumi.Input[str | None] = ...,
        tags: pulumi.Input[Mapping[str, pulumi.Input[str]] | None] = ...,
        vpc_id: pulumi.Input[str | None] = ...,
    ) -> None: ...

class NatGateway(pulumi.CustomResource):
    allocation_id: pulumi.Output[str | None]
    association_id: pulumi.Output[str]
    auto_provision_zones: pulumi.Output[str]
    auto_scaling_ips: pulumi.Output[str]
    availability_mode: pulumi.Output[str]
    availability_zone_addresses: pulumi.Output[Sequence[Any] | None]
    connectivity_type: pulumi.Output[str | None]
    network_interface_id: pulumi.Output[str]
    private_ip: pulumi.Output[str]
    public_ip: pulumi.Output[str]
    region: pulumi.Output[str]
    regional_nat_gateway_addresses: pulumi.Output[Sequence[Any]]
    regional_nat_gateway_auto_mode: pulumi.Output[str]
    route_table_id: pulumi.Output[str]
    secondary_allocation_ids: pulumi.Output[Sequence[str]]
    secondary_private_ip_address_count: pulumi.Output[int]
    secondary_private_ip_addresses: pulumi.Output[Sequence[str]]
    subnet_id: pulumi.Output[str | None]
    tags: pulumi.Output[Mapping[str, str] | None]
    tags_all: pulumi.Output[Mapping[str, str]]
    vpc_id: pulumi.Output[str]
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        allocation_id: pulumi.Input[str | None] = ...,
        availability_mode: pulumi.Input[str | None] = ...,
        availability_zone_addresses: pulumi.Input[Sequence[pulumi.Input[Mapping[str, Any]]] | None] = ...,
        connectivity_type: pulumi.Input[str | None] = ...,
        private_ip: pulumi.Input[str | None] = ...,
        region: pulumi.Input[str | None] = ...,
        secondary_allocation_ids: pulumi.Input[Sequence[pulumi.Input[str]] | None] = ...,
        secondary_private_ip_address_count: pulumi.Input[int | None] = ...,
        secondary_private_ip_addresses: pulumi.Input[Sequence[pulumi.Input[str]] | None] = ...,
        subnet_id: pulumi.Input[str | None] = ...,
        tags: pulumi.Input[Mapping[str, pulumi.Input[str]] | None] = ...,
        vpc_id: pulumi.Input[str | None] = ...,
    ) -> None: ...

class Route(pulumi.CustomResource):
    carrier_gateway_id: pulumi.Output[str | None]
    core_network_arn: pulumi.Output[str | None]
    destination_cidr_block: pulumi.Output[str | None]
    destination_ipv6_cidr_block: pulumi.Output[str | None]
    destination_prefix_list_id: pulumi.Output[str | None]
    egress_only_gateway_id: pulumi.Output[str | None]
    gateway_id: pulumi.Output[str | None]
    instance_id: pulumi.Output[str]
    instance_owner_id: pulumi.Output[str]
    local_gateway_id: pulumi.Output[str | None]
    nat_gateway_id: pulumi.Output[str | None]
    network_interface_id: pulumi.Output[str]
    odb_network_arn: pulumi.Output[str | None]
    origin: pulumi.Output[str]
    region: pulumi.Output[str]
    route_table_id: pulumi.Output[str]
    state: pulumi.Output[str]
    transit_gateway_id: pulumi.Output[str | None]
    vpc_endpoint_id: pulumi.Output[str | None]
    vpc_peering_connection_id: pulumi.Output[str | None]
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        route_table_id: pulumi.Input[str],
        carrier_gateway_id: pulumi.Input[str | None] = ...,
        core_network_arn: pulumi.Input[str | None] = ...,
        destination_cidr_block: pulumi.Input[str | None] = ...,
        destination_ipv6_cidr_block: pulumi.Input[str | None] = ...,
        destination_prefix_list_id: pulumi.Input[str | None] = ...,
        egress_only_gateway_id: pulumi.Input[str | None] = ...,
        gateway_id: pulumi.Input[str | None] = ...,
        local_gateway_id: pulumi.Input[str | None] = ...,
        nat_gateway_id: pulumi.Input[str | None] = ...,
        network_interface_id: pulumi.Input[str | None] = ...,
        odb_network_arn: pulumi.Input[str | None] = ...,
        region: pulumi.Input[str | None] = ...,
        transit_gateway_id: pulumi.Input[str | None] = ...,
        vpc_endpoint_id: pulumi.Input[str | None] = ...,
        vpc_peering_connection_id: pulumi.Input[str | None] = ...,
    ) -> None: ...

class RouteTable(pulumi.CustomResource):
    arn: pulumi.Output[str]
    owner_id: pulumi.Output[str]
    propagating_vgws: pulumi.Output[Sequence[str]]
    region: pulumi.Output[str]
    routes: pulumi.Output[Sequence[Any]]
    tags: pulumi.Output[Mapping[str, str] | None]
    tags_all: pulumi.Output[Mapping[str, str]]
    vpc_id: pulumi.Output[str]
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        vpc_id: pulumi.Input[str],
        propagating_vgws: pulumi.Input[Sequence[pulumi.Input[str]] | None] = ...,
        region: pulumi.Input[str | None] = ...,
        routes: pulumi.Input[Sequence[pulumi.Input[Mapping[str, Any]]] | None] = ...,
        tags: pulumi.Input[Mapping[str, pulumi.Input[str]] | None] = ...,
    ) -> None: ...

class RouteTableAssociation(pulumi.CustomResource):
    gateway_id: pulumi.Output[str | None]
    region: pulumi.Output[str]
    route_table_id: pulumi.Output[str]
    subnet_id: pulumi.Output[str | None]
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        route_table_id: pulumi.Input[str],
        gateway_id: pulumi.Input[str | None] = ...,
        region: pulumi.Input[str | None] = ...,
        subnet_id: pulumi.Input[str | None] = ...,
    ) -> None: ...

class SecurityGroup(pulumi.CustomResource):
    arn: pulumi.Output[str]
    description: pulumi.Output[str]
    egress: pulumi.Output[Sequence[Any]]
    ingress: pulumi.Output[Sequence[Any]]
    name: pulumi.Output[str]
    name_prefix: pulumi.Output[str]
    owner_id: pulumi.Output[str]
    region: pulumi.Output[str]
    revoke_rules_on_delete: pulumi.Output[bool | None]
    tags: pulumi.Output[Mapping[str, str] | None]
    tags_all: pulumi.Output[Mapping[str, str]]
    vpc_id: pulumi.Output[str]
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        description: pulumi.Input[str | None] = ...,
        egress: pulumi.Input[Sequence[pulumi.Input[Mapping[str, Any]]] | None] = ...,
        ingress: pulumi.Input[Sequence[pulumi.Input[Mapping[str, Any]]] | None] = ...,
        name: pulumi.Input[str | None] = ...,
        name_prefix: pulumi.Input[str | None] = ...,
        region: pulumi.Input[str | None] = ...,
        revoke_rules_on_delete: pulumi.Input[bool | None] = ...,
        tags: pulumi.Input[Mapping[str, pulumi.Input[str]] | None] = ...,
        vpc_id: pulumi.Input[str | None] = ...,
    ) -> None: ...

class Subnet(pulumi.CustomResource):
    arn: pulumi.Output[str]
    assign_ipv6_address_on_creation: pulumi.Output[bool | None]
    availability_zone: pulumi.Output[str]
    availability_zone_id: pulumi.Output[str]
    cidr_block: pulumi.Output[str]
    customer_owned_ipv4_pool: pulumi.Output[str | None]
    enable_dns64: pulumi.Output[bool | None]
    enable_lni_at_device_index: pulumi.Output[int | None]
    enable_resource_name_dns_a_record_on_launch: pulumi.Output[bool | None]
    enable_resource_name_dns_aaaa_record_on_launch: pulumi.Output[bool | None]
    ipv4_ipam_pool_id: pulumi.Output[str | None]
    ipv4_netmask_length: pulumi.Output[int | None]
    ipv6_cidr_block: pulumi.Output[str]
    ipv6_cidr_block_association_id: pulumi.Output[str]
    ipv6_ipam_pool_id: pulumi.Output[str | None]
    ipv6_native: pulumi.Output[bool | None]
    ipv6_netmask_length: pulumi.Output[int | None]
    map_customer_owned_ip_on_launch: pulumi.Output[bool | None]
    map_public_ip_on_launch: pulumi.Output[bool | None]
    outpost_arn: pulumi.Output[str | None]
    owner_id: pulumi.Output[str]
    private_dns_hostname_type_on_launch: pulumi.Output[str]
    region: pulumi.Output[str]
    tags: pulumi.Output[Mapping[str, str] | None]
    tags_all: pulumi.Output[Mapping[str, str]]
    vpc_id: pulumi.Output[str]
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        vpc_id: pulumi.Input[str],
        assign_ipv6_address_on_creation: pulumi.Input[bool | None] = ...,
        availability_zone: pulumi.Input[str | None] = ...,
        availability_zone_id: pulumi.Input[str | None] = ...,
        cidr_block: pulumi.Input[str | None] = ...,
        customer_owned_ipv4_pool: pulumi.Input[str | None] = ...,
        enable_dns64: pulumi.Input[bool | None] = ...,
        enable_lni_at_device_index: pulumi.Input[int | None] = ...,
        enable_resource_name_dns_a_record_on_launch: pulumi.Input[bool | None] = ...,
        enable_resource_name_dns_aaaa_record_on_launch: pulumi.Input[bool | None] = ...,
        ipv4_ipam_pool_id: pulumi.Input[str | None] = ...,
        ipv4_netmask_length: pulumi.Input[int | None] = ...,
        ipv6_cidr_block: pulumi.Input[str | None] = ...,
        ipv6_ipam_pool_id: pulumi.Input[str | None] = ...,
        ipv6_native: pulumi.Input[bool | None] = ...,
        ipv6_netmask_length: pulumi.Input[int | None] = ...,
        map_customer_owned_ip_on_launch: pulumi.Input[bool | None] = ...,
        map_public_ip_on_launch: pulumi.Input[bool | None] = ...,
        outpost_arn: pulumi.Input[str | None] = ...,
        private_dns_hostname_type_on_launch: pulumi.Input[str | None] = ...,
        region: pulumi.Input[str | None] = ...,
        tags: pulumi.Input[Mapping[str, pulumi.Input[str]] | None] = ...,
    ) -> None: ...

class Vpc(pulumi.CustomResource):
    arn: pulumi.Output[str]
    assign_generated_ipv6_cidr_block: pulumi.Output[bool | None]
    cidr_block: pulumi.Output[str]
    default_network_acl_id: pulumi.Output[str]
    default_route_table_id: pulumi.Output[str]
    default_security_group_id: pulumi.Output[str]
    dhcp_options_id: pulumi.Output[str]
    enable_dns_hostnames: pulumi.Output[bool]
    enable_dns_support: pulumi.Output[bool | None]
    enable_network_address_usage_metrics: pulumi.Output[bool]
    instance_tenancy: pulumi.Output[str | None]
    ipv4_ipam_pool_id: pulumi.Output[str | None]
    ipv4_netmask_length: pulumi.Output[int | None]
    ipv6_association_id: pulumi.Output[str]
    ipv6_cidr_block: pulumi.Output[str]
    ipv6_cidr_block_network_border_group: pulumi.Output[str]
    ipv6_ipam_pool_id: pulumi.Output[str | None]
    ipv6_netmask_length: pulumi.Output[int | None]
    main_route_table_id: pulumi.Output[str]
    owner_id: pulumi.Output[str]
    region: pulumi.Output[str]
    tags: pulumi.Output[Mapping[str, str] | None]
    tags_all: pulumi.Output[Mapping[str, str]]
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        assign_generated_ipv6_cidr_block: pulumi.Input[bool | None] = ...,
        cidr_block: pulumi.Input[str | None] = ...,
        enable_dns_hostnames: pulumi.Input[bool | None] = ...,
        enable_dns_support: pulumi.Input[bool | None] = ...,
        enable_network_address_usage_metrics: pulumi.Input[bool | None] = ...,
        instance_tenancy: pulumi.Input[str | None] = ...,
        ipv4_ipam_pool_id: pulumi.Input[str | None] = ...,
        ipv4_netmask_length: pulumi.Input[int | None] = ...,
        ipv6_cidr_block: pulumi.Input[str | None] = ...,
        ipv6_cidr_block_network_border_group: pulumi.Input[str | None] = ...,
        ipv6_ipam_pool_id: pulumi.Input[str | None] = ...,
        ipv6_netmask_length: pulumi.Input[int | None] = ...,
        region: pulumi.Input[str | None] = ...,
        tags: pulumi.Input[Mapping[str, pulumi.Input[str]] | None] = ...,
    ) -> None: ...

class VpcEndpoint(pulumi.CustomResource):
    arn: pulumi.Output[str]
    auto_accept: pulumi.Output[bool | None]
    cidr_blocks: pulumi.Output[Sequence[str]]
    dns_entries: pulumi.Output[Sequence[Any]]
    dns_options: pulumi.Output[Any]
    ip_address_type: pulumi.Output[str]
    network_interface_ids: pulumi.Output[Sequence[str]]
    owner_id: pulumi.Output[str]
    policy: pulumi.Output[str]
    prefix_list_id: pulumi.Output[str]
    private_dns_enabled: pulumi.Output[bool]
    region: pulumi.Output[str]
    requester_managed: pulumi.Output[bool]
    resource_configuration_arn: pulumi.Output[str | None]
    route_table_ids: pulumi.Output[Sequence[str]]
    security_group_ids: pulumi.Output[Sequence[str]]
    service_name: pulumi.Output[str | None]
    service_network_arn: pulumi.Output[str | None]
    service_region: pulumi.Output[str]
    state: pulumi.Output[str]
    subnet_configurations: pulumi.Output[Sequence[Any]]
    subnet_ids: pulumi.Output[Sequence[str]]
    tags: pulumi.Output[Mapping[str, str] | None]
    tags_all: pulumi.Output[Mapping[str, str]]
    vpc_endpoint_type: pulumi.Output[str | None]
    vpc_id: pulumi.Output[str]
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        vpc_id: pulumi.Input[str],
        auto_accept: pulumi.Input[bool | None] = ...,
        dns_options: pulumi.Input[Mapping[str, Any] | None] = ...,
        ip_address_type: pulumi.Input[str | None] = ...,
        policy: pulumi.Input[str | None] = ...,
        private_dns_enabled: pulumi.Input[bool | None] = ...,
        region: pulumi.Input[str | None] = ...,
        resource_configuration_arn: pulumi.Input[str | None] = ...,
        route_table_ids: pulumi.Input[Sequence[pulumi.Input[str]] | None] = ...,
        security_group_ids: pulumi.Input[Sequence[pulumi.Input[str]] | None] = ...,
        service_name: pulumi.Input[str | None] = ...,
        service_network_arn: pulumi.Input[str | None] = ...,
        service_region: pulumi.Input[str | None] = ...,
        subnet_configurations: pulumi.Input[Sequence[pulumi.Input[Mapping[str, Any]]] | None] = ...,
        subnet_ids: pulumi.Input[Sequence[pulumi.Input[str]] | None] = ...,
        tags: pulumi.Input[Mapping[str, pulumi.Input[str]] | None] = ...,
        vpc_endpoint_type: pulumi.Input[str | None] = ...,
    ) -> None: ...
