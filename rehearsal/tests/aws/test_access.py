from datetime import datetime, timedelta

import pytest
from moto.eks.exceptions import InvalidParameterException

from rehearsal.aws.eks import rbac
from rehearsal.aws.eks.access import POLICY_PREFIX
from rehearsal.aws.eks.clusters import require_same_zones, require_switches_together
from rehearsal.aws.eks.versions import require_next_minor

ROLE = "arn:aws:iam::123456789012:role/team/deployer"
SESSION = "arn:aws:sts::123456789012:assumed-role/deployer/ci-42"


def entry(*policies, groups=()):
    return {
        "principalArn": ROLE,
        "username": "arn:aws:sts::123456789012:assumed-role/deployer/{{SessionName}}",
        "kubernetesGroups": list(groups),
        "policies": {arn: {"policyArn": POLICY_PREFIX + arn, "accessScope": scope} for arn, scope in policies},
    }


def test_a_session_is_its_roles_entry_even_if_the_role_has_a_path():
    found, session = rbac.entry_of({ROLE: entry()}, SESSION)
    assert found["principalArn"] == ROLE
    assert rbac.user_info(found, SESSION, session)["username"].endswith("/deployer/ci-42")


def test_a_caller_without_entry_is_nobody():
    with pytest.raises(rbac.NoAccessEntryError):
        rbac.entry_of({ROLE: entry()}, SESSION.replace("deployer", "other"))
    with pytest.raises(rbac.NoAccessEntryError):
        rbac.entry_of({ROLE: entry()}, "arn:aws:iam::123456789012:user/deployer")


def test_an_entry_without_policy_is_authenticated_and_has_no_group_of_a_role():
    assert rbac.user_info(entry(groups=["devs"]), SESSION, "s")["groups"] == ["system:authenticated", "devs"]


def test_an_entry_and_then_its_policy_work_a_while_after_they_were_made():
    made, later, late = (datetime(2026, 1, 1) + times * rbac.SETTLING for times in (0, 1, 2))
    young = entry(("AmazonEKSViewPolicy", {"type": "cluster"})) | {"createdAt": made}
    young["policies"]["AmazonEKSViewPolicy"]["associatedAt"] = later
    assert not rbac.settled({ROLE: young}, later - timedelta(seconds=1))
    assert not rbac.settled({ROLE: young}, later)[ROLE]["policies"]
    assert rbac.settled({ROLE: young}, late) == {ROLE: young}


def test_a_policys_scope_decides_between_the_cluster_and_its_namespaces():
    whole = entry(("AmazonEKSClusterAdminPolicy", {"type": "cluster", "namespaces": []}))
    some = entry(("AmazonEKSViewPolicy", {"type": "namespace", "namespaces": ["a", "b"]}))
    assert rbac.policy_groups(whole) == [("eks:cluster-admin", "cluster-admin", None)]
    assert rbac.policy_groups(some) == [("eks:view:a", "view", "a"), ("eks:view:b", "view", "b")]


ON = {"enabled": True}
OFF = {"enabled": False}


@pytest.mark.parametrize(("compute", "balancing", "storage"), [(ON, ON, ON), (OFF, OFF, OFF)])
def test_auto_modes_switches_are_all_on_or_all_off(compute, balancing, storage):
    require_switches_together(compute, {"elasticLoadBalancing": balancing}, {"blockStorage": storage})


@pytest.mark.parametrize(("compute", "balancing", "storage"), [(ON, OFF, ON), (ON, ON, OFF), (OFF, ON, ON), (None, ON, None)])
def test_one_of_auto_modes_switches_alone_is_refused(compute, balancing, storage):
    with pytest.raises(InvalidParameterException):
        require_switches_together(compute, {"elasticLoadBalancing": balancing}, {"blockStorage": storage})


def test_a_clusters_zones_cannot_change():
    require_same_zones({"eu-west-1a", "eu-west-1b"}, {"eu-west-1b", "eu-west-1a"})
    for zones in ({"eu-west-1a"}, {"eu-west-1a", "eu-west-1b", "eu-west-1c"}, {"eu-west-1a", "eu-west-1c"}):
        with pytest.raises(InvalidParameterException):
            require_same_zones({"eu-west-1a", "eu-west-1b"}, zones)


def test_kubernetes_goes_up_by_one_minor_version():
    require_next_minor("1.34", "1.35")
    for wanted in ("1.33", "1.36"):
        with pytest.raises(InvalidParameterException):
            require_next_minor("1.34", wanted)
