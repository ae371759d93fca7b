"""Who gets into a cluster, and what EKS refuses. The stack's cluster serves; nothing of it is changed."""

from collections.abc import Iterator

import pytest

from tests.conformance.account import Keys, client, cluster, eventually, kubernetes_status, refused, removed_afterwards
from tests.conformance.behaviours import behaviour
from tests.conformance.conftest import NAME, Role, Vpc

GUIDE = "https://docs.aws.amazon.com/eks/latest/userguide"
ENTRIES = f"{GUIDE}/creating-access-entries.html"
VIEW = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy"
UNAUTHORIZED, FORBIDDEN, OK = 401, 403, 200
# An entry, a policy and their removal take seconds to work.
SECONDS = 90


def answers(status: int, keys: Keys, path: str = "/api/v1/namespaces") -> None:
    """Assert that the API server answers a GET with this status before the time is up."""

    def check() -> None:
        assert kubernetes_status(keys.cluster_token(cluster()["name"]), path) == status

    eventually(SECONDS, check)


@pytest.fixture
def entry(role: Role) -> Iterator[Role]:
    """Give a role an access entry without policies."""
    place = {"clusterName": cluster()["name"], "principalArn": role.arn}
    client("eks").create_access_entry(**place)
    with removed_afterwards("eks", "delete_access_entry", **place):
        yield role


@behaviour("EKS-1", f"{GUIDE}/cluster-auth.html")
def test_no_token() -> None:
    """A request without a token is not an administrator's: 401 or, as the anonymous user, 403."""
    assert kubernetes_status(None) in (UNAUTHORIZED, FORBIDDEN)


@behaviour("EKS-2", f"{GUIDE}/cluster-auth.html")
def test_token_that_nobody_made() -> None:
    """A token that is no presigned GetCallerIdentity is answered 401."""
    assert kubernetes_status("k8s-aws-v1.bm90LWEtdXJs") == UNAUTHORIZED


@behaviour("EKS-3", f"{GUIDE}/access-entries.html")
def test_role_without_entry(role: Role) -> None:
    """A role without an access entry is answered 401."""
    assert kubernetes_status(role.keys.cluster_token(cluster()["name"])) == UNAUTHORIZED


@behaviour("EKS-4", f"{GUIDE}/access-entries.html")
def test_entry_without_policy(entry: Role) -> None:
    """A role with an access entry and no policy is known, and answered 403."""
    answers(FORBIDDEN, entry.keys)


@behaviour("EKS-5", f"{GUIDE}/access-policies.html")
def test_policy_of_one_namespace(entry: Role) -> None:
    """An access policy counts in its namespaces and nowhere else."""
    place = {"clusterName": cluster()["name"], "principalArn": entry.arn}
    scope = {"type": "namespace", "namespaces": ["messageboard"]}
    client("eks").associate_access_policy(**place, policyArn=VIEW, accessScope=scope)
    answers(OK, entry.keys, "/api/v1/namespaces/messageboard/pods")
    assert kubernetes_status(entry.keys.cluster_token(cluster()["name"]), "/api/v1/namespaces/default/pods") == FORBIDDEN


@behaviour("EKS-6", f"{GUIDE}/deleting-access-entries.html")
def test_removed_entry(entry: Role) -> None:
    """A role whose access entry was deleted is answered 401 again."""
    answers(FORBIDDEN, entry.keys)
    client("eks").delete_access_entry(clusterName=cluster()["name"], principalArn=entry.arn)
    answers(UNAUTHORIZED, entry.keys)


@behaviour("EKS-7", "https://github.com/kubernetes-sigs/aws-iam-authenticator#api-authorization-from-outside-a-cluster")
def test_token_for_another_cluster(entry: Role) -> None:
    """A token that was made for another cluster's name is answered 401."""
    answers(FORBIDDEN, entry.keys)
    assert kubernetes_status(entry.keys.cluster_token("another-cluster")) == UNAUTHORIZED


@behaviour("EKS-8", ENTRIES)
def test_entry_that_exists(entry: Role) -> None:
    """A principal has one access entry in a cluster."""
    with refused("ResourceInUseException"):
        client("eks").create_access_entry(clusterName=cluster()["name"], principalArn=entry.arn)


@behaviour("EKS-9", ENTRIES)
def test_entry_of_a_session() -> None:
    """An access entry is for an IAM role or user, not for a session of a role."""
    account = client("sts").get_caller_identity()["Account"]
    with refused("InvalidParameterException"):
        client("eks").create_access_entry(
            clusterName=cluster()["name"], principalArn=f"arn:aws:sts::{account}:assumed-role/{NAME}/session"
        )


@behaviour("EKS-10", ENTRIES)
def test_entry_of_nobody() -> None:
    """An access entry's role must exist."""
    account = client("sts").get_caller_identity()["Account"]
    with refused("InvalidParameterException"):
        client("eks").create_access_entry(clusterName=cluster()["name"], principalArn=f"arn:aws:iam::{account}:role/{NAME}-no")


@behaviour("EKS-11", ENTRIES)
def test_reserved_group(role: Role) -> None:
    """An access entry's Kubernetes groups cannot begin with `system:`."""
    with refused("InvalidParameterException"):
        client("eks").create_access_entry(
            clusterName=cluster()["name"], principalArn=role.arn, kubernetesGroups=["system:masters"]
        )


@behaviour("EKS-12", f"{GUIDE}/update-cluster.html")
def test_downgrade() -> None:
    """A cluster's Kubernetes version cannot go back."""
    major, minor = cluster()["version"].split(".")
    with refused("InvalidParameterException", "InvalidRequestException"):
        client("eks").update_cluster_version(name=cluster()["name"], version=f"{major}.{int(minor) - 1}")


@behaviour("EKS-13", f"{GUIDE}/network-reqs.html")
def test_other_subnets(vpc: Vpc) -> None:
    """A cluster's subnets stay in its VPC and zones."""
    with refused("InvalidParameterException"):
        client("eks").update_cluster_config(
            name=cluster()["name"], resourcesVpcConfig={"subnetIds": [*vpc.subnet_ids, vpc.same_zone_subnet_id]}
        )


@behaviour("EKS-14", f"{GUIDE}/auto-disable.html")
def test_half_of_auto_mode() -> None:
    """The three switches of Auto Mode are on or off together."""
    with refused("InvalidParameterException"):
        client("eks").update_cluster_config(name=cluster()["name"], computeConfig={"enabled": False})


@behaviour("EKS-15", f"{GUIDE}/create-cluster.html")
def test_cluster_that_exists(vpc: Vpc) -> None:
    """A cluster's name is unique in the region."""
    with refused("ResourceInUseException"):
        client("eks").create_cluster(
            name=cluster()["name"], roleArn=cluster()["roleArn"], resourcesVpcConfig={"subnetIds": list(vpc.subnet_ids)}
        )
