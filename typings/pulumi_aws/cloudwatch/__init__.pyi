# Written by make reference.
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NotRequired, TypedDict

import pulumi

class LogGroup(pulumi.CustomResource):
    arn: pulumi.Output[str]
    deletion_protection_enabled: pulumi.Output[bool]
    kms_key_id: pulumi.Output[str | None]
    log_group_class: pulumi.Output[str]
    name: pulumi.Output[str]
    name_prefix: pulumi.Output[str]
    region: pulumi.Output[str]
    retention_in_days: pulumi.Output[int | None]
    skip_destroy: pulumi.Output[bool | None]
    tags: pulumi.Output[Mapping[str, str] | None]
    tags_all: pulumi.Output[Mapping[str, str]]
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        deletion_protection_enabled: pulumi.Input[bool | None] = ...,
        kms_key_id: pulumi.Input[str | None] = ...,
        log_group_class: pulumi.Input[str | None] = ...,
        name: pulumi.Input[str | None] = ...,
        name_prefix: pulumi.Input[str | None] = ...,
        region: pulumi.Input[str | None] = ...,
        retention_in_days: pulumi.Input[int | None] = ...,
        skip_destroy: pulumi.Input[bool | None] = ...,
        tags: pulumi.Input[Mapping[str, pulumi.Input[str]] | None] = ...,
    ) -> None: ...

class MetricAlarm(pulumi.CustomResource):
    actions_enabled: pulumi.Output[bool | None]
    alarm_actions: pulumi.Output[Sequence[str] | None]
    alarm_description: pulumi.Output[str | None]
    arn: pulumi.Output[str]
    comparison_operator: pulumi.Output[str | None]
    datapoints_to_alarm: pulumi.Output[int | None]
    dimensions: pulumi.Output[Mapping[str, str] | None]
    evaluate_low_sample_count_percentiles: pulumi.Output[str]
    evaluation_criteria: pulumi.Output[Any]
    evaluation_interval: pulumi.Output[int | None]
    evaluation_periods: pulumi.Output[int | None]
    evaluation_window: pulumi.Output[Any]
    extended_statistic: pulumi.Output[str | None]
    insufficient_data_actions: pulumi.Output[Sequence[str] | None]
    metric_name: pulumi.Output[str | None]
    metric_queries: pulumi.Output[Sequence[Any] | None]
    name: pulumi.Output[str]
    namespace: pulumi.Output[str | None]
    ok_actions: pulumi.Output[Sequence[str] | None]
    period: pulumi.Output[int | None]
    region: pulumi.Output[str]
    statistic: pulumi.Output[str | None]
    tags: pulumi.Output[Mapping[str, str] | None]
    tags_all: pulumi.Output[Mapping[str, str]]
    threshold: pulumi.Output[float | None]
    threshold_metric_id: pulumi.Output[str | None]
    treat_missing_data: pulumi.Output[str | None]
    unit: pulumi.Output[str | None]
    warm_up_configuration: pulumi.Output[Any]
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        actions_enabled: pulumi.Input[bool | None] = ...,
        alarm_actions: pulumi.Input[Sequence[pulumi.Input[str]] | None] = ...,
        alarm_description: pulumi.Input[str | None] = ...,
        comparison_operator: pulumi.Input[str | None] = ...,
        datapoints_to_alarm: pulumi.Input[int | None] = ...,
        dimensions: pulumi.Input[Mapping[str, pulumi.Input[str]] | None] = ...,
        evaluate_low_sample_count_percentiles: pulumi.Input[str | None] = ...,
        evaluation_criteria: pulumi.Input[Mapping[str, Any] | None] = ...,
        evaluation_interval: pulumi.Input[int | None] = ...,
        evaluation_periods: pulumi.Input[int | None] = ...,
        evaluation_window: pulumi.Input[Mapping[str, Any] | None] = ...,
        extended_statistic: pulumi.Input[str | None] = ...,
        insufficient_data_actions: pulumi.Input[Sequence[pulumi.Input[str]] | None] = ...,
        metric_name: pulumi.Input[str | None] = ...,
        metric_queries: pulumi.Input[Sequence[pulumi.Input[Mapping[str, Any]]] | None] = ...,
        name: pulumi.Input[str | None] = ...,
        namespace: pulumi.Input[str | None] = ...,
        ok_actions: pulumi.Input[Sequence[pulumi.Input[str]] | None] = ...,
        period: pulumi.Input[int | None] = ...,
        region: pulumi.Input[str | None] = ...,
        statistic: pulumi.Input[str | None] = ...,
        tags: pulumi.Input[Mapping[str, pulumi.Input[str]] | None] = ...,
        threshold: pulumi.Input[float | None] = ...,
        threshold_metric_id: pulumi.Input[str | None] = ...,
        treat_missing_data: pulumi.Input[str | None] = ...,
        unit: pulumi.Input[str | None] = ...,
        warm_up_configuration: pulumi.Input[Mapping[str, Any] | None] = ...,
    ) -> None: ...
