# Written by make reference.
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NotRequired, TypedDict

import pulumi

class Topic(pulumi.CustomResource):
    application_failure_feedback_role_arn: pulumi.Output[str | None]
    application_success_feedback_role_arn: pulumi.Output[str | None]
    application_success_feedback_sample_rate: pulumi.Output[int | None]
    archive_policy: pulumi.Output[str | None]
    arn: pulumi.Output[str]
    beginning_archive_time: pulumi.Output[str]
    content_based_deduplication: pulumi.Output[bool | None]
    delivery_policy: pulumi.Output[str | None]
    display_name: pulumi.Output[str | None]
    fifo_throughput_scope: pulumi.Output[str]
    fifo_topic: pulumi.Output[bool | None]
    firehose_failure_feedback_role_arn: pulumi.Output[str | None]
    firehose_success_feedback_role_arn: pulumi.Output[str | None]
    firehose_success_feedback_sample_rate: pulumi.Output[int | None]
    http_failure_feedback_role_arn: pulumi.Output[str | None]
    http_success_feedback_role_arn: pulumi.Output[str | None]
    http_success_feedback_sample_rate: pulumi.Output[int | None]
    kms_master_key_id: pulumi.Output[str | None]
    lambda_failure_feedback_role_arn: pulumi.Output[str | None]
    lambda_success_feedback_role_arn: pulumi.Output[str | None]
    lambda_success_feedback_sample_rate: pulumi.Output[int | None]
    maximum_message_size: pulumi.Output[int]
    name: pulumi.Output[str]
    name_prefix: pulumi.Output[str]
    owner: pulumi.Output[str]
    policy: pulumi.Output[str]
    region: pulumi.Output[str]
    signature_version: pulumi.Output[int]
    sqs_failure_feedback_role_arn: pulumi.Output[str | None]
    sqs_success_feedback_role_arn: pulumi.Output[str | None]
    sqs_success_feedback_sample_rate: pulumi.Output[int | None]
    tags: pulumi.Output[Mapping[str, str] | None]
    tags_all: pulumi.Output[Mapping[str, str]]
    tracing_config: pulumi.Output[str]
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        application_failure_feedback_role_arn: pulumi.Input[str | None] = ...,
        application_success_feedback_role_arn: pulumi.Input[str | None] = ...,
        application_success_feedback_sample_rate: pulumi.Input[int | None] = ...,
        archive_policy: pulumi.Input[str | None] = ...,
        content_based_deduplication: pulumi.Input[bool | None] = ...,
        delivery_policy: pulumi.Input[str | None] = ...,
        display_name: pulumi.Input[str | None] = ...,
        fifo_throughput_scope: pulumi.Input[str | None] = ...,
        fifo_topic: pulumi.Input[bool | None] = ...,
        firehose_failure_feedback_role_arn: pulumi.Input[str | None] = ...,
        firehose_success_feedback_role_arn: pulumi.Input[str | None] = ...,
        firehose_success_feedback_sample_rate: pulumi.Input[int | None] = ...,
        http_failure_feedback_role_arn: pulumi.Input[str | None] = ...,
        http_success_feedback_role_arn: pulumi.Input[str | None] = ...,
        http_success_feedback_sample_rate: pulumi.Input[int | None] = ...,
        kms_master_key_id: pulumi.Input[str | None] = ...,
        lambda_failure_feedback_role_arn: pulumi.Input[str | None] = ...,
        lambda_success_feedback_role_arn: pulumi.Input[str | None] = ...,
        lambda_success_feedback_sample_rate: pulumi.Input[int | None] = ...,
        maximum_message_size: pulumi.Input[int | None] = ...,
        name: pulumi.Input[str | None] = ...,
        name_prefix: pulumi.Input[str | None] = ...,
        policy: pulumi.Input[str | None] = ...,
        region: pulumi.Input[str | None] = ...,
        signature_version: pulumi.Input[int | None] = ...,
        sqs_failure_feedback_role_arn: pulumi.Input[str | None] = ...,
        sqs_success_feedback_role_arn: pulumi.Input[str | None] = ...,
        sqs_success_feedback_sample_rate: pulumi.Input[int | None] = ...,
        tags: pulumi.Input[Mapping[str, pulumi.Input[str]] | None] = ...,
        tracing_config: pulumi.Input[str | None] = ...,
    ) -> None: ...

class TopicSubscription(pulumi.CustomResource):
    arn: pulumi.Output[str]
    confirmation_timeout_in_minutes: pulumi.Output[int | None]
    confirmation_was_authenticated: pulumi.Output[bool]
    delivery_policy: pulumi.Output[str | None]
    endpoint: pulumi.Output[str]
    endpoint_auto_confirms: pulumi.Output[bool | None]
    filter_policy: pulumi.Output[str | None]
    filter_policy_scope: pulumi.Output[str]
    owner_id: pulumi.Output[str]
    pending_confirmation: pulumi.Output[bool]
    protocol: pulumi.Output[str]
    raw_message_delivery: pulumi.Output[bool | None]
    redrive_policy: pulumi.Output[str | None]
    region: pulumi.Output[str]
    replay_policy: pulumi.Output[str | None]
    subscription_role_arn: pulumi.Output[str | None]
    topic: pulumi.Output[str]
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        endpoint: pulumi.Input[str],
        protocol: pulumi.Input[str],
        topic: pulumi.Input[str],
        confirmation_timeout_in_minutes: pulumi.Input[int | None] = ...,
        delivery_policy: pulumi.Input[str | None] = ...,
        endpoint_auto_confirms: pulumi.Input[bool | None] = ...,
        filter_policy: pulumi.Input[str | None] = ...,
        filter_policy_scope: pulumi.Input[str | None] = ...,
        raw_message_delivery: pulumi.Input[bool | None] = ...,
        redrive_policy: pulumi.Input[str | None] = ...,
        region: pulumi.Input[str | None] = ...,
        replay_policy: pulumi.Input[str | None] = ...,
        subscription_role_arn: pulumi.Input[str | None] = ...,
    ) -> None: ...
