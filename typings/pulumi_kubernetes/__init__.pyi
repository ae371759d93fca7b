# Written by make reference.
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NotRequired, TypedDict

import pulumi
from pulumi_kubernetes import apiextensions as apiextensions
from pulumi_kubernetes import apps as apps
from pulumi_kubernetes import batch as batch
from pulumi_kubernetes import core as core
from pulumi_kubernetes import meta as meta
from pulumi_kubernetes import networking as networking
from pulumi_kubernetes import policy as policy
from pulumi_kubernetes import storage as storage

class Provider(pulumi.ProviderResource):
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        always_render: pulumi.Input[bool | None] = ...,
        cluster: pulumi.Input[str | None] = ...,
        cluster_identifier: pulumi.Input[str | None] = ...,
        context: pulumi.Input[str | None] = ...,
        delete_unreachable: pulumi.Input[bool | None] = ...,
        enable_config_map_mutable: pulumi.Input[bool | None] = ...,
        enable_patch_force: pulumi.Input[bool | None] = ...,
        enable_secret_mutable: pulumi.Input[bool | None] = ...,
        enable_server_side_apply: pulumi.Input[bool | None] = ...,
        helm_release_settings: pulumi.Input[Mapping[str, Any] | None] = ...,
        kube_client_settings: pulumi.Input[Mapping[str, Any] | None] = ...,
        kubeconfig: pulumi.Input[str | None] = ...,
        namespace: pulumi.Input[str | None] = ...,
        render_yaml_to_directory: pulumi.Input[str | None] = ...,
        skip_update_unreachable: pulumi.Input[bool | None] = ...,
        suppress_deprecation_warnings: pulumi.Input[bool | None] = ...,
        suppress_helm_hook_warnings: pulumi.Input[bool | None] = ...,
        upsert_existing_objects: pulumi.Input[bool | None] = ...,
    ) -> None: ...
