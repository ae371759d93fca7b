# Written by make reference.
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NotRequired, TypedDict

import pulumi
from pulumi_aws import acm as acm
from pulumi_aws import cloudwatch as cloudwatch
from pulumi_aws import config as config
from pulumi_aws import ec2 as ec2
from pulumi_aws import ecr as ecr
from pulumi_aws import eks as eks
from pulumi_aws import iam as iam
from pulumi_aws import kms as kms
from pulumi_aws import lb as lb
from pulumi_aws import rds as rds
from pulumi_aws import route53 as route53
from pulumi_aws import sns as sns
from pulumi_aws import vpc as vpc

class GetAvailabilityZonesFilterArgsDict(TypedDict):
    name: str
    values: Sequence[str]

class Provider(pulumi.ProviderResource):
    access_key: pulumi.Output[str | None]
    custom_ca_bundle: pulumi.Output[str | None]
    ec2_metadata_service_endpoint: pulumi.Output[str | None]
    ec2_metadata_service_endpoint_mode: pulumi.Output[str | None]
    http_proxy: pulumi.Output[str | None]
    https_proxy: pulumi.Output[str | None]
    no_proxy: pulumi.Output[str | None]
    profile: pulumi.Output[str | None]
    region: pulumi.Output[str | None]
    retry_mode: pulumi.Output[str | None]
    s3_us_east1_regional_endpoint: pulumi.Output[str | None]
    secret_key: pulumi.Output[str | None]
    sts_region: pulumi.Output[str | None]
    tag_policy_compliance: pulumi.Output[str | None]
    token: pulumi.Output[str | None]
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        access_key: pulumi.Input[str | None] = ...,
        allowed_account_ids: pulumi.Input[Sequence[pulumi.Input[str]] | None] = ...,
        assume_role_with_web_identity: pulumi.Input[Mapping[str, Any] | None] = ...,
        assume_roles: pulumi.Input[Sequence[pulumi.Input[Mapping[str, Any]]] | None] = ...,
        custom_ca_bundle: pulumi.Input[str | None] = ...,
        default_tags: pulumi.Input[ProviderDefaultTagsArgsDict | None] = ...,
        ec2_metadata_service_endpoint: pulumi.Input[str | None] = ...,
        ec2_metadata_service_endpoint_mode: pulumi.Input[str | None] = ...,
        endpoints: pulumi.Input[Sequence[pulumi.Input[Mapping[str, Any]]] | None] = ...,
        forbidden_account_ids: pulumi.Input[Sequence[pulumi.Input[str]] | None] = ...,
        http_proxy: pulumi.Input[str | None] = ...,
        https_proxy: pulumi.Input[str | None] = ...,
        ignore_tags: pulumi.Input[Mapping[str, Any] | None] = ...,
        insecure: pulumi.Input[bool | None] = ...,
        max_retries: pulumi.Input[int | None] = ...,
        no_proxy: pulumi.Input[str | None] = ...,
        profile: pulumi.Input[str | None] = ...,
        region: pulumi.Input[str | None] = ...,
        retry_mode: pulumi.Input[str | None] = ...,
        s3_us_east1_regional_endpoint: pulumi.Input[str | None] = ...,
        s3_use_path_style: pulumi.Input[bool | None] = ...,
        secret_key: pulumi.Input[str | None] = ...,
        shared_config_files: pulumi.Input[Sequence[pulumi.Input[str]] | None] = ...,
        shared_credentials_files: pulumi.Input[Sequence[pulumi.Input[str]] | None] = ...,
        skip_credentials_validation: pulumi.Input[bool | None] = ...,
        skip_metadata_api_check: pulumi.Input[bool | None] = ...,
        skip_region_validation: pulumi.Input[bool | None] = ...,
        skip_requesting_account_id: pulumi.Input[bool | None] = ...,
        sts_region: pulumi.Input[str | None] = ...,
        tag_policy_compliance: pulumi.Input[str | None] = ...,
        token: pulumi.Input[str | None] = ...,
        token_bucket_rate_limiter_capacity: pulumi.Input[int | None] = ...,
        use_dualstack_endpoint: pulumi.Input[bool | None] = ...,
        use_fips_endpoint: pulumi.Input[bool | None] = ...,
        user_agents: pulumi.Input[Sequence[pulumi.Input[str]] | None] = ...,
    ) -> None: ...

class ProviderDefaultTagsArgsDict(TypedDict):
    tags: NotRequired[pulumi.Input[Mapping[str, pulumi.Input[str]] | None]]

class GetAvailabilityZonesResult:
    all_availability_zones: bool | None
    exclude_names: Sequence[str] | None
    exclude_zone_ids: Sequence[str] | None
    filters: Sequence[Any] | None
    group_names: Sequence[str]
    id: str
    names: Sequence[str]
    region: str
    state: str | None
    zone_ids: Sequence[str]

def get_availability_zones(
    *,
    all_availability_zones: bool | None = ...,
    exclude_names: Sequence[str] | None = ...,
    exclude_zone_ids: Sequence[str] | None = ...,
    filters: Sequence[GetAvailabilityZonesFilterArgsDict] | None = ...,
    region: str | None = ...,
    state: str | None = ...,
    opts: pulumi.InvokeOptions | None = ...,
) -> GetAvailabilityZonesResult: ...

class GetCallerIdentityResult:
    account_id: str
    arn: str
    id: str
    user_id: str

def get_caller_identity(
    *,
    id: str | None = ...,
    opts: pulumi.InvokeOptions | None = ...,
) -> GetCallerIdentityResult: ...
