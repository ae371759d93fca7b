# Written by make reference.
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NotRequired, TypedDict

import pulumi

class LabelSelectorArgsDict(TypedDict):
    match_expressions: NotRequired[pulumi.Input[Sequence[pulumi.Input[Mapping[str, Any]]] | None]]
    match_labels: NotRequired[pulumi.Input[Mapping[str, pulumi.Input[str]] | None]]

class ObjectMetaArgsDict(TypedDict):
    annotations: NotRequired[pulumi.Input[Mapping[str, pulumi.Input[str]] | None]]
    cluster_name: NotRequired[pulumi.Input[str | None]]
    creation_timestamp: NotRequired[pulumi.Input[str | None]]
    deletion_grace_period_seconds: NotRequired[pulumi.Input[int | None]]
    deletion_timestamp: NotRequired[pulumi.Input[str | None]]
    finalizers: NotRequired[pulumi.Input[Sequence[pulumi.Input[str]] | None]]
    generate_name: NotRequired[pulumi.Input[str | None]]
    generation: NotRequired[pulumi.Input[int | None]]
    labels: NotRequired[pulumi.Input[Mapping[str, pulumi.Input[str]] | None]]
    managed_fields: NotRequired[pulumi.Input[Sequence[pulumi.Input[Mapping[str, Any]]] | None]]
    name: NotRequired[pulumi.Input[str | None]]
    namespace: NotRequired[pulumi.Input[str | None]]
    owner_references: NotRequired[pulumi.Input[Sequence[pulumi.Input[Mapping[str, Any]]] | None]]
    resource_version: NotRequired[pulumi.Input[str | None]]
    self_link: NotRequired[pulumi.Input[str | None]]
    uid: NotRequired[pulumi.Input[str | None]]

class ObjectMetaPatchArgsDict(TypedDict):
    annotations: NotRequired[pulumi.Input[Mapping[str, pulumi.Input[str]] | None]]
    cluster_name: NotRequired[pulumi.Input[str | None]]
    creation_timestamp: NotRequired[pulumi.Input[str | None]]
    deletion_grace_period_seconds: NotRequired[pulumi.Input[int | None]]
    deletion_timestamp: NotRequired[pulumi.Input[str | None]]
    finalizers: NotRequired[pulumi.Input[Sequence[pulumi.Input[str]] | None]]
    generate_name: NotRequired[pulumi.Input[str | None]]
    generation: NotRequired[pulumi.Input[int | None]]
    labels: NotRequired[pulumi.Input[Mapping[str, pulumi.Input[str]] | None]]
    managed_fields: NotRequired[pulumi.Input[Sequence[pulumi.Input[Mapping[str, Any]]] | None]]
    name: NotRequired[pulumi.Input[str | None]]
    namespace: NotRequired[pulumi.Input[str | None]]
    owner_references: NotRequired[pulumi.Input[Sequence[pulumi.Input[Mapping[str, Any]]] | None]]
    resource_version: NotRequired[pulumi.Input[str | None]]
    self_link: NotRequired[pulumi.Input[str | None]]
    uid: NotRequired[pulumi.Input[str | None]]
