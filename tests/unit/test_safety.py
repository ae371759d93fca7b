"""What keeps data, secrets and access safe, over the production stack with all apps.

Each row names inputs, the relation that must hold for every one of them, and a wrong value. The last test puts the wrong
value into a copy of the inputs and sees the row refuse it, so that no row holds whatever the program says.
"""

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.engine import ACCOUNT, ALL_APPS, TEAM, stack_program
from tests.graph import Graph, at, some

KEY = f"arn:aws:mock:eu-west-1:{ACCOUNT}:keys-"
POD = "pods"
# A user of the official images of MySQL, PostgreSQL and Redis; a service's is above any that a host has.
STORE_USER, HIGHEST_HOST_USER = 999, 10_000


@dataclass(frozen=True, kw_only=True)
class Row:
    """Inputs by kind (or POD), name prefix and dotted path; what must hold for each value; a value for which it must not."""

    kind: str
    prefix: str = ""
    path: str
    holds: Callable[[Any], bool]
    wrong: Any


def is_true(value: Any) -> bool:
    return value is True


def is_false(value: Any) -> bool:
    return value is False


def key(purpose: str) -> Callable[[Any], bool]:
    return lambda value: value == KEY + purpose


def includes(*items: str) -> Callable[[Any], bool]:
    return lambda value: set(items) <= set(value or ())


def equals(wanted: Any) -> Callable[[Any], bool]:
    return lambda value: value == wanted


def at_least(number: int) -> Callable[[Any], bool]:
    return lambda value: value is not None and value >= number


def is_service_user(value: Any) -> bool:
    return bool(value and value > HIGHEST_HOST_USER)


def names_nobody_but_the_account(policy: str) -> bool:
    principals = [statement["Principal"] for statement in json.loads(policy)["Statement"]]
    return all(p.get("AWS", f":{ACCOUNT}:").count(f":{ACCOUNT}:") == 1 and "*" not in p.values() for p in principals)


ROWS: dict[str, Row] = {
    "the cluster refuses its deletion": Row(kind="Cluster", path="deletionProtection", holds=is_true, wrong=False),
    "Kubernetes secrets are encrypted": Row(
        kind="Cluster", path="encryptionConfig.resources", holds=includes("secrets"), wrong=[]
    ),
    "Kubernetes secrets have a key of their own": Row(
        kind="Cluster", path="encryptionConfig.provider.keyArn", holds=key("cluster"), wrong=None
    ),
    "the API has a private endpoint": Row(kind="Cluster", path="vpcConfig.endpointPrivateAccess", holds=is_true, wrong=False),
    "the API admits the team's blocks alone": Row(
        kind="Cluster",
        path="vpcConfig.publicAccessCidrs",
        holds=equals(TEAM["slipway:api_access_cidrs"]),
        wrong=["0.0.0.0/0"],
    ),
    "the control plane writes an audit log": Row(
        kind="Cluster", path="enabledClusterLogTypes", holds=includes("api", "audit", "authenticator"), wrong=["api"]
    ),
    "administrators are those of the setting": Row(
        kind="AccessEntry", path="principalArn", holds=lambda arn: arn in TEAM["slipway:admin_role_arns"], wrong="arn:of:nobody"
    ),
    "logs are encrypted": Row(kind="LogGroup", path="kmsKeyId", holds=key("logs"), wrong=None),
    "logs are kept, but not for ever": Row(
        kind="LogGroup", path="retentionInDays", holds=lambda days: days is not None and 7 <= days <= 400, wrong=None
    ),
    "refused connections are logged": Row(
        kind="FlowLog", path="trafficType", holds=lambda traffic: traffic in ("ALL", "REJECT"), wrong="ACCEPT"
    ),
    "keys are rotated": Row(kind="Key", path="enableKeyRotation", holds=is_true, wrong=False),
    "a key's deletion can be stopped": Row(kind="Key", path="deletionWindowInDays", holds=at_least(14), wrong=7),
    "keys are for the account alone": Row(
        kind="Key",
        path="policy",
        holds=names_nobody_but_the_account,
        wrong='{"Statement": [{"Principal": {"AWS": "*"}}]}',
    ),
    "the database is encrypted": Row(kind="Instance", path="storageEncrypted", holds=is_true, wrong=False),
    "the database has a key of its own": Row(kind="Instance", path="kmsKeyId", holds=key("database"), wrong=KEY + "logs"),
    "the database refuses its deletion": Row(kind="Instance", path="deletionProtection", holds=is_true, wrong=False),
    "the database is backed up": Row(kind="Instance", path="backupRetentionPeriod", holds=at_least(7), wrong=0),
    "backups outlive the instance": Row(kind="Instance", path="deleteAutomatedBackups", holds=is_false, wrong=True),
    "a last snapshot is taken": Row(kind="Instance", path="skipFinalSnapshot", holds=is_false, wrong=True),
    "snapshots keep their tags": Row(kind="Instance", path="copyTagsToSnapshot", holds=is_true, wrong=False),
    "the database has a standby": Row(kind="Instance", path="multiAz", holds=is_true, wrong=False),
    "the database has no public address": Row(kind="Instance", path="publiclyAccessible", holds=is_false, wrong=True),
    "the database is in its own group": Row(
        kind="Instance", path="vpcSecurityGroupIds", holds=equals(["database-id"]), wrong=None
    ),
    "errors of the database are exported": Row(
        kind="Instance", path="enabledCloudwatchLogsExports", holds=includes("error", "slowquery"), wrong=["general"]
    ),
    "image repositories are encrypted": Row(
        kind="Repository", path="encryptionConfigurations.0.kmsKey", holds=key("images"), wrong=None
    ),
    "image repositories are encrypted by KMS": Row(
        kind="Repository", path="encryptionConfigurations.0.encryptionType", holds=equals("KMS"), wrong="AES256"
    ),
    "images are scanned": Row(kind="Repository", path="imageScanningConfiguration.scanOnPush", holds=is_true, wrong=False),
    "tags of images cannot be moved": Row(
        kind="Repository", path="imageTagMutability", holds=equals("IMMUTABLE"), wrong="MUTABLE"
    ),
    "the load balancer refuses its deletion": Row(
        kind="LoadBalancer", path="enableDeletionProtection", holds=is_true, wrong=False
    ),
    "the load balancer drops broken headers": Row(
        kind="LoadBalancer", path="dropInvalidHeaderFields", holds=is_true, wrong=False
    ),
    "plain HTTP is redirected": Row(
        kind="Listener", prefix="balancer-80", path="defaultActions.0.redirect.protocol", holds=equals("HTTPS"), wrong="HTTP"
    ),
    "the redirect is for good": Row(
        kind="Listener", prefix="balancer-80", path="defaultActions.0.redirect.statusCode", holds=equals("HTTP_301"), wrong="x"
    ),
    "HTTPS has a certificate": Row(kind="Listener", prefix="balancer-443", path="certificateArn", holds=bool, wrong=None),
    "volumes are encrypted": Row(kind="StorageClass", path="parameters.encrypted", holds=equals("true"), wrong="false"),
    "namespaces are under Pod Security restricted": Row(
        kind="Namespace",
        path="metadata.labels",
        holds=lambda labels: labels["pod-security.kubernetes.io/enforce"] == "restricted",
        wrong={"pod-security.kubernetes.io/enforce": "baseline"},
    ),
    "default-deny means every pod": Row(
        kind="NetworkPolicy", prefix="messageboard-default-deny", path="spec.podSelector", holds=equals({}), wrong={"a": "b"}
    ),
    "service accounts have no token": Row(kind="ServiceAccount", path="automountServiceAccountToken", holds=is_false, wrong=None),
    "pods have no token": Row(kind=POD, path="spec.automountServiceAccountToken", holds=is_false, wrong=None),
    "pods are not root": Row(kind=POD, path="spec.securityContext.runAsNonRoot", holds=is_true, wrong=None),
    "services have a user that no host has": Row(
        kind=POD, prefix="Deployment", path="spec.securityContext.runAsUser", holds=is_service_user, wrong=1000
    ),
    "jobs have a user that no host has": Row(
        kind=POD, prefix="Job", path="spec.securityContext.runAsUser", holds=is_service_user, wrong=1000
    ),
    "stores have the user of their image": Row(
        kind=POD, prefix="StatefulSet", path="spec.securityContext.runAsUser", holds=equals(STORE_USER), wrong=1000
    ),
    "dumps have the user of their store": Row(
        kind=POD, prefix="CronJob", path="spec.securityContext.runAsUser", holds=equals(STORE_USER), wrong=1000
    ),
    "pods are confined by seccomp": Row(
        kind=POD, path="spec.securityContext.seccompProfile.type", holds=equals("RuntimeDefault"), wrong="Unconfined"
    ),
    "containers cannot become more": Row(
        kind=POD, path="spec.containers.0.securityContext.allowPrivilegeEscalation", holds=is_false, wrong=None
    ),
    "containers have no capabilities": Row(
        kind=POD, path="spec.containers.0.securityContext.capabilities.drop", holds=equals(["ALL"]), wrong=[]
    ),
    "containers cannot change their image": Row(
        kind=POD, path="spec.containers.0.securityContext.readOnlyRootFilesystem", holds=is_true, wrong=None
    ),
    "pods know nothing of other services": Row(kind=POD, path="spec.enableServiceLinks", holds=is_false, wrong=None),
}


@pytest.fixture(scope="module")
def graph() -> Graph:
    return stack_program("prod", apps=ALL_APPS)


def subjects(graph: Graph, row: Row) -> list[Any]:
    """Return the inputs that a row is about: of resources, or the templates of pods."""
    if row.kind == POD:
        return some(pod for name, pod in graph.pods().items() if name.startswith(row.prefix))
    return [resource.inputs for resource in graph.of(row.kind, row.prefix)]


@pytest.mark.parametrize("name", ROWS)
def test_each_safety_relation_holds_in_production(graph: Graph, name: str) -> None:
    row = ROWS[name]
    wrong = [value for value in (at(inputs, row.path) for inputs in subjects(graph, row)) if not row.holds(value)]
    assert wrong == [], f"not so: {name}"


@pytest.mark.parametrize("name", ROWS)
def test_each_safety_relation_fails_for_a_wrong_program(graph: Graph, name: str) -> None:
    row = ROWS[name]
    outer, _, last = row.path.rpartition(".")
    spoilt = copy.deepcopy(subjects(graph, row))
    inputs = spoilt[-1]
    (at(inputs, outer) if outer else inputs)[last] = row.wrong
    assert [value for value in (at(inputs, row.path) for inputs in spoilt) if not row.holds(value)]
