"""What AWS would refuse of each stack file, as far as that is known without a rehearsal."""

import pytest

from tests import aws_requests, aws_rules
from tests.engine import ALL_APPS, STACKS, stack_program


@pytest.mark.parametrize("stack", STACKS)
def test_no_stack_file_breaks_a_rule_of_aws(stack: str) -> None:
    assert aws_rules.problems(stack_program(stack, apps=ALL_APPS)) == []


@pytest.mark.parametrize("stack", STACKS)
def test_every_kind_that_the_rules_judge_is_declared(stack: str) -> None:
    """A kind that is renamed would be judged no more, and nobody would notice."""
    judged = {resource.typ for resource, *_ in aws_requests.requests(stack_program(stack, apps=ALL_APPS))}
    assert judged == set(aws_requests.OPERATIONS)
