"""Names that AWS takes, whatever an app and its services are called."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra import naming, spec_rules
from infra.spec import App, Service
from tests.engine import program

names = st.from_regex(spec_rules.NAME, fullmatch=True).filter(lambda name: naming.app_problem(name) is None)
# Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html (Name)
LONGEST_TARGET_GROUP = 32
# Pulumi adds a dash and seven digits.
DIGITS = len("-1a2b3c4")


@given(names, names)
def test_a_target_groups_name_fits_once_pulumi_has_added_its_digits(app: str, service: str) -> None:
    qualified = App(name=app, services=(Service(service),)).qualified(service)
    name = naming.target_group(qualified)
    assert len(name) + DIGITS <= LONGEST_TARGET_GROUP
    assert name[0].isalnum()
    assert name[-1].isalnum()
    assert "--" not in name or "--" in qualified


def test_a_name_of_41_characters_is_shortened_and_another_of_the_same_beginning_differs() -> None:
    name = f"{'a' * 20}-{'s' * 20}"
    assert len(name) == 41
    first, second = naming.target_group(name), naming.target_group(name[:-1] + "t")
    assert first != second
    assert first.startswith(name[:10]), "a person recognises the app"
    assert max(len(first), len(second)) + DIGITS <= LONGEST_TARGET_GROUP


def test_a_name_that_fits_is_left_as_it_is() -> None:
    longest = LONGEST_TARGET_GROUP - DIGITS
    name = f"{'a' * 12}-{'s' * (longest - 13)}"
    assert naming.target_group(name) == name
    assert naming.target_group(f"{name}s") != f"{name}s"


@pytest.mark.parametrize("stack", ["a", "prod", "a-b-1", "x" * 20])
def test_a_stack_may_have_a_plain_name(stack: str) -> None:
    assert naming.stack_problem(stack) is None


@pytest.mark.parametrize("stack", ["", "x" * 21, "Prod", "1a", "a-", "-a", "a--b", "a_b"])
def test_a_stack_name_that_would_break_a_resource_name_is_refused(stack: str) -> None:
    assert naming.stack_problem(stack)


@given(names)
def test_a_schema_is_a_name_that_mysql_takes_without_quotes(app: str) -> None:
    schema = naming.schema(app)
    assert schema.replace("_", "").isalnum()
    assert len(schema) <= 32, "MySQL: a user's name"
    assert len({naming.schema(app), naming.schema(f"{app}-b")}) == 2


def test_log_groups_have_the_names_that_eks_and_rds_use() -> None:
    graph = program()
    cluster, database = graph.one("Cluster").inputs, graph.one("Instance").inputs
    expected = {f"/aws/eks/{cluster['name']}/cluster"}
    expected |= {f"/aws/rds/instance/{database['identifier']}/{log}" for log in database["enabledCloudwatchLogsExports"]}
    groups = [group.inputs["name"] for group in graph.of("LogGroup") if "name" in group.inputs]
    assert sorted(groups) == sorted(expected)
    assert cluster["name"] == database["identifier"] == "slipway-test"
    assert all(repository.inputs["name"].startswith("slipway-test/") for repository in graph.of("Repository"))
