# Written by make reference.
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NotRequired, TypedDict

import pulumi

class Listener(pulumi.CustomResource):
    alpn_policy: pulumi.Output[str | None]
    arn: pulumi.Output[str]
    certificate_arn: pulumi.Output[str | None]
    default_actions: pulumi.Output[Sequence[Any]]
    load_balancer_arn: pulumi.Output[str]
    mutual_authentication: pulumi.Output[Any]
    port: pulumi.Output[int | None]
    protocol: pulumi.Output[str]
    region: pulumi.Output[str]
    routing_http_request_x_amzn_mtls_clientcert_header_name: pulumi.Output[str]
    routing_http_request_x_amzn_mtls_clientcert_issuer_header_name: pulumi.Output[str]
    routing_http_request_x_amzn_mtls_clientcert_leaf_header_name: pulumi.Output[str]
    routing_http_request_x_amzn_mtls_clientcert_serial_number_header_name: pulumi.Output[str]
    routing_http_request_x_amzn_mtls_clientcert_subject_header_name: pulumi.Output[str]
    routing_http_request_x_amzn_mtls_clientcert_validity_header_name: pulumi.Output[str]
    routing_http_request_x_amzn_tls_cipher_suite_header_name: pulumi.Output[str]
    routing_http_request_x_amzn_tls_version_header_name: pulumi.Output[str]
    routing_http_response_access_control_allow_credentials_header_value: pulumi.Output[str]
    routing_http_response_access_control_allow_headers_header_value: pulumi.Output[str]
    routing_http_response_access_control_allow_methods_header_value: pulumi.Output[str]
    routing_http_response_access_control_allow_origin_header_value: pulumi.Output[str]
    routing_http_response_access_control_expose_headers_header_value: pulumi.Output[str]
    routing_http_response_access_control_max_age_header_value: pulumi.Output[str]
    routing_http_response_content_security_policy_header_value: pulumi.Output[str]
    routing_http_response_server_enabled: pulumi.Output[bool]
    routing_http_response_strict_transport_security_header_value: pulumi.Output[str]
    routing_http_response_x_content_type_options_header_value: pulumi.Output[str]
    routing_http_response_x_frame_options_header_value: pulumi.Output[str]
    ssl_policy: pulumi.Output[str]
    tags: pulumi.Output[Mapping[str, str] | None]
    tags_all: pulumi.Output[Mapping[str, str]]
    tcp_idle_timeout_seconds: pulumi.Output[int]
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        default_actions: pulumi.Input[Sequence[pulumi.Input[ListenerDefaultActionArgsDict]]],
        load_balancer_arn: pulumi.Input[str],
        alpn_policy: pulumi.Input[str | None] = ...,
        certificate_arn: pulumi.Input[str | None] = ...,
        mutual_authentication: pulumi.Input[Mapping[str, Any] | None] = ...,
        port: pulumi.Input[int | None] = ...,
        protocol: pulumi.Input[str | None] = ...,
        region: pulumi.Input[str | None] = ...,
        routing_http_request_x_amzn_mtls_clientcert_header_name: pulumi.Input[str | None] = ...,
        routing_http_request_x_amzn_mtls_clientcert_issuer_header_name: pulumi.Input[str | None] = ...,
        routing_http_request_x_amzn_mtls_clientcert_leaf_header_name: pulumi.Input[str | None] = ...,
        routing_http_request_x_amzn_mtls_clientcert_serial_number_header_name: pulumi.Input[str | None] = ...,
        routing_http_request_x_amzn_mtls_clientcert_subject_header_name: pulumi.Input[str | None] = ...,
        routing_http_request_x_amzn_mtls_clientcert_validity_header_name: pulumi.Input[str | None] = ...,
        routing_http_request_x_amzn_tls_cipher_suite_header_name: pulumi.Input[str | None] = ...,
        routing_http_request_x_amzn_tls_version_header_name: pulumi.Input[str | None] = ...,
        routing_http_response_access_control_allow_credentials_header_value: pulumi.Input[str | None] = ...,
        routing_http_response_access_control_allow_headers_header_value: pulumi.Input[str | None] = ...,
        routing_http_response_access_control_allow_methods_header_value: pulumi.Input[str | None] = ...,
        routing_http_response_access_control_allow_origin_header_value: pulumi.Input[str | None] = ...,
        routing_http_response_access_control_expose_headers_header_value: pulumi.Input[str | None] = ...,
        routing_http_response_access_control_max_age_header_value: pulumi.Input[str | None] = ...,
        routing_http_response_content_security_policy_header_value: pulumi.Input[str | None] = ...,
        routing_http_response_server_enabled: pulumi.Input[bool | None] = ...,
        routing_http_response_strict_transport_security_header_value: pulumi.Input[str | None] = ...,
        routing_http_response_x_content_type_options_header_value: pulumi.Input[str | None] = ...,
        routing_http_response_x_frame_options_header_value: pulumi.Input[str | None] = ...,
        ssl_policy: pulumi.Input[str | None] = ...,
        tags: pulumi.Input[Mapping[str, pulumi.Input[str]] | None] = ...,
        tcp_idle_timeout_seconds: pulumi.Input[int | None] = ...,
    ) -> None: ...

class ListenerDefaultActionArgsDict(TypedDict):
    type: pulumi.Input[str]
    authenticate_cognito: NotRequired[pulumi.Input[Mapping[str, Any] | None]]
    authenticate_oidc: NotRequired[pulumi.Input[Mapping[str, Any] | None]]
    fixed_response: NotRequired[pulumi.Input[ListenerDefaultActionFixedResponseArgsDict | None]]
    forward: NotRequired[pulumi.Input[Mapping[str, Any] | None]]
    jwt_validation: NotRequired[pulumi.Input[Mapping[str, Any] | None]]
    order: NotRequired[pulumi.Input[int | None]]
    redirect: NotRequired[pulumi.Input[ListenerDefaultActionRedirectArgsDict | None]]
    target_group_arn: NotRequired[pulumi.Input[str | None]]

class ListenerDefaultActionFixedResponseArgsDict(TypedDict):
    content_type: pulumi.Input[str]
    message_body: NotRequired[pulumi.Input[str | None]]
    status_code: NotRequired[pulumi.Input[str | None]]

class ListenerDefaultActionRedirectArgsDict(TypedDict):
    status_code: pulumi.Input[str]
    host: NotRequired[pulumi.Input[str | None]]
    path: NotRequired[pulumi.Input[str | None]]
    port: NotRequired[pulumi.Input[str | None]]
    protocol: NotRequired[pulumi.Input[str | None]]
    query: NotRequired[pulumi.Input[str | None]]

class ListenerRule(pulumi.CustomResource):
    actions: pulumi.Output[Sequence[Any]]
    arn: pulumi.Output[str]
    conditions: pulumi.Output[Sequence[Any]]
    listener_arn: pulumi.Output[str]
    priority: pulumi.Output[int]
    region: pulumi.Output[str]
    tags: pulumi.Output[Mapping[str, str] | None]
    tags_all: pulumi.Output[Mapping[str, str]]
    transforms: pulumi.Output[Sequence[Any] | None]
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        actions: pulumi.Input[Sequence[pulumi.Input[ListenerRuleActionArgsDict]]],
        conditions: pulumi.Input[Sequence[pulumi.Input[ListenerRuleConditionArgsDict]]],
        listener_arn: pulumi.Input[str],
        priority: pulumi.Input[int | None] = ...,
        region: pulumi.Input[str | None] = ...,
        tags: pulumi.Input[Mapping[str, pulumi.Input[str]] | None] = ...,
        transforms: pulumi.Input[Sequence[pulumi.Input[Mapping[str, Any]]] | None] = ...,
    ) -> None: ...

class ListenerRuleActionArgsDict(TypedDict):
    type: pulumi.Input[str]
    authenticate_cognito: NotRequired[pulumi.Input[Mapping[str, Any] | None]]
    authenticate_oidc: NotRequired[pulumi.Input[Mapping[str, Any] | None]]
    fixed_response: NotRequired[pulumi.Input[Mapping[str, Any] | None]]
    forward: NotRequired[pulumi.Input[Mapping[str, Any] | None]]
    jwt_validation: NotRequired[pulumi.Input[Mapping[str, Any] | None]]
    order: NotRequired[pulumi.Input[int | None]]
    redirect: NotRequired[pulumi.Input[Mapping[str, Any] | None]]
    target_group_arn: NotRequired[pulumi.Input[str | None]]

class ListenerRuleConditionArgsDict(TypedDict):
    host_header: NotRequired[pulumi.Input[Mapping[str, Any] | None]]
    http_header: NotRequired[pulumi.Input[Mapping[str, Any] | None]]
    http_request_method: NotRequired[pulumi.Input[Mapping[str, Any] | None]]
    path_pattern: NotRequired[pulumi.Input[Mapping[str, Any] | None]]
    query_strings: NotRequired[pulumi.Input[Sequence[pulumi.Input[Mapping[str, Any]]] | None]]
    source_ip: NotRequired[pulumi.Input[Mapping[str, Any] | None]]

class LoadBalancer(pulumi.CustomResource):
    access_logs: pulumi.Output[Any]
    arn: pulumi.Output[str]
    arn_suffix: pulumi.Output[str]
    client_keep_alive: pulumi.Output[int | None]
    connection_logs: pulumi.Output[Any]
    customer_owned_ipv4_pool: pulumi.Output[str | None]
    desync_mitigation_mode: pulumi.Output[str | None]
    dns_name: pulumi.Output[str]
    dns_record_client_routing_policy: pulumi.Output[str | None]
    drop_invalid_header_fields: pulumi.Output[bool | None]
    enable_cross_zone_load_balancing: pulumi.Output[bool | None]
    enable_deletion_protection: pulumi.Output[bool | None]
    enable_http2: pulumi.Output[bool | None]
    enable_prefix_for_ipv6_source_nat: pulumi.Output[str]
    enable_tls_version_and_cipher_suite_headers: pulumi.Output[bool | None]
    enable_waf_fail_open: pulumi.Output[bool | None]
    enable_xff_client_port: pulumi.Output[bool | None]
    enable_zonal_shift: pulumi.Output[bool | None]
    enforce_security_group_inbound_rules_on_private_link_traffic: pulumi.Output[str]
    health_check_logs: pulumi.Output[Any]
    idle_timeout: pulumi.Output[int | None]
    internal: pulumi.Output[bool]
    ip_address_type: pulumi.Output[str]
    ipam_pools: pulumi.Output[Any]
    load_balancer_type: pulumi.Output[str | None]
    minimum_load_balancer_capacity: pulumi.Output[Any]
    name: pulumi.Output[str]
    name_prefix: pulumi.Output[str]
    preserve_host_header: pulumi.Output[bool | None]
    region: pulumi.Output[str]
    secondary_ips_auto_assigned_per_subnet: pulumi.Output[int]
    security_groups: pulumi.Output[Sequence[str]]
    subnet_mappings: pulumi.Output[Sequence[Any]]
    subnets: pulumi.Output[Sequence[str]]
    tags: pulumi.Output[Mapping[str, str] | None]
    tags_all: pulumi.Output[Mapping[str, str]]
    vpc_id: pulumi.Output[str]
    xff_header_processing_mode: pulumi.Output[str | None]
    zone_id: pulumi.Output[str]
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        access_logs: pulumi.Input[Mapping[str, Any] | None] = ...,
        client_keep_alive: pulumi.Input[int | None] = ...,
        connection_logs: pulumi.Input[Mapping[str, Any] | None] = ...,
        customer_owned_ipv4_pool: pulumi.Input[str | None] = ...,
        desync_mitigation_mode: pulumi.Input[str | None] = ...,
        dns_record_client_routing_policy: pulumi.Input[str | None] = ...,
        drop_invalid_header_fields: pulumi.Input[bool | None] = ...,
        enable_cross_zone_load_balancing: pulumi.Input[bool | None] = ...,
        enable_deletion_protection: pulumi.Input[bool | None] = ...,
        enable_http2: pulumi.Input[bool | None] = ...,
        enable_prefix_for_ipv6_source_nat: pulumi.Input[str | None] = ...,
        enable_tls_version_and_cipher_suite_headers: pulumi.Input[bool | None] = ...,
        enable_waf_fail_open: pulumi.Input[bool | None] = ...,
        enable_xff_client_port: pulumi.Input[bool | None] = ...,
        enable_zonal_shift: pulumi.Input[bool | None] = ...,
        enforce_security_group_inbound_rules_on_private_link_traffic: pulumi.Input[str | None] = ...,
        health_check_logs: pulumi.Input[Mapping[str, Any] | None] = ...,
        idle_timeout: pulumi.Input[int | None] = ...,
        internal: pulumi.Input[bool | None] = ...,
        ip_address_type: pulumi.Input[str | None] = ...,
        ipam_pools: pulumi.Input[Mapping[str, Any] | None] = ...,
        load_balancer_type: pulumi.Input[str | None] = ...,
        minimum_load_balancer_capacity: pulumi.Input[Mapping[str, Any] | None] = ...,
        name: pulumi.Input[str | None] = ...,
        name_prefix: pulumi.Input[str | None] = ...,
        preserve_host_header: pulumi.Input[bool | None] = ...,
        region: pulumi.Input[str | None] = ...,
        secondary_ips_auto_assigned_per_subnet: pulumi.Input[int | None] = ...,
        security_groups: pulumi.Input[Sequence[pulumi.Input[str]] | None] = ...,
        subnet_mappings: pulumi.Input[Sequence[pulumi.Input[Mapping[str, Any]]] | None] = ...,
        subnets: pulumi.Input[Sequence[pulumi.Input[str]] | None] = ...,
        tags: pulumi.Input[Mapping[str, pulumi.Input[str]] | None] = ...,
        xff_header_processing_mode: pulumi.Input[str | None] = ...,
    ) -> None: ...

class TargetGroup(pulumi.CustomResource):
    arn: pulumi.Output[str]
    arn_suffix: pulumi.Output[str]
    connection_termination: pulumi.Output[bool]
    deregistration_delay: pulumi.Output[int | None]
    health_check: pulumi.Output[Any]
    ip_address_type: pulumi.Output[str]
    lambda_multi_value_headers_enabled: pulumi.Output[bool | None]
    load_balancer_arns: pulumi.Output[Sequence[str]]
    load_balancing_algorithm_type: pulumi.Output[str]
    load_balancing_anomaly_mitigation: pulumi.Output[str]
    load_balancing_cross_zone_enabled: pulumi.Output[str]
    name: pulumi.Output[str]
    name_prefix: pulumi.Output[str]
    port: pulumi.Output[int | None]
    preserve_client_ip: pulumi.Output[str]
    protocol: pulumi.Output[str | None]
    protocol_version: pulumi.Output[str]
    proxy_protocol_v2: pulumi.Output[bool | None]
    region: pulumi.Output[str]
    slow_start: pulumi.Output[int | None]
    stickiness: pulumi.Output[Any]
    tags: pulumi.Output[Mapping[str, str] | None]
    tags_all: pulumi.Output[Mapping[str, str]]
    target_control_port: pulumi.Output[int | None]
    target_failovers: pulumi.Output[Sequence[Any]]
    target_group_health: pulumi.Output[Any]
    target_health_states: pulumi.Output[Sequence[Any]]
    target_type: pulumi.Output[str | None]
    vpc_id: pulumi.Output[str | None]
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        connection_termination: pulumi.Input[bool | None] = ...,
        deregistration_delay: pulumi.Input[int | None] = ...,
        health_check: pulumi.Input[TargetGroupHealthCheckArgsDict | None] = ...,
        ip_address_type: pulumi.Input[str | None] = ...,
        lambda_multi_value_headers_enabled: pulumi.Input[bool | None] = ...,
        load_balancing_algorithm_type: pulumi.Input[str | None] = ...,
        load_balancing_anomaly_mitigation: pulumi.Input[str | None] = ...,
        load_balancing_cross_zone_enabled: pulumi.Input[str | None] = ...,
        name: pulumi.Input[str | None] = ...,
        name_prefix: pulumi.Input[str | None] = ...,
        port: pulumi.Input[int | None] = ...,
        preserve_client_ip: pulumi.Input[str | None] = ...,
        protocol: pulumi.Input[str | None] = ...,
        protocol_version: pulumi.Input[str | None] = ...,
        proxy_protocol_v2: pulumi.Input[bool | None] = ...,
        region: pulumi.Input[str | None] = ...,
        slow_start: pulumi.Input[int | None] = ...,
        stickiness: pulumi.Input[TargetGroupStickinessArgsDict | None] = ...,
        tags: pulumi.Input[Mapping[str, pulumi.Input[str]] | None] = ...,
        target_control_port: pulumi.Input[int | None] = ...,
        target_failovers: pulumi.Input[Sequence[pulumi.Input[Mapping[str, Any]]] | None] = ...,
        target_group_health: pulumi.Input[Mapping[str, Any] | None] = ...,
        target_health_states: pulumi.Input[Sequence[pulumi.Input[Mapping[str, Any]]] | None] = ...,
        target_type: pulumi.Input[str | None] = ...,
        vpc_id: pulumi.Input[str | None] = ...,
    ) -> None: ...

class TargetGroupHealthCheckArgsDict(TypedDict):
    enabled: NotRequired[pulumi.Input[bool | None]]
    healthy_threshold: NotRequired[pulumi.Input[int | None]]
    interval: NotRequired[pulumi.Input[int | None]]
    matcher: NotRequired[pulumi.Input[str | None]]
    path: NotRequired[pulumi.Input[str | None]]
    port: NotRequired[pulumi.Input[str | None]]
    protocol: NotRequired[pulumi.Input[str | None]]
    timeout: NotRequired[pulumi.Input[int | None]]
    unhealthy_threshold: NotRequired[pulumi.Input[int | None]]

class TargetGroupStickinessArgsDict(TypedDict):
    type: pulumi.Input[str]
    cookie_duration: NotRequired[pulumi.Input[int | None]]
    cookie_name: NotRequired[pulumi.Input[str | None]]
    enabled: NotRequired[pulumi.Input[bool | None]]
