"""The domain of a stack: its records in a zone that other stacks may share, and what AWS takes as its name."""

from typing import Any

import pytest

from infra.settings import SettingsError
from tests.engine import program
from tests.graph import Declared


def records(**changed: Any) -> dict[str, Declared]:
    return {resource.name: resource for resource in program(**changed).of("Record")}


def test_a_stack_leaves_the_certificates_record_to_other_stacks_on_its_domain() -> None:
    """ACM gives an account one validation record for a domain. Deleted, no other stack's certificate would renew."""
    validation = records()["balancer-validation"]
    assert validation.inputs["allowOverwrite"] is True, "another stack may have made the record"
    assert validation.request.retainOnDelete


def test_a_stack_takes_over_no_site_of_another_and_deletes_its_own() -> None:
    site = records()["balancer-messageboard"]
    assert not site.inputs.get("allowOverwrite")
    assert not site.request.retainOnDelete


@pytest.mark.parametrize(
    ("domain", "rule"),
    [
        ("a" * 53 + ".example.com", "at most 64 characters"),
        ("example.xn--p1ai", "only letters after its last dot"),
        ("10.0.0.1", "only letters after its last dot"),
    ],
)
def test_a_domain_that_certificate_or_load_balancer_reject_is_an_error(domain: str, rule: str) -> None:
    with pytest.raises(SettingsError, match=f"slipway:domain must have {rule}"):
        program(domain=domain)


@pytest.mark.parametrize("domain", ["a" * 52 + ".example.com", "xn--bcher-kva.example.com", "localhost"])
def test_a_domain_that_certificate_and_load_balancer_accept_is_valid(domain: str) -> None:
    assert program(domain=domain).one("Certificate").inputs["domainName"] == domain
