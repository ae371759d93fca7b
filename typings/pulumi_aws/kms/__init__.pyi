# Written by make reference.
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NotRequired, TypedDict

import pulumi

class Key(pulumi.CustomResource):
    arn: pulumi.Output[str]
    bypass_policy_lockout_safety_check: pulumi.Output[bool | None]
    custom_key_store_id: pulumi.Output[str | None]
    customer_master_key_spec: pulumi.Output[str | None]
    deletion_window_in_days: pulumi.Output[int | None]
    description: pulumi.Output[str]
    enable_key_rotation: pulumi.Output[bool | None]
    is_enabled: pulumi.Output[bool | None]
    key_id: pulumi.Output[str]
    key_usage: pulumi.Output[str | None]
    multi_region: pulumi.Output[bool]
    policy: pulumi.Output[str]
    region: pulumi.Output[str]
    rotation_period_in_days: pulumi.Output[int]
    tags: pulumi.Output[Mapping[str, str] | None]
    tags_all: pulumi.Output[Mapping[str, str]]
    xks_key_id: pulumi.Output[str | None]
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        bypass_policy_lockout_safety_check: pulumi.Input[bool | None] = ...,
        custom_key_store_id: pulumi.Input[str | None] = ...,
        customer_master_key_spec: pulumi.Input[str | None] = ...,
        deletion_window_in_days: pulumi.Input[int | None] = ...,
        description: pulumi.Input[str | None] = ...,
        enable_key_rotation: pulumi.Input[bool | None] = ...,
        is_enabled: pulumi.Input[bool | None] = ...,
        key_usage: pulumi.Input[str | None] = ...,
        multi_region: pulumi.Input[bool | None] = ...,
        policy: pulumi.Input[str | None] = ...,
        region: pulumi.Input[str | None] = ...,
        rotation_period_in_days: pulumi.Input[int | None] = ...,
        tags: pulumi.Input[Mapping[str, pulumi.Input[str]] | None] = ...,
        xks_key_id: pulumi.Input[str | None] = ...,
    ) -> None: ...
