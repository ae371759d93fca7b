"""Pushes to the registry's front, with the requests of BuildKit."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urljoin

import pytest
import requests

from rehearsal import paths

pytestmark = pytest.mark.rehearsal
TYPE = "application/vnd.oci.image.manifest.v1+json"
REGISTRY = f"https://{paths.REGISTRY}"


def digest(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


@pytest.fixture
def ecr(client: Any) -> Any:
    return client("ecr")


@pytest.fixture
def http() -> Any:
    session = requests.Session()
    session.trust_env = False
    session.verify = str(paths.PKI / "ca.crt")
    return session


@pytest.fixture
def token(ecr: Any, http: Any) -> Any:
    data = ecr.get_authorization_token()["authorizationData"][0]
    http.headers["Authorization"] = f"Basic {data['authorizationToken']}"
    return data


@pytest.fixture
def repository(ecr: Any, suffix: str) -> Iterator[Any]:
    name = f"t-{suffix}/api"
    created = ecr.create_repository(repositoryName=name, imageTagMutability="IMMUTABLE")["repository"]
    assert created["repositoryUri"] == f"{paths.REGISTRY}/{name}"
    yield name
    ecr.delete_repository(repositoryName=name, force=True)


def put_blob(http: requests.Session, name: str, data: bytes) -> requests.Response:
    started = http.post(f"{REGISTRY}/v2/{name}/blobs/uploads/", timeout=10)
    if not started.ok:
        return started
    location = urljoin(REGISTRY, started.headers["Location"])
    return http.put(location, params={"digest": digest(data)}, data=data, timeout=10)


def push(http: requests.Session, name: str, tag: str, layer: bytes) -> requests.Response:
    config = b"{}"
    for blob in (config, layer):
        if not (answer := put_blob(http, name, blob)).ok:
            return answer
    manifest = {
        "schemaVersion": 2,
        "mediaType": TYPE,
        "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": digest(config), "size": len(config)},
        "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar", "digest": digest(layer), "size": len(layer)}],
    }
    return http.put(
        f"{REGISTRY}/v2/{name}/manifests/{tag}", data=json.dumps(manifest), headers={"Content-Type": TYPE}, timeout=10
    )


def test_a_push_without_a_valid_token_is_refused(http: Any, repository: Any) -> None:
    assert push(http, repository, "v1", b"layer").status_code == 401
    http.headers["Authorization"] = "Basic QVdTOm1hZGUtdXA="
    assert push(http, repository, "v1", b"layer").status_code == 401


def test_an_authorization_token_is_valid_for_twelve_hours(token: Any) -> None:
    assert timedelta(hours=11, minutes=59) < token["expiresAt"] - datetime.now(UTC) <= timedelta(hours=12)
    assert token["proxyEndpoint"] == REGISTRY


def test_a_pushed_image_is_in_the_api_and_its_tag_cannot_be_pushed_again(
    ecr: Any, http: Any, token: Any, repository: Any
) -> None:
    pushed = push(http, repository, "v1", b"layer")
    assert pushed.status_code == 201
    image = ecr.describe_images(repositoryName=repository)["imageDetails"][0]
    assert image["imageDigest"] == pushed.headers["Docker-Content-Digest"]
    assert image["imageTags"] == ["v1"]
    assert image["imageSizeInBytes"] == len(b"layer")
    for layer in (b"another", b"layer"):
        refused = push(http, repository, "v1", layer)
        assert refused.status_code == 400
        assert refused.json()["errors"][0]["code"] == "TAG_INVALID"


def test_a_push_to_an_unknown_repository_is_refused(http: Any, token: Any, suffix: str) -> None:
    refused = push(http, f"nobody/{suffix}", "v1", b"layer")
    assert refused.status_code == 404
    assert refused.json()["errors"][0]["code"] == "NAME_UNKNOWN"


def test_deleted_images_and_repositories_are_deleted_from_the_registry(ecr: Any, http: Any, token: Any, repository: Any) -> None:
    manifest = push(http, repository, "v1", b"layer").headers["Docker-Content-Digest"]
    ecr.batch_delete_image(repositoryName=repository, imageIds=[{"imageTag": "v1"}])
    assert http.get(f"{REGISTRY}/v2/{repository}/manifests/{manifest}", headers={"Accept": TYPE}, timeout=10).status_code == 404
    push(http, repository, "v2", b"other layer")
    ecr.delete_repository(repositoryName=repository, force=True)
    assert http.get(f"{REGISTRY}/v2/{repository}/tags/list", timeout=10).status_code == 404
    ecr.create_repository(repositoryName=repository, imageTagMutability="IMMUTABLE")
    assert push(http, repository, "v2", b"other layer").status_code == 201
