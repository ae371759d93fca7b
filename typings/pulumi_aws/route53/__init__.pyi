# Written by make reference.
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NotRequired, TypedDict

import pulumi

class Record(pulumi.CustomResource):
    aliases: pulumi.Output[Sequence[Any] | None]
    allow_overwrite: pulumi.Output[bool]
    cidr_routing_policy: pulumi.Output[Any]
    failover_routing_policies: pulumi.Output[Sequence[Any] | None]
    fqdn: pulumi.Output[str]
    geolocation_routing_policies: pulumi.Output[Sequence[Any] | None]
    geoproximity_routing_policy: pulumi.Output[Any]
    health_check_id: pulumi.Output[str | None]
    latency_routing_policies: pulumi.Output[Sequence[Any] | None]
    multivalue_answer_routing_policy: pulumi.Output[bool | None]
    name: pulumi.Output[str]
    records: pulumi.Output[Sequence[str] | None]
    set_identifier: pulumi.Output[str | None]
    ttl: pulumi.Output[int | None]
    type: pulumi.Output[str]
    weighted_routing_policies: pulumi.Output[Sequence[Any] | None]
    zone_id: pulumi.Output[str]
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        name: pulumi.Input[str],
        type: pulumi.Input[str],
        zone_id: pulumi.Input[str],
        aliases: pulumi.Input[Sequence[pulumi.Input[RecordAliasArgsDict]] | None] = ...,
        allow_overwrite: pulumi.Input[bool | None] = ...,
        cidr_routing_policy: pulumi.Input[Mapping[str, Any] | None] = ...,
        failover_routing_policies: pulumi.Input[Sequence[pulumi.Input[Mapping[str, Any]]] | None] = ...,
        geolocation_routing_policies: pulumi.Input[Sequence[pulumi.Input[Mapping[str, Any]]] | None] = ...,
        geoproximity_routing_policy: pulumi.Input[Mapping[str, Any] | None] = ...,
        health_check_id: pulumi.Input[str | None] = ...,
        latency_routing_policies: pulumi.Input[Sequence[pulumi.Input[Mapping[str, Any]]] | None] = ...,
        multivalue_answer_routing_policy: pulumi.Input[bool | None] = ...,
        records: pulumi.Input[Sequence[pulumi.Input[str]] | None] = ...,
        set_identifier: pulumi.Input[str | None] = ...,
        ttl: pulumi.Input[int | None] = ...,
        weighted_routing_policies: pulumi.Input[Sequence[pulumi.Input[Mapping[str, Any]]] | None] = ...,
    ) -> None: ...

class RecordAliasArgsDict(TypedDict):
    evaluate_target_health: pulumi.Input[bool]
    name: pulumi.Input[str]
    zone_id: pulumi.Input[str]

class GetZoneResult:
    arn: str
    caller_reference: str
    comment: str
    enable_accelerated_recovery: bool | None
    id: str
    linked_service_description: str
    linked_service_principal: str
    name: str
    name_servers: Sequence[str]
    primary_name_server: str
    private_zone: bool | None
    resource_record_set_count: int
    tags: Mapping[str, str]
    vpc_id: str | None
    zone_id: str

def get_zone_output(
    *,
    enable_accelerated_recovery: pulumi.Input[bool | None] = ...,
    name: pulumi.Input[str | None] = ...,
    private_zone: pulumi.Input[bool | None] = ...,
    tags: pulumi.Input[Mapping[str, str] | None] = ...,
    vpc_id: pulumi.Input[str | None] = ...,
    zone_id: pulumi.Input[str | None] = ...,
    opts: pulumi.InvokeOptions | pulumi.InvokeOutputOptions | None = ...,
) -> pulumi.Output[GetZoneResult]: ...
