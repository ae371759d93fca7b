"""Who reaches the Kubernetes API from outside the VPC."""

from typing import Any

import pytest

from infra.settings import SettingsError
from tests.engine import STACKS, program, stack_config


def vpc_config(api_access_cidrs: Any) -> dict[str, Any]:
    found: dict[str, Any] = program(api_access_cidrs=api_access_cidrs).one("Cluster").inputs["vpcConfig"]
    return found


def test_the_api_has_no_public_endpoint_if_it_is_private() -> None:
    private = vpc_config("private")
    assert private["endpointPublicAccess"] is False
    assert private["endpointPrivateAccess"] is True
    assert not private.get("publicAccessCidrs")


def test_the_api_admits_only_the_listed_cidrs() -> None:
    listed = vpc_config(["8.8.8.8/32", "9.0.0.0/8"])
    assert listed["endpointPublicAccess"] is True
    assert listed["publicAccessCidrs"] == ["8.8.8.8/32", "9.0.0.0/8"]


def test_the_word_public_opens_the_api_to_the_internet() -> None:
    assert vpc_config("public")["publicAccessCidrs"] == ["0.0.0.0/0"]


@pytest.mark.parametrize("everybody", [["0.0.0.0/0"], ["8.8.8.8/32", "0.0.0.0/0"], ["128.0.0.0/1"]])
def test_a_cidr_of_the_whole_internet_is_rejected_with_the_word_that_allows_it(everybody: list[str]) -> None:
    with pytest.raises(SettingsError, match=r"slipway:api_access_cidrs .*whole Internet.*the word `public`"):
        vpc_config(everybody)


def test_more_cidrs_than_eks_accepts_are_rejected() -> None:
    blocks = [f"8.8.8.{number}/32" for number in range(41)]
    with pytest.raises(SettingsError, match=r"slipway:api_access_cidrs must hold at most 40 CIDRs .*got 41"):
        vpc_config(blocks)
    assert len(vpc_config(blocks[:40])["publicAccessCidrs"]) == 40


def test_two_roles_whose_resources_would_have_one_name_are_refused() -> None:
    roles = [f"arn:aws:iam::123456789012:role/{name}" for name in ("slipway-deployer", "a/admin", "b/admin")]
    with pytest.raises(SettingsError, match=r"slipway:admin_role_arns .*role/a/admin', .*role/b/admin'"):
        program(admin_role_arns=roles)
    assert len(program(admin_role_arns=roles[:2]).of("AccessEntry")) == 2


def test_no_stack_file_but_the_rehearsals_opens_the_api_to_the_internet() -> None:
    assert {"dev", "prod", "rehearsal", "staging"} <= set(STACKS)
    opened = {stack for stack in STACKS if stack_config(stack).get("slipway:api_access_cidrs") == "public"}
    assert opened == {"rehearsal"}
