# Written by make reference.
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NotRequired, TypedDict

import pulumi
import pulumi_kubernetes.meta.v1

class Deployment(pulumi.CustomResource):
    api_version: pulumi.Output[Literal['apps/v1']]
    kind: pulumi.Output[Literal['Deployment']]
    metadata: pulumi.Output[Any]
    spec: pulumi.Output[Any]
    status: pulumi.Output[Any]
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        spec: pulumi.Input[DeploymentSpecArgsDict],
        api_version: pulumi.Input[Literal['apps/v1'] | None] = ...,
        kind: pulumi.Input[Literal['Deployment'] | None] = ...,
        metadata: pulumi.Input[pulumi_kubernetes.meta.v1.ObjectMetaArgsDict | None] = ...,
    ) -> None: ...

class DeploymentSpecArgsDict(TypedDict):
    selector: pulumi.Input[pulumi_kubernetes.meta.v1.LabelSelectorArgsDict]
    template: pulumi.Input[Mapping[str, Any]]
    min_ready_seconds: NotRequired[pulumi.Input[int | None]]
    paused: NotRequired[pulumi.Input[bool | None]]
    progress_deadline_seconds: NotRequired[pulumi.Input[int | None]]
    replicas: NotRequired[pulumi.Input[int | None]]
    revision_history_limit: NotRequired[pulumi.Input[int | None]]
    strategy: NotRequired[pulumi.Input[DeploymentStrategyArgsDict | None]]

class DeploymentStrategyArgsDict(TypedDict):
    rolling_update: NotRequired[pulumi.Input[RollingUpdateDeploymentArgsDict | None]]
    type: NotRequired[pulumi.Input[str | None]]

class RollingUpdateDeploymentArgsDict(TypedDict):
    max_surge: NotRequired[pulumi.Input[int | str | None]]
    max_unavailable: NotRequired[pulumi.Input[int | str | None]]

class StatefulSet(pulumi.CustomResource):
    api_version: pulumi.Output[Literal['apps/v1']]
    kind: pulumi.Output[Literal['StatefulSet']]
    metadata: pulumi.Output[Any]
    spec: pulumi.Output[Any]
    status: pulumi.Output[Any]
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        spec: pulumi.Input[StatefulSetSpecArgsDict],
        api_version: pulumi.Input[Literal['apps/v1'] | None] = ...,
        kind: pulumi.Input[Literal['StatefulSet'] | None] = ...,
        metadata: pulumi.Input[pulumi_kubernetes.meta.v1.ObjectMetaArgsDict | None] = ...,
    ) -> None: ...

class StatefulSetSpecArgsDict(TypedDict):
    selector: pulumi.Input[pulumi_kubernetes.meta.v1.LabelSelectorArgsDict]
    template: pulumi.Input[Mapping[str, Any]]
    min_ready_seconds: NotRequired[pulumi.Input[int | None]]
    ordinals: NotRequired[pulumi.Input[Mapping[str, Any] | None]]
    persistent_volume_claim_retention_policy: NotRequired[pulumi.Input[Mapping[str, Any] | None]]
    pod_management_policy: NotRequired[pulumi.Input[str | None]]
    replicas: NotRequired[pulumi.Input[int | None]]
    revision_history_limit: NotRequired[pulumi.Input[int | None]]
    service_name: NotRequired[pulumi.Input[str | None]]
    update_strategy: NotRequired[pulumi.Input[Mapping[str, Any] | None]]
    volume_claim_templates: NotRequired[pulumi.Input[Sequence[pulumi.Input[Mapping[str, Any]]] | None]]
