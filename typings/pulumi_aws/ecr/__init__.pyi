# Written by make reference.
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NotRequired, TypedDict

import pulumi

class LifecyclePolicy(pulumi.CustomResource):
    policy: pulumi.Output[str]
    region: pulumi.Output[str]
    registry_id: pulumi.Output[str]
    repository: pulumi.Output[str]
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        policy: pulumi.Input[str | Mapping[str, Any]],
        repository: pulumi.Input[str],
        region: pulumi.Input[str | None] = ...,
    ) -> None: ...

class Repository(pulumi.CustomResource):
    arn: pulumi.Output[str]
    encryption_configurations: pulumi.Output[Sequence[Any] | None]
    force_delete: pulumi.Output[bool | None]
    image_scanning_configuration: pulumi.Output[Any]
    image_tag_mutability: pulumi.Output[str | None]
    image_tag_mutability_exclusion_filters: pulumi.Output[Sequence[Any] | None]
    name: pulumi.Output[str]
    region: pulumi.Output[str]
    registry_id: pulumi.Output[str]
    repository_url: pulumi.Output[str]
    tags: pulumi.Output[Mapping[str, str] | None]
    tags_all: pulumi.Output[Mapping[str, str]]
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        encryption_configurations: pulumi.Input[Sequence[pulumi.Input[RepositoryEncryptionConfigurationArgsDict]] | None] = ...,
        force_delete: pulumi.Input[bool | None] = ...,
        image_scanning_configuration: pulumi.Input[RepositoryImageScanningConfigurationArgsDict | None] = ...,
        image_tag_mutability: pulumi.Input[str | None] = ...,
        image_tag_mutability_exclusion_filters: pulumi.Input[Sequence[pulumi.Input[Mapping[str, Any]]] | None] = ...,
        name: pulumi.Input[str | None] = ...,
        region: pulumi.Input[str | None] = ...,
        tags: pulumi.Input[Mapping[str, pulumi.Input[str]] | None] = ...,
    ) -> None: ...

class RepositoryEncryptionConfigurationArgsDict(TypedDict):
    encryption_type: NotRequired[pulumi.Input[str | None]]
    kms_key: NotRequired[pulumi.Input[str | None]]

class RepositoryImageScanningConfigurationArgsDict(TypedDict):
    scan_on_push: pulumi.Input[bool]

class GetAuthorizationTokenResult:
    authorization_token: str
    expires_at: str
    id: str
    password: str
    proxy_endpoint: str
    region: str
    registry_id: str | None
    user_name: str

def get_authorization_token_output(
    *,
    region: pulumi.Input[str | None] = ...,
    registry_id: pulumi.Input[str | None] = ...,
    opts: pulumi.InvokeOptions | pulumi.InvokeOutputOptions | None = ...,
) -> pulumi.Output[GetAuthorizationTokenResult]: ...
