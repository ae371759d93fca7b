# Written by make reference.
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NotRequired, TypedDict

import pulumi
import pulumi_kubernetes.meta.v1

class StorageClass(pulumi.CustomResource):
    allow_volume_expansion: pulumi.Output[bool]
    allowed_topologies: pulumi.Output[Sequence[Any]]
    api_version: pulumi.Output[Literal['storage.k8s.io/v1']]
    kind: pulumi.Output[Literal['StorageClass']]
    metadata: pulumi.Output[Any]
    mount_options: pulumi.Output[Sequence[str]]
    parameters: pulumi.Output[Mapping[str, str]]
    provisioner: pulumi.Output[str]
    reclaim_policy: pulumi.Output[str]
    volume_binding_mode: pulumi.Output[str]
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        provisioner: pulumi.Input[str],
        allow_volume_expansion: pulumi.Input[bool | None] = ...,
        allowed_topologies: pulumi.Input[Sequence[pulumi.Input[Mapping[str, Any]]] | None] = ...,
        api_version: pulumi.Input[Literal['storage.k8s.io/v1'] | None] = ...,
        kind: pulumi.Input[Literal['StorageClass'] | None] = ...,
        metadata: pulumi.Input[pulumi_kubernetes.meta.v1.ObjectMetaArgsDict | None] = ...,
        mount_options: pulumi.Input[Sequence[pulumi.Input[str]] | None] = ...,
        parameters: pulumi.Input[Mapping[str, pulumi.Input[str]] | None] = ...,
        reclaim_policy: pulumi.Input[str | None] = ...,
        volume_binding_mode: pulumi.Input[str | None] = ...,
    ) -> None: ...
