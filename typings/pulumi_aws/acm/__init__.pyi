# Written by make reference.
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NotRequired, TypedDict

import pulumi

class Certificate(pulumi.CustomResource):
    arn: pulumi.Output[str]
    certificate_authority_arn: pulumi.Output[str | None]
    certificate_body: pulumi.Output[str | None]
    certificate_chain: pulumi.Output[str | None]
    domain_name: pulumi.Output[str]
    domain_validation_options: pulumi.Output[Sequence[Any]]
    early_renewal_duration: pulumi.Output[str | None]
    key_algorithm: pulumi.Output[str]
    not_after: pulumi.Output[str]
    not_before: pulumi.Output[str]
    options: pulumi.Output[Any]
    pending_renewal: pulumi.Output[bool]
    private_key: pulumi.Output[str | None]
    private_key_wo: pulumi.Output[str | None]
    private_key_wo_version: pulumi.Output[int | None]
    region: pulumi.Output[str]
    renewal_eligibility: pulumi.Output[str]
    renewal_summaries: pulumi.Output[Sequence[Any]]
    status: pulumi.Output[str]
    subject_alternative_names: pulumi.Output[Sequence[str]]
    tags: pulumi.Output[Mapping[str, str] | None]
    tags_all: pulumi.Output[Mapping[str, str]]
    type: pulumi.Output[str]
    validation_emails: pulumi.Output[Sequence[str]]
    validation_method: pulumi.Output[str]
    validation_options: pulumi.Output[Sequence[Any] | None]
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        certificate_authority_arn: pulumi.Input[str | None] = ...,
        certificate_body: pulumi.Input[str | None] = ...,
        certificate_chain: pulumi.Input[str | None] = ...,
        domain_name: pulumi.Input[str | None] = ...,
        early_renewal_duration: pulumi.Input[str | None] = ...,
        key_algorithm: pulumi.Input[str | None] = ...,
        options: pulumi.Input[Mapping[str, Any] | None] = ...,
        private_key: pulumi.Input[str | None] = ...,
        private_key_wo: pulumi.Input[str | None] = ...,
        private_key_wo_version: pulumi.Input[int | None] = ...,
        region: pulumi.Input[str | None] = ...,
        subject_alternative_names: pulumi.Input[Sequence[pulumi.Input[str]] | None] = ...,
        tags: pulumi.Input[Mapping[str, pulumi.Input[str]] | None] = ...,
        validation_method: pulumi.Input[str | None] = ...,
        validation_options: pulumi.Input[Sequence[pulumi.Input[Mapping[str, Any]]] | None] = ...,
    ) -> None: ...

class CertificateValidation(pulumi.CustomResource):
    certificate_arn: pulumi.Output[str]
    region: pulumi.Output[str]
    validation_record_fqdns: pulumi.Output[Sequence[str] | None]
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        certificate_arn: pulumi.Input[str],
        region: pulumi.Input[str | None] = ...,
        validation_record_fqdns: pulumi.Input[Sequence[pulumi.Input[str]] | None] = ...,
    ) -> None: ...
