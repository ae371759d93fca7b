from typing import Any

import pulumi
import pytest

from infra import catalog, constraints, settings
from infra.settings import SettingsError
from tests.engine import ROOT, SECRETS, TEAM, Engine, config, stack_config

BAD: dict[str, tuple[Any, str]] = {
    "zones": (["a"], "at least 2 zones"),
    "vpc_cidr": ("10.0.0.0/24", "/16 to a /20"),
    "nat": ("none", "single, per_zone"),
    "kubernetes_version": ("1.29", "1.35"),
    "api_access_cidrs": (["10.0.0.0/8"], "private or reserved"),
    "admin_role_arns": (["arn:aws:sts::123456789012:assumed-role/a/b"], "no sessions"),
    "node_capacity": ("cheap", "on-demand, spot"),
    "domain": ("Example..com", "domain name"),
    "apps": ([], "at least one folder"),
    "replicas_per_zone": ("0", "1 to 100"),
    "image_platform": ("linux/riscv64", "linux/arm64"),
    "database_instance_class": ("t4g.medium", "db.t4g.medium"),
    "database_multi_az": ("perhaps", "bool"),
    "database_storage_gib": ("19", "20 to"),
    "database_backup_days": ("36", "1 to 35"),
    "database_ca_file": ("no/such/file.pem", "names no file"),
    "protect_data": ("perhaps", "bool"),
    "alarm_email": ("nobody", "e-mail"),
    "database_password": ("short", "8-41 printable"),
}


def read(**changed: Any) -> settings.Settings:
    found: list[settings.Settings] = []

    def declare() -> None:
        found.append(settings.load(pulumi.Config("slipway"), "test"))  # noqa: TID251  # as __main__.py does

    Engine().build(declare, config=config(**changed))
    return found[0]


def refusal(**changed: Any) -> str:
    with pytest.raises(SettingsError) as caught:
        read(**changed)
    return str(caught.value)


def test_every_setting_has_a_bad_value_here() -> None:
    assert set(BAD) == set(settings.Settings.__dataclass_fields__)


@pytest.mark.parametrize("name", BAD)
def test_a_bad_value_is_refused_with_its_rule_and_the_fixing_command(name: str) -> None:
    value, rule = BAD[name]
    text = refusal(**{name: value})
    assert f"slipway:{name}" in text
    assert rule in text
    assert "Fix: pulumi config set" in text
    assert text.startswith("1 problem ")


def test_the_refusal_of_a_secret_does_not_show_it() -> None:
    assert "pass word with spaces" not in refusal(database_password="pass word with spaces")


def test_all_problems_are_reported_together() -> None:
    text = refusal(zones=["x"], nat="none", vpc_cidr="oops", no_such_setting="1", database_password=None)
    assert text.startswith("5 problems")
    for name in ("zones", "nat", "vpc_cidr", "no_such_setting", "database_password"):
        assert f"slipway:{name}" in text


@pytest.mark.parametrize("name", ["api_access_cidrs", "admin_role_arns", "database_password"])
def test_what_has_no_default_must_be_said(name: str) -> None:
    assert f"slipway:{name} is missing" in refusal(**{name: None})


def test_the_api_server_may_be_private_but_not_by_accident() -> None:
    assert read(api_access_cidrs="private").api_is_private
    assert "nobody could reach" in refusal(api_access_cidrs=[])


def test_a_vpc_may_not_overlap_the_services_range() -> None:
    assert constraints.SERVICE_CIDR in refusal(vpc_cidr="172.20.0.0/16")


def test_an_app_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(SettingsError, match=r"'shop'.*There are: messageboard"):
        catalog.load(read(apps=["shop"]), "test")


def test_a_missing_secret_of_an_app_is_an_error_before_anything_is_created() -> None:
    engine = Engine()
    given = config() | {"messageboard:database_password": ""}
    del given["messageboard:database_password"]
    with pytest.raises(SettingsError, match="messageboard:database_password is missing"):
        engine.build_program(config=given)
    assert [request.type for request, _ in engine.requests if request.type.startswith("aws:")] == []


def test_a_deployer_who_could_not_reach_the_cluster_is_stopped_before_anything_is_created() -> None:
    engine = Engine(deployer="arn:aws:iam::123456789012:role/somebody-else")
    with pytest.raises(SettingsError, match=r"admin_role_arns does not hold .*somebody-else"):
        engine.build_program(config=config())
    assert [request.type for request, _ in engine.requests if request.type.startswith("aws:")] == []


def test_a_zone_that_the_region_lacks_is_named_before_anything_is_created() -> None:
    with pytest.raises(SettingsError, match="no zone eu-west-1c"):
        Engine(zones="ab").build_program(config=config())


def test_the_dev_stack_needs_nothing_but_secrets() -> None:
    given = stack_config("dev") | SECRETS
    assert Engine().build_program(stack="dev", config=given).of("Cluster")


@pytest.mark.parametrize("stack", ["staging", "prod"])
def test_the_other_stacks_say_what_a_team_must_set_and_build_with_it(stack: str) -> None:
    given = stack_config(stack)
    with pytest.raises(SettingsError) as caught:
        Engine().build_program(stack=stack, config=given)
    for name in ("api_access_cidrs", "admin_role_arns", "database_password"):
        assert f"slipway:{name} is missing" in str(caught.value)
    whole = given | TEAM | SECRETS
    graph = Engine().build_program(stack=stack, config=whole)
    assert [one.inputs["name"] for one in graph.resources if one.typ == "aws:eks/cluster:Cluster"] == [f"slipway-{stack}"]


def test_the_readme_lists_exactly_the_settings_and_outputs() -> None:
    readme = (ROOT / "README.md").read_text()
    main = (ROOT / "__main__.py").read_text()
    section = readme.split("## Settings")[1].split("\n## ")[0]
    listed = {line.split("`")[1] for line in section.splitlines() if line.startswith("| `")}
    assert listed == set(settings.Settings.__dataclass_fields__) | {"<app>:<key>"}
    section = readme.split("## Outputs")[1].split("\n## ")[0]
    listed = {line.split("`")[1] for line in section.splitlines() if line.startswith("| `")}
    assert listed == {line.split('"')[1] for line in main.splitlines() if line.startswith("pulumi.export(")}
