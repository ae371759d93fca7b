"""Access to a cluster, checked with requests to the real API server."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from tenacity import retry, retry_if_result, stop_after_delay, wait_fixed

from rehearsal import paths
from rehearsal.aws.kube import Kube
from rehearsal.tests.aws.conftest import Keys

pytestmark = pytest.mark.rehearsal
ADMIN = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"
VIEW = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy"
TRUST = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}
)


def status(keys: Keys, cluster: str, path: str, method: str = "GET", body: dict[str, Any] | None = None) -> int:
    """Return the status of the API server's response to a token like those of `aws eks get-token`."""
    url = f"https://sts.{paths.REGION}.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15"
    request = AWSRequest(method="GET", url=url, headers={"x-k8s-aws-id": cluster})
    SigV4QueryAuth(Credentials(keys.key_id, keys.secret, keys.token), "sts", paths.REGION, expires=60).add_auth(request)
    token = "k8s-aws-v1." + base64.urlsafe_b64encode(request.url.encode()).decode().rstrip("=")
    session = requests.Session()
    session.trust_env = False
    headers = {"Authorization": f"Bearer {token}"}
    answer = session.request(
        method, paths.API_SERVER + path, headers=headers, json=body, verify=str(paths.PKI / "ca.crt"), timeout=10
    )
    return answer.status_code


def eventually(expected: int, *args: Any) -> int:
    """Return the status as soon as it is the expected one: an entry takes seconds, and the API server caches users for 2 s."""
    retrying_status = retry(
        retry=retry_if_result(lambda code: code != expected),
        stop=stop_after_delay(30),
        wait=wait_fixed(0.5),
        retry_error_callback=lambda state: state.outcome.result() if state.outcome else 0,
    )(status)
    return retrying_status(*args)


@pytest.fixture(scope="module")
def eks(client: Any) -> Any:
    return client("eks")


@pytest.fixture(scope="module")
def clusters(client: Any, eks: Any, subnets: list[str], suffix: str) -> Iterator[Any]:
    role = client("iam").create_role(RoleName=f"t-cluster-{suffix}", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    names = [f"t1-{suffix}", f"t2-{suffix}"]
    for name in names:
        eks.create_cluster(
            name=name,
            roleArn=role,
            version="1.35",
            resourcesVpcConfig={"subnetIds": subnets},
            accessConfig={"authenticationMode": "API"},
        )
    yield names
    for name in names:
        eks.delete_cluster(name=name)
    client("iam").delete_role(RoleName=role.rsplit("/", 1)[1])


@pytest.fixture(scope="module")
def namespace(clusters: Any, suffix: str) -> Iterator[Any]:
    kube, name = Kube(), f"t-{suffix}"
    kube.request("POST", "/api/v1/namespaces", {"metadata": {"name": name}})
    yield name
    kube.request("DELETE", f"/api/v1/namespaces/{name}")


@pytest.fixture
def user(client: Any, suffix: str) -> Iterator[Any]:
    iam, name = client("iam"), f"bob-{suffix}"
    arn = iam.create_user(UserName=name)["User"]["Arn"]
    created = iam.create_access_key(UserName=name)["AccessKey"]
    yield arn, Keys(created["AccessKeyId"], created["SecretAccessKey"])
    iam.delete_access_key(UserName=name, AccessKeyId=created["AccessKeyId"])
    iam.delete_user(UserName=name)


@pytest.fixture
def session(client: Any, suffix: str) -> Iterator[Any]:
    """Return a role's ARN and the keys of its session."""
    iam, name = client("iam"), f"t-role-{suffix}"
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    created = client("sts").assume_role(RoleArn=arn, RoleSessionName="carol")["Credentials"]
    yield arn, Keys(created["AccessKeyId"], created["SecretAccessKey"], created["SessionToken"])
    iam.delete_role(RoleName=name)


def test_the_creator_of_a_cluster_has_access(clusters: Any) -> None:
    assert eventually(200, Keys(), clusters[0], "/api/v1/namespaces") == 200


def test_a_token_for_another_cluster_is_checked_against_that_clusters_entries(eks: Any, clusters: Any) -> None:
    eks.delete_access_entry(clusterName=clusters[1], principalArn=f"arn:aws:iam::{paths.ACCOUNT}:root")
    assert eventually(401, Keys(), clusters[1], "/api/v1/namespaces") == 401
    assert status(Keys(), "no-such-cluster", "/api/v1/namespaces") == 401


def test_a_token_with_an_unknown_key_or_a_wrong_secret_is_refused(clusters: Any) -> None:
    assert status(Keys("AKIANOBODY0000000000", "x"), clusters[0], "/api/v1/namespaces") == 401
    assert status(Keys(secret="wrong"), clusters[0], "/api/v1/namespaces") == 401


def test_a_caller_without_an_entry_gets_401_and_without_a_policy_403(eks: Any, clusters: Any, user: Any) -> None:
    arn, keys = user
    assert status(keys, clusters[0], "/api/v1/namespaces") == 401
    eks.create_access_entry(clusterName=clusters[0], principalArn=arn, kubernetesGroups=["devs"])
    assert eventually(403, keys, clusters[0], "/api/v1/namespaces") == 403
    assert status(Keys(keys.key_id, "wrong"), clusters[0], "/api/v1/namespaces") == 401
    eks.delete_access_entry(clusterName=clusters[0], principalArn=arn)
    assert eventually(401, keys, clusters[0], "/api/v1/namespaces") == 401


def test_a_policy_applies_to_its_namespaces_and_verbs_only(eks: Any, clusters: Any, namespace: str, session: Any) -> None:
    arn, keys = session
    cluster = clusters[0]
    eks.create_access_entry(clusterName=cluster, principalArn=arn)
    eks.associate_access_policy(
        clusterName=cluster, principalArn=arn, policyArn=VIEW, accessScope={"type": "namespace", "namespaces": [namespace]}
    )
    inside = f"/api/v1/namespaces/{namespace}"
    assert eventually(200, keys, cluster, f"{inside}/pods") == 200
    assert status(keys, cluster, "/api/v1/namespaces/default/pods") == 403
    assert status(keys, cluster, f"{inside}/secrets") == 403
    assert status(keys, cluster, f"{inside}/configmaps", "POST", {"metadata": {"name": "x"}}) == 403
    eks.associate_access_policy(clusterName=cluster, principalArn=arn, policyArn=ADMIN, accessScope={"type": "cluster"})
    assert eventually(201, keys, cluster, f"{inside}/configmaps", "POST", {"metadata": {"name": "x"}}) == 201
    eks.delete_access_entry(clusterName=cluster, principalArn=arn)


def test_an_entry_for_a_session_or_an_unknown_principal_is_refused(eks: Any, clusters: Any) -> None:
    for principal in (f"arn:aws:sts::{paths.ACCOUNT}:assumed-role/x/y", f"arn:aws:iam::{paths.ACCOUNT}:role/nobody"):
        with pytest.raises(ClientError, match="InvalidParameterException"):
            eks.create_access_entry(clusterName=clusters[0], principalArn=principal)


def test_zones_cannot_be_added_and_a_protected_cluster_cannot_be_deleted(
    client: Any, eks: Any, clusters: Any, subnets: list[str]
) -> None:
    vpc = client("ec2").describe_subnets(SubnetIds=subnets)["Subnets"][0]["VpcId"]
    all_subnets = [
        s["SubnetId"] for s in client("ec2").describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Subnets"]
    ]
    with pytest.raises(ClientError, match="exact set of AZs"):
        eks.update_cluster_config(name=clusters[0], resourcesVpcConfig={"subnetIds": all_subnets})
    eks.update_cluster_config(name=clusters[1], deletionProtection=True)
    with pytest.raises(ClientError, match="deletion protection"):
        eks.delete_cluster(name=clusters[1])
    eks.update_cluster_config(name=clusters[1], deletionProtection=False)


def test_a_read_only_role_cannot_create_resources(client: Any, session: Any) -> None:
    arn, keys = session
    role, read_only = arn.rsplit("/", 1)[1], "arn:aws:iam::aws:policy/ReadOnlyAccess"
    client("iam").attach_role_policy(RoleName=role, PolicyArn=read_only)
    assert keys.client("ec2").describe_vpcs()["Vpcs"]
    with pytest.raises(ClientError, match="UnauthorizedOperation"):
        keys.client("ec2").create_vpc(CidrBlock="10.8.0.0/16")
    with pytest.raises(ClientError, match="AccessDenied"):
        keys.client("ecr").create_repository(repositoryName="refused")
    client("iam").detach_role_policy(RoleName=role, PolicyArn=read_only)
    with pytest.raises(ClientError, match="UnauthorizedOperation"):
        keys.client("ec2").describe_vpcs()


def test_calls_with_an_unknown_key_or_a_wrong_secret_are_refused() -> None:
    for keys, service, error in (
        (Keys("AKIANOBODY0000000000", "x"), "eks", "UnrecognizedClientException"),
        (Keys(secret="wrong"), "eks", "InvalidSignatureException"),
    ):
        with pytest.raises(ClientError, match=error):
            keys.client(service).list_clusters()
    with pytest.raises(ClientError, match="AuthFailure"):
        Keys(secret="wrong").client("ec2").describe_vpcs()


def test_the_servers_of_a_new_cluster_accept_its_creator_one_after_the_other(
    eks: Any, clusters: Any, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    existing = eks.describe_cluster(name=clusters[0])["cluster"]
    name, path = f"t3-{suffix}", "/api/v1/namespaces"
    created = eks.create_cluster(
        name=name,
        roleArn=existing["roleArn"],
        version="1.35",
        resourcesVpcConfig={"subnetIds": existing["resourcesVpcConfig"]["subnetIds"]},
        accessConfig={"authenticationMode": "API"},
    )["cluster"]
    monkeypatch.setattr(paths, "API_SERVER", created["endpoint"])
    assert eventually(200, Keys(), name, path) == 200
    assert sorted(status(Keys(), name, path) for _ in range(4)) == [200, 200, 401, 401]
    settled = retry(retry=retry_if_result(lambda codes: codes != [200] * 4), stop=stop_after_delay(30), wait=wait_fixed(1))
    assert settled(lambda: [status(Keys(), name, path) for _ in range(4)])() == [200] * 4
    eks.delete_cluster(name=name)
