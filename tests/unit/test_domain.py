"""The domain of a stack: its records in a zone that other stacks may share, and what AWS takes as its name."""

from typing import Any

from tests.engine import program
from tests.graph import Declared


def records(**changed: Any) -> dict[str, Declared]:
    return {one.name: one for one in program(**changed).of("Record")}


def test_a_stack_leaves_the_certificates_record_to_other_stacks_on_its_domain() -> None:
    """ACM gives an account one validation record for a domain. Deleted, no other stack's certificate would renew."""
    validation = records()["balancer-validation"]
    assert validation.inputs["allowOverwrite"] is True, "another stack may have made the record"
    assert validation.request.retainOnDelete


def test_a_stack_takes_over_no_site_of_another_and_deletes_its_own() -> None:
    site = records()["balancer-messageboard"]
    assert not site.inputs.get("allowOverwrite")
    assert not site.request.retainOnDelete
