# Written by make reference.
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NotRequired, TypedDict

import pulumi
import pulumi_kubernetes.meta.v1

class PodDisruptionBudget(pulumi.CustomResource):
    api_version: pulumi.Output[Literal['policy/v1']]
    kind: pulumi.Output[Literal['PodDisruptionBudget']]
    metadata: pulumi.Output[Any]
    spec: pulumi.Output[Any]
    status: pulumi.Output[Any]
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        api_version: pulumi.Input[Literal['policy/v1'] | None] = ...,
        kind: pulumi.Input[Literal['PodDisruptionBudget'] | None] = ...,
        metadata: pulumi.Input[pulumi_kubernetes.meta.v1.ObjectMetaArgsDict | None] = ...,
        spec: pulumi.Input[PodDisruptionBudgetSpecArgsDict | None] = ...,
    ) -> None: ...

class PodDisruptionBudgetSpecArgsDict(TypedDict):
    max_unavailable: NotRequired[pulumi.Input[int | str | None]]
    min_available: NotRequired[pulumi.Input[int | str | None]]
    selector: NotRequired[pulumi.Input[pulumi_kubernetes.meta.v1.LabelSelectorArgsDict | None]]
    unhealthy_pod_eviction_policy: NotRequired[pulumi.Input[str | None]]
