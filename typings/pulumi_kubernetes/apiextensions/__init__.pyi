# Written by make reference.
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NotRequired, TypedDict

import pulumi
import pulumi_kubernetes.meta.v1

class CustomResource(pulumi.CustomResource):
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        api_version: pulumi.Input[str],
        kind: pulumi.Input[str],
        metadata: pulumi.Input[pulumi_kubernetes.meta.v1.ObjectMetaArgsDict] | None = ...,
        spec: Any = ...,
    ) -> None: ...
