"""Refusals of the ECR API."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from rehearsal.aws.ecr import push, repositories

NAME = "shop/web"
TYPE = "application/vnd.oci.image.manifest.v1+json"


@pytest.fixture
def ecr(account: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    monkeypatch.setattr(repositories, "STORE", tmp_path)
    client = account("ecr")
    client.create_repository(repositoryName=NAME, imageTagMutability="IMMUTABLE")
    return client


def rule(priority: int = 1, description: str = "t", **selection: Any) -> dict[str, Any]:
    default = {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 50}
    return {
        "rulePriority": priority,
        "description": description,
        "selection": default | selection,
        "action": {"type": "expire"},
    }


UNTAGGED: dict[str, Any] = {"tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": 7}


def put(ecr: Any, *rules: Any) -> None:
    ecr.put_lifecycle_policy(repositoryName=NAME, lifecyclePolicyText=json.dumps({"rules": rules}))


def test_a_lifecycle_policy_that_keeps_the_newest_images_is_stored(ecr: Any) -> None:
    put(ecr, rule(1, **UNTAGGED), rule(2))
    assert json.loads(ecr.get_lifecycle_policy(repositoryName=NAME)["lifecyclePolicyText"])["rules"]


@pytest.mark.parametrize(
    "rules",
    [
        [rule(1, **UNTAGGED), rule(1)],
        [rule(0)],
        [rule(1), rule(2)],
        [rule(1), rule(2, **UNTAGGED)],
        [rule(1, tagStatus="tagged")],
        [rule(1, tagStatus="untagged", tagPrefixList=["v"])],
        [rule(1, countType="sinceImagePushed")],
        [rule(1, countUnit="days")],
        [rule(1, countNumber=0)],
    ],
    ids=[
        "same priority twice",
        "priority 0",
        "any twice",
        "any not last",
        "tagged without tags",
        "untagged with tags",
        "age without unit",
        "number with unit",
        "count of 0",
    ],
)
def test_an_invalid_lifecycle_policy_is_not_stored(ecr: Any, rules: Any) -> None:
    with pytest.raises(ClientError, match="InvalidParameterException"):
        put(ecr, *rules)
    with pytest.raises(ClientError, match="LifecyclePolicyNotFound"):
        ecr.get_lifecycle_policy(repositoryName=NAME)


def test_a_repository_with_images_is_deleted_with_force_only(ecr: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repositories, "collect_garbage", lambda: None)
    manifest = {"schemaVersion": 2, "mediaType": TYPE, "config": {"digest": "sha256:c"}, "layers": []}
    push.register(push.repository_backend(NAME), NAME, "v1", json.dumps(manifest), TYPE)
    with pytest.raises(ClientError, match="RepositoryNotEmptyException"):
        ecr.delete_repository(repositoryName=NAME)
    ecr.delete_repository(repositoryName=NAME, force=True)
    assert ecr.describe_repositories()["repositories"] == []


@pytest.mark.parametrize("name", ["Shop", "shop_/web", "shop//web"])
def test_an_invalid_repository_name_is_refused(ecr: Any, name: str) -> None:
    with pytest.raises(ClientError, match="InvalidParameterException"):
        ecr.create_repository(repositoryName=name)


def test_a_repository_refuses_a_key_pending_deletion(ecr: Any, account: Callable[[str], Any]) -> None:
    kms = account("kms")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    encryption = {"encryptionType": "KMS", "kmsKey": key}
    with pytest.raises(ClientError, match="KmsException"):
        ecr.create_repository(repositoryName="shop/api", encryptionConfiguration=encryption)
    kms.cancel_key_deletion(KeyId=key)
    kms.enable_key(KeyId=key)
    assert ecr.create_repository(repositoryName="shop/api", encryptionConfiguration=encryption)["repository"]
