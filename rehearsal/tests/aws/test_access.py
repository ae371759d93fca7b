from datetime import datetime, timedelta
from typing import Any

import pytest
from moto.eks.exceptions import InvalidParameterException

from rehearsal.aws.eks import rbac
from rehearsal.aws.eks.access import POLICY_PREFIX
from rehearsal.aws.eks.invariants import require_same_zones, require_switches_together
from rehearsal.aws.eks.versions import require_next_minor

ROLE = "arn:aws:iam::123456789012:role/team/deployer"
SESSION = "arn:aws:sts::123456789012:assumed-role/deployer/ci-42"


def entry(*policies: Any, groups: Any = ()) -> dict[str, Any]:
    return {
        "principalArn": ROLE,
        "username": "arn:aws:sts::123456789012:assumed-role/deployer/{{SessionName}}",
        "kubernetesGroups": list(groups),
        "policies": {arn: {"policyArn": POLICY_PREFIX + arn, "accessScope": scope} for arn, scope in policies},
    }


def test_a_session_uses_the_entry_of_its_role_even_if_the_role_has_a_path() -> None:
    role_entry, session = rbac.entry_of({ROLE: entry()}, SESSION)
    assert role_entry["principalArn"] == ROLE
    assert rbac.user_info(role_entry, SESSION, session)["username"].endswith("/deployer/ci-42")


def test_a_caller_without_an_access_entry_is_refused() -> None:
    with pytest.raises(rbac.NoAccessEntryError):
        rbac.entry_of({ROLE: entry()}, SESSION.replace("deployer", "other"))
    with pytest.raises(rbac.NoAccessEntryError):
        rbac.entry_of({ROLE: entry()}, "arn:aws:iam::123456789012:user/deployer")


def test_an_entry_without_a_policy_gets_only_its_own_groups() -> None:
    assert rbac.user_info(entry(groups=["devs"]), SESSION, "s")["groups"] == ["system:authenticated", "devs"]


def test_an_entry_and_its_policy_take_effect_after_a_delay() -> None:
    created_at, associated_at, end = (datetime(2026, 1, 1) + times * rbac.SETTLING for times in (0, 1, 2))
    new_entry = entry(("AmazonEKSViewPolicy", {"type": "cluster"})) | {"createdAt": created_at}
    new_entry["policies"]["AmazonEKSViewPolicy"]["associatedAt"] = associated_at
    assert not rbac.settled({ROLE: new_entry}, associated_at - timedelta(seconds=1))
    assert not rbac.settled({ROLE: new_entry}, associated_at)[ROLE]["policies"]
    assert rbac.settled({ROLE: new_entry}, end) == {ROLE: new_entry}


def test_a_policy_applies_to_the_cluster_or_to_the_namespaces_of_its_scope() -> None:
    cluster_wide = entry(("AmazonEKSClusterAdminPolicy", {"type": "cluster", "namespaces": []}))
    some = entry(("AmazonEKSViewPolicy", {"type": "namespace", "namespaces": ["a", "b"]}))
    assert rbac.policy_groups(cluster_wide) == [("eks:cluster-admin", "cluster-admin", None)]
    assert rbac.policy_groups(some) == [("eks:view:a", "view", "a"), ("eks:view:b", "view", "b")]


ON = {"enabled": True}
OFF = {"enabled": False}


@pytest.mark.parametrize(("compute", "balancing", "storage"), [(ON, ON, ON), (OFF, OFF, OFF)])
def test_auto_mode_is_enabled_or_disabled_as_a_whole(compute: Any, balancing: Any, storage: Any) -> None:
    require_switches_together(compute, {"elasticLoadBalancing": balancing}, {"blockStorage": storage})


@pytest.mark.parametrize(("compute", "balancing", "storage"), [(ON, OFF, ON), (ON, ON, OFF), (OFF, ON, ON), (None, ON, None)])
def test_a_part_of_auto_mode_alone_is_refused(compute: Any, balancing: Any, storage: Any) -> None:
    with pytest.raises(InvalidParameterException):
        require_switches_together(compute, {"elasticLoadBalancing": balancing}, {"blockStorage": storage})


def test_the_zones_of_a_cluster_cannot_change() -> None:
    require_same_zones({"eu-west-1a", "eu-west-1b"}, {"eu-west-1b", "eu-west-1a"})
    for zones in ({"eu-west-1a"}, {"eu-west-1a", "eu-west-1b", "eu-west-1c"}, {"eu-west-1a", "eu-west-1c"}):
        with pytest.raises(InvalidParameterException):
            require_same_zones({"eu-west-1a", "eu-west-1b"}, zones)


def test_kubernetes_is_updated_by_one_minor_version() -> None:
    require_next_minor("1.34", "1.35")
    for requested in ("1.33", "1.36"):
        with pytest.raises(InvalidParameterException):
            require_next_minor("1.34", requested)
