# Written by make reference.
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NotRequired, TypedDict

import pulumi
import pulumi_kubernetes.meta.v1

class IPBlockArgsDict(TypedDict):
    cidr: pulumi.Input[str]
    except_: NotRequired[pulumi.Input[Sequence[pulumi.Input[str]] | None]]

class NetworkPolicy(pulumi.CustomResource):
    api_version: pulumi.Output[Literal['networking.k8s.io/v1']]
    kind: pulumi.Output[Literal['NetworkPolicy']]
    metadata: pulumi.Output[Any]
    spec: pulumi.Output[Any]
    status: pulumi.Output[Any]
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        api_version: pulumi.Input[Literal['networking.k8s.io/v1'] | None] = ...,
        kind: pulumi.Input[Literal['NetworkPolicy'] | None] = ...,
        metadata: pulumi.Input[pulumi_kubernetes.meta.v1.ObjectMetaArgsDict | None] = ...,
        spec: pulumi.Input[NetworkPolicySpecArgsDict | None] = ...,
    ) -> None: ...

class NetworkPolicyEgressRuleArgsDict(TypedDict):
    ports: NotRequired[pulumi.Input[Sequence[pulumi.Input[NetworkPolicyPortArgsDict]] | None]]
    to: NotRequired[pulumi.Input[Sequence[pulumi.Input[NetworkPolicyPeerArgsDict]] | None]]

class NetworkPolicyPeerArgsDict(TypedDict):
    ip_block: NotRequired[pulumi.Input[IPBlockArgsDict | None]]
    namespace_selector: NotRequired[pulumi.Input[pulumi_kubernetes.meta.v1.LabelSelectorArgsDict | None]]
    pod_selector: NotRequired[pulumi.Input[pulumi_kubernetes.meta.v1.LabelSelectorArgsDict | None]]

class NetworkPolicyPortArgsDict(TypedDict):
    end_port: NotRequired[pulumi.Input[int | None]]
    port: NotRequired[pulumi.Input[int | str | None]]
    protocol: NotRequired[pulumi.Input[str | None]]

class NetworkPolicySpecArgsDict(TypedDict):
    pod_selector: pulumi.Input[pulumi_kubernetes.meta.v1.LabelSelectorArgsDict]
    egress: NotRequired[pulumi.Input[Sequence[pulumi.Input[NetworkPolicyEgressRuleArgsDict]] | None]]
    ingress: NotRequired[pulumi.Input[Sequence[pulumi.Input[Mapping[str, Any]]] | None]]
    policy_types: NotRequired[pulumi.Input[Sequence[pulumi.Input[str]] | None]]
