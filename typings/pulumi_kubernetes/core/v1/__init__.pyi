# Written by make reference.
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NotRequired, TypedDict

import pulumi
import pulumi_kubernetes.meta.v1

class ConfigMap(pulumi.CustomResource):
    api_version: pulumi.Output[Literal['v1']]
    binary_data: pulumi.Output[Mapping[str, str]]
    data: pulumi.Output[Mapping[str, str]]
    immutable: pulumi.Output[bool]
    kind: pulumi.Output[Literal['ConfigMap']]
    metadata: pulumi.Output[Any]
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        api_version: pulumi.Input[Literal['v1'] | None] = ...,
        binary_data: pulumi.Input[Mapping[str, pulumi.Input[str]] | None] = ...,
        data: pulumi.Input[Mapping[str, pulumi.Input[str]] | None] = ...,
        immutable: pulumi.Input[bool | None] = ...,
        kind: pulumi.Input[Literal['ConfigMap'] | None] = ...,
        metadata: pulumi.Input[pulumi_kubernetes.meta.v1.ObjectMetaArgsDict | None] = ...,
    ) -> None: ...

class ConfigMapPatch(pulumi.CustomResource):
    api_version: pulumi.Output[Literal['v1'] | None]
    binary_data: pulumi.Output[Mapping[str, str] | None]
    data: pulumi.Output[Mapping[str, str] | None]
    immutable: pulumi.Output[bool | None]
    kind: pulumi.Output[Literal['ConfigMap'] | None]
    metadata: pulumi.Output[Any]
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        api_version: pulumi.Input[Literal['v1'] | None] = ...,
        binary_data: pulumi.Input[Mapping[str, pulumi.Input[str]] | None] = ...,
        data: pulumi.Input[Mapping[str, pulumi.Input[str]] | None] = ...,
        immutable: pulumi.Input[bool | None] = ...,
        kind: pulumi.Input[Literal['ConfigMap'] | None] = ...,
        metadata: pulumi.Input[pulumi_kubernetes.meta.v1.ObjectMetaPatchArgsDict | None] = ...,
    ) -> None: ...

class Namespace(pulumi.CustomResource):
    api_version: pulumi.Output[Literal['v1']]
    kind: pulumi.Output[Literal['Namespace']]
    metadata: pulumi.Output[Any]
    spec: pulumi.Output[Any]
    status: pulumi.Output[Any]
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        api_version: pulumi.Input[Literal['v1'] | None] = ...,
        kind: pulumi.Input[Literal['Namespace'] | None] = ...,
        metadata: pulumi.Input[pulumi_kubernetes.meta.v1.ObjectMetaArgsDict | None] = ...,
        spec: pulumi.Input[Mapping[str, Any] | None] = ...,
    ) -> None: ...

class PersistentVolumeClaim(pulumi.CustomResource):
    api_version: pulumi.Output[Literal['v1']]
    kind: pulumi.Output[Literal['PersistentVolumeClaim']]
    metadata: pulumi.Output[Any]
    spec: pulumi.Output[Any]
    status: pulumi.Output[Any]
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        api_version: pulumi.Input[Literal['v1'] | None] = ...,
        kind: pulumi.Input[Literal['PersistentVolumeClaim'] | None] = ...,
        metadata: pulumi.Input[pulumi_kubernetes.meta.v1.ObjectMetaArgsDict | None] = ...,
        spec: pulumi.Input[Mapping[str, Any] | None] = ...,
    ) -> None: ...

class Secret(pulumi.CustomResource):
    api_version: pulumi.Output[Literal['v1']]
    data: pulumi.Output[Mapping[str, str]]
    immutable: pulumi.Output[bool]
    kind: pulumi.Output[Literal['Secret']]
    metadata: pulumi.Output[Any]
    string_data: pulumi.Output[Mapping[str, str]]
    type: pulumi.Output[str]
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        api_version: pulumi.Input[Literal['v1'] | None] = ...,
        data: pulumi.Input[Mapping[str, pulumi.Input[str]] | None] = ...,
        immutable: pulumi.Input[bool | None] = ...,
        kind: pulumi.Input[Literal['Secret'] | None] = ...,
        metadata: pulumi.Input[pulumi_kubernetes.meta.v1.ObjectMetaArgsDict | None] = ...,
        string_data: pulumi.Input[Mapping[str, pulumi.Input[str]] | None] = ...,
        type: pulumi.Input[str | None] = ...,
    ) -> None: ...

class Service(pulumi.CustomResource):
    api_version: pulumi.Output[Literal['v1']]
    kind: pulumi.Output[Literal['Service']]
    metadata: pulumi.Output[Any]
    spec: pulumi.Output[Any]
    status: pulumi.Output[Any]
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        api_version: pulumi.Input[Literal['v1'] | None] = ...,
        kind: pulumi.Input[Literal['Service'] | None] = ...,
        metadata: pulumi.Input[pulumi_kubernetes.meta.v1.ObjectMetaArgsDict | None] = ...,
        spec: pulumi.Input[ServiceSpecArgsDict | None] = ...,
    ) -> None: ...

class ServiceAccount(pulumi.CustomResource):
    api_version: pulumi.Output[Literal['v1']]
    automount_service_account_token: pulumi.Output[bool]
    image_pull_secrets: pulumi.Output[Sequence[Any]]
    kind: pulumi.Output[Literal['ServiceAccount']]
    metadata: pulumi.Output[Any]
    secrets: pulumi.Output[Sequence[Any]]
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        api_version: pulumi.Input[Literal['v1'] | None] = ...,
        automount_service_account_token: pulumi.Input[bool | None] = ...,
        image_pull_secrets: pulumi.Input[Sequence[pulumi.Input[Mapping[str, Any]]] | None] = ...,
        kind: pulumi.Input[Literal['ServiceAccount'] | None] = ...,
        metadata: pulumi.Input[pulumi_kubernetes.meta.v1.ObjectMetaArgsDict | None] = ...,
        secrets: pulumi.Input[Sequence[pulumi.Input[Mapping[str, Any]]] | None] = ...,
    ) -> None: ...

class ServicePortArgsDict(TypedDict):
    port: pulumi.Input[int]
    app_protocol: NotRequired[pulumi.Input[str | None]]
    name: NotRequired[pulumi.Input[str | None]]
    node_port: NotRequired[pulumi.Input[int | None]]
    protocol: NotRequired[pulumi.Input[str | None]]
    target_port: NotRequired[pulumi.Input[int | str | None]]

class ServiceSpecArgsDict(TypedDict):
    allocate_load_balancer_node_ports: NotRequired[pulumi.Input[bool | None]]
    cluster_ip: NotRequired[pulumi.Input[str | None]]
    cluster_ips: NotRequired[pulumi.Input[Sequence[pulumi.Input[str]] | None]]
    external_ips: NotRequired[pulumi.Input[Sequence[pulumi.Input[str]] | None]]
    external_name: NotRequired[pulumi.Input[str | None]]
    external_traffic_policy: NotRequired[pulumi.Input[str | None]]
    health_check_node_port: NotRequired[pulumi.Input[int | None]]
    internal_traffic_policy: NotRequired[pulumi.Input[str | None]]
    ip_families: NotRequired[pulumi.Input[Sequence[pulumi.Input[str]] | None]]
    ip_family: NotRequired[pulumi.Input[str | None]]
    ip_family_policy: NotRequired[pulumi.Input[str | None]]
    load_balancer_class: NotRequired[pulumi.Input[str | None]]
    load_balancer_ip: NotRequired[pulumi.Input[str | None]]
    load_balancer_source_ranges: NotRequired[pulumi.Input[Sequence[pulumi.Input[str]] | None]]
    ports: NotRequired[pulumi.Input[Sequence[pulumi.Input[ServicePortArgsDict]] | None]]
    publish_not_ready_addresses: NotRequired[pulumi.Input[bool | None]]
    selector: NotRequired[pulumi.Input[Mapping[str, pulumi.Input[str]] | None]]
    session_affinity: NotRequired[pulumi.Input[str | None]]
    session_affinity_config: NotRequired[pulumi.Input[Mapping[str, Any] | None]]
    topology_keys: NotRequired[pulumi.Input[Sequence[pulumi.Input[str]] | None]]
    traffic_distribution: NotRequired[pulumi.Input[str | None]]
    type: NotRequired[pulumi.Input[str | None]]
