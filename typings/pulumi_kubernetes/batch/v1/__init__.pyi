# Written by make reference.
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NotRequired, TypedDict

import pulumi
import pulumi_kubernetes.meta.v1

class CronJob(pulumi.CustomResource):
    api_version: pulumi.Output[Literal['batch/v1']]
    kind: pulumi.Output[Literal['CronJob']]
    metadata: pulumi.Output[Any]
    spec: pulumi.Output[Any]
    status: pulumi.Output[Any]
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        spec: pulumi.Input[CronJobSpecArgsDict],
        api_version: pulumi.Input[Literal['batch/v1'] | None] = ...,
        kind: pulumi.Input[Literal['CronJob'] | None] = ...,
        metadata: pulumi.Input[pulumi_kubernetes.meta.v1.ObjectMetaArgsDict | None] = ...,
    ) -> None: ...

class CronJobSpecArgsDict(TypedDict):
    job_template: pulumi.Input[JobTemplateSpecArgsDict]
    schedule: pulumi.Input[str]
    concurrency_policy: NotRequired[pulumi.Input[str | None]]
    failed_jobs_history_limit: NotRequired[pulumi.Input[int | None]]
    starting_deadline_seconds: NotRequired[pulumi.Input[int | None]]
    successful_jobs_history_limit: NotRequired[pulumi.Input[int | None]]
    suspend: NotRequired[pulumi.Input[bool | None]]
    time_zone: NotRequired[pulumi.Input[str | None]]

class Job(pulumi.CustomResource):
    api_version: pulumi.Output[Literal['batch/v1']]
    kind: pulumi.Output[Literal['Job']]
    metadata: pulumi.Output[Any]
    spec: pulumi.Output[Any]
    status: pulumi.Output[Any]
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        api_version: pulumi.Input[Literal['batch/v1'] | None] = ...,
        kind: pulumi.Input[Literal['Job'] | None] = ...,
        metadata: pulumi.Input[pulumi_kubernetes.meta.v1.ObjectMetaArgsDict | None] = ...,
        spec: pulumi.Input[JobSpecArgsDict | None] = ...,
    ) -> None: ...

class JobSpecArgsDict(TypedDict):
    template: pulumi.Input[Mapping[str, Any]]
    active_deadline_seconds: NotRequired[pulumi.Input[int | None]]
    backoff_limit: NotRequired[pulumi.Input[int | None]]
    backoff_limit_per_index: NotRequired[pulumi.Input[int | None]]
    completion_mode: NotRequired[pulumi.Input[str | None]]
    completions: NotRequired[pulumi.Input[int | None]]
    managed_by: NotRequired[pulumi.Input[str | None]]
    manual_selector: NotRequired[pulumi.Input[bool | None]]
    max_failed_indexes: NotRequired[pulumi.Input[int | None]]
    parallelism: NotRequired[pulumi.Input[int | None]]
    pod_failure_policy: NotRequired[pulumi.Input[Mapping[str, Any] | None]]
    pod_replacement_policy: NotRequired[pulumi.Input[str | None]]
    scheduling: NotRequired[pulumi.Input[Mapping[str, Any] | None]]
    selector: NotRequired[pulumi.Input[pulumi_kubernetes.meta.v1.LabelSelectorArgsDict | None]]
    success_policy: NotRequired[pulumi.Input[Mapping[str, Any] | None]]
    suspend: NotRequired[pulumi.Input[bool | None]]
    ttl_seconds_after_finished: NotRequired[pulumi.Input[int | None]]

class JobTemplateSpecArgsDict(TypedDict):
    metadata: NotRequired[pulumi.Input[pulumi_kubernetes.meta.v1.ObjectMetaArgsDict | None]]
    spec: NotRequired[pulumi.Input[JobSpecArgsDict | None]]
