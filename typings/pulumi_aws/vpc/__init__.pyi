# Written by make reference.
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NotRequired, TypedDict

import pulumi

class SecurityGroupEgressRule(pulumi.CustomResource):
    arn: pulumi.Output[str]
    cidr_ipv4: pulumi.Output[str | None]
    cidr_ipv6: pulumi.Output[str | None]
    description: pulumi.Output[str | None]
    from_port: pulumi.Output[int | None]
    ip_protocol: pulumi.Output[str]
    prefix_list_id: pulumi.Output[str | None]
    referenced_security_group_id: pulumi.Output[str | None]
    region: pulumi.Output[str]
    security_group_id: pulumi.Output[str]
    security_group_rule_id: pulumi.Output[str]
    tags: pulumi.Output[Mapping[str, str] | None]
    tags_all: pulumi.Output[Mapping[str, str]]
    to_port: pulumi.Output[int | None]
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        ip_protocol: pulumi.Input[str],
        security_group_id: pulumi.Input[str],
        cidr_ipv4: pulumi.Input[str | None] = ...,
        cidr_ipv6: pulumi.Input[str | None] = ...,
        description: pulumi.Input[str | None] = ...,
        from_port: pulumi.Input[int | None] = ...,
        prefix_list_id: pulumi.Input[str | None] = ...,
        referenced_security_group_id: pulumi.Input[str | None] = ...,
        region: pulumi.Input[str | None] = ...,
        tags: pulumi.Input[Mapping[str, pulumi.Input[str]] | None] = ...,
        to_port: pulumi.Input[int | None] = ...,
    ) -> None: ...

class SecurityGroupIngressRule(pulumi.CustomResource):
    arn: pulumi.Output[str]
    cidr_ipv4: pulumi.Output[str | None]
    cidr_ipv6: pulumi.Output[str | None]
    description: pulumi.Output[str | None]
    from_port: pulumi.Output[int | None]
    ip_protocol: pulumi.Output[str]
    prefix_list_id: pulumi.Output[str | None]
    referenced_security_group_id: pulumi.Output[str | None]
    region: pulumi.Output[str]
    security_group_id: pulumi.Output[str]
    security_group_rule_id: pulumi.Output[str]
    tags: pulumi.Output[Mapping[str, str] | None]
    tags_all: pulumi.Output[Mapping[str, str]]
    to_port: pulumi.Output[int | None]
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        ip_protocol: pulumi.Input[str],
        security_group_id: pulumi.Input[str],
        cidr_ipv4: pulumi.Input[str | None] = ...,
        cidr_ipv6: pulumi.Input[str | None] = ...,
        description: pulumi.Input[str | None] = ...,
        from_port: pulumi.Input[int | None] = ...,
        prefix_list_id: pulumi.Input[str | None] = ...,
        referenced_security_group_id: pulumi.Input[str | None] = ...,
        region: pulumi.Input[str | None] = ...,
        tags: pulumi.Input[Mapping[str, pulumi.Input[str]] | None] = ...,
        to_port: pulumi.Input[int | None] = ...,
    ) -> None: ...
