from typing import Any

import pulumi
import pytest

from infra import catalog, constraints, settings
from infra.settings import SettingsError
from tests.engine import SECRETS, TEAM, Engine, config, stack_config

BAD: dict[str, tuple[Any, str]] = {
    "zones": (["a"], "at least 2 zones"),
    "vpc_cidr": ("10.0.0.0/24", "/16 to a /20"),
    "nat": ("none", "single, per_zone"),
    "flow_logs": ("none", "all, rejected"),
    "kubernetes_version": ("1.29", "1.35"),
    "api_access_cidrs": (["10.0.0.0/8"], "private or reserved"),
    "admin_role_arns": (["arn:aws:sts::123456789012:assumed-role/a/b"], "no sessions"),
    "node_capacity": ("cheap", "on-demand, spot"),
    "node_cpu_limit": ("7", "8 to 10000"),
    "domain": ("Example..com", "domain name"),
    "apps": ([], "at least one folder"),
    "replicas_per_zone": ("0", "1 to 100"),
    "image_platform": ("linux/riscv64", "linux/arm64"),
    "database_instance_class": ("t4g.medium", "db.t4g.medium"),
    "database_multi_az": ("perhaps", "bool"),
    "database_storage_gib": ("19", "20 to"),
    "database_backup_days": ("36", "1 to 35"),
    "database_ca_file": ("no/such/file.pem", "was not found"),
    "protect_data": ("perhaps", "bool"),
    "alarm_email": ("nobody", "e-mail"),
    "database_master_password": ("short", "8-41 printable"),
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


def test_every_setting_has_an_invalid_value_in_the_table() -> None:
    assert set(BAD) == set(settings.Settings.__dataclass_fields__)


@pytest.mark.parametrize("name", BAD)
def test_an_invalid_value_is_rejected_with_its_rule_and_the_command_that_fixes_it(name: str) -> None:
    value, rule = BAD[name]
    text = refusal(**{name: value})
    assert f"slipway:{name}" in text
    assert rule in text
    assert "Fix: pulumi config set" in text
    assert text.startswith("1 problem ")


def test_an_invalid_secret_is_not_printed() -> None:
    assert "pass word with spaces" not in refusal(database_master_password="pass word with spaces")


def test_all_problems_are_reported_together() -> None:
    text = refusal(zones=["x"], nat="none", vpc_cidr="oops", no_such_setting="1", database_master_password=None)
    assert text.startswith("5 problems")
    for name in ("zones", "nat", "vpc_cidr", "no_such_setting", "database_master_password"):
        assert f"slipway:{name}" in text


@pytest.mark.parametrize("name", ["api_access_cidrs", "admin_role_arns", "database_master_password"])
def test_a_setting_without_a_default_is_required(name: str) -> None:
    assert f"slipway:{name} is required" in refusal(**{name: None})


@pytest.mark.parametrize(
    ("kind", "text", "value"), [(float, "0.5", 0.5), (int, "3", 3), (bool, "true", True), (str | None, "a", "a")]
)
def test_a_setting_is_read_as_its_type(kind: Any, text: str, value: Any) -> None:
    values: list[Any] = []

    def declare() -> None:
        values.append(settings.reader(kind)(pulumi.Config("slipway"), "name"))  # noqa: TID251  # as __main__.py does

    Engine().build(declare, config={"slipway:name": text})
    assert values == [value]
    assert type(values[0]) is type(value)


@pytest.mark.parametrize("kind", [complex, dict[str, str], list[str], int | str])
def test_a_setting_of_a_type_without_a_reader_is_an_error(kind: Any) -> None:
    with pytest.raises(TypeError, match="a setting cannot have the type"):
        settings.reader(kind)


def test_every_setting_has_a_type_that_can_be_read() -> None:
    assert settings.TYPES.keys() == settings.Settings.__dataclass_fields__.keys()
    for kind in settings.TYPES.values():
        assert callable(settings.reader(kind))


def test_the_former_name_of_the_master_password_is_refused_with_the_command_that_moves_it() -> None:
    text = refusal(database_password="former-Password-1", database_master_password=None)
    assert "slipway:database_password is now slipway:database_master_password" in text
    assert "pulumi config get slipway:database_password | pulumi config set --secret slipway:database_master_password" in text
    assert "pulumi config rm slipway:database_password" in text
    assert "former-Password-1" not in text


def test_the_api_server_may_be_private_but_not_by_accident() -> None:
    assert read(api_access_cidrs="private").public_api_cidrs == ()
    assert "nobody could reach" in refusal(api_access_cidrs=[])


def test_a_vpc_may_not_overlap_the_services_range() -> None:
    assert constraints.SERVICE_CIDR in refusal(vpc_cidr="172.20.0.0/16")


def test_an_unknown_app_is_reported_with_the_known_ones() -> None:
    with pytest.raises(SettingsError, match=r"'shop'.*Apps: messageboard"):
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
    with pytest.raises(SettingsError, match=r"admin_role_arns must contain .*somebody-else"):
        engine.build_program(config=config())
    assert [request.type for request, _ in engine.requests if request.type.startswith("aws:")] == []


def test_a_zone_that_the_region_lacks_is_named_before_anything_is_created() -> None:
    with pytest.raises(SettingsError, match="no zone eu-west-1c"):
        Engine(zones="ab").build_program(config=config())


def test_the_rehearsals_stack_needs_nothing_but_secrets() -> None:
    given = stack_config("rehearsal") | SECRETS
    graph = Engine().build_program(stack="rehearsal", config=given)
    assert graph.one_of_type("aws:eks/cluster:Cluster", "cluster").inputs["name"] == "slipway-rehearsal"


@pytest.mark.parametrize("stack", ["dev", "staging", "prod"])
def test_a_teams_stack_names_its_required_settings_and_builds_with_them(stack: str) -> None:
    given = stack_config(stack)
    with pytest.raises(SettingsError) as caught:
        Engine().build_program(stack=stack, config=given)
    for name in ("api_access_cidrs", "admin_role_arns", "database_master_password"):
        assert f"slipway:{name} is required" in str(caught.value)
    whole = given | TEAM | SECRETS
    graph = Engine().build_program(stack=stack, config=whole)
    assert graph.one("Cluster").inputs["name"] == f"slipway-{stack}"
