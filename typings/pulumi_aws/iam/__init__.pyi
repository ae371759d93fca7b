# Written by make reference.
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NotRequired, TypedDict

import pulumi

class Role(pulumi.CustomResource):
    arn: pulumi.Output[str]
    assume_role_policy: pulumi.Output[str]
    create_date: pulumi.Output[str]
    description: pulumi.Output[str | None]
    force_detach_policies: pulumi.Output[bool | None]
    inline_policies: pulumi.Output[Sequence[Any]]
    managed_policy_arns: pulumi.Output[Sequence[str]]
    max_session_duration: pulumi.Output[int | None]
    name: pulumi.Output[str]
    name_prefix: pulumi.Output[str]
    path: pulumi.Output[str | None]
    permissions_boundary: pulumi.Output[str | None]
    tags: pulumi.Output[Mapping[str, str] | None]
    tags_all: pulumi.Output[Mapping[str, str]]
    unique_id: pulumi.Output[str]
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        assume_role_policy: pulumi.Input[str | Mapping[str, Any]],
        description: pulumi.Input[str | None] = ...,
        force_detach_policies: pulumi.Input[bool | None] = ...,
        inline_policies: pulumi.Input[Sequence[pulumi.Input[Mapping[str, Any]]] | None] = ...,
        managed_policy_arns: pulumi.Input[Sequence[pulumi.Input[str]] | None] = ...,
        max_session_duration: pulumi.Input[int | None] = ...,
        name: pulumi.Input[str | None] = ...,
        name_prefix: pulumi.Input[str | None] = ...,
        path: pulumi.Input[str | None] = ...,
        permissions_boundary: pulumi.Input[str | None] = ...,
        tags: pulumi.Input[Mapping[str, pulumi.Input[str]] | None] = ...,
    ) -> None: ...

class RolePolicy(pulumi.CustomResource):
    name: pulumi.Output[str]
    name_prefix: pulumi.Output[str]
    policy: pulumi.Output[str]
    role: pulumi.Output[str]
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        policy: pulumi.Input[str | Mapping[str, Any]],
        role: pulumi.Input[str],
        name: pulumi.Input[str | None] = ...,
        name_prefix: pulumi.Input[str | None] = ...,
    ) -> None: ...

class RolePolicyAttachment(pulumi.CustomResource):
    policy_arn: pulumi.Output[str]
    role: pulumi.Output[str]
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        policy_arn: pulumi.Input[str],
        role: pulumi.Input[str],
    ) -> None: ...

class GetSessionContextResult:
    arn: str
    id: str
    issuer_arn: str
    issuer_id: str
    issuer_name: str
    session_name: str

def get_session_context(
    *,
    arn: str | None = ...,
    opts: pulumi.InvokeOptions | None = ...,
) -> GetSessionContextResult: ...
