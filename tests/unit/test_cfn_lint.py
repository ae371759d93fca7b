"""Database classes, engine versions and IAM actions of the stack files, against what CloudFormation knows of them."""

import pytest

from tests import cloudformation
from tests.engine import ALL_APPS, STACKS, stack_config, stack_program
from tests.graph import Graph

REGIONS = sorted({stack_config(stack)["aws:region"] for stack in STACKS})


@pytest.mark.parametrize("region", REGIONS)
def test_no_stack_file_breaks_a_rule_of_cfn_lint_in_a_region(region: str) -> None:
    """One template for all stacks of a region: most of the time goes into reading the rules."""
    stacks = [stack for stack in STACKS if stack_config(stack)["aws:region"] == region]
    graphs: dict[str, Graph] = {stack: stack_program(stack, apps=ALL_APPS) for stack in stacks}
    assert cloudformation.findings(graphs, region) == []


def test_the_engine_versions_prefix_matches_an_offered_version() -> None:
    assert cloudformation.newest_version("mysql", "8.4").startswith("8.4.")
    assert cloudformation.newest_version("mysql", "8.9") == "8.9", "an unknown version is left for cfn-lint to find"
