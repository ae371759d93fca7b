"""What ECR's API and registry refuse."""

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from tests.conformance.account import client, refused
from tests.conformance.behaviours import behaviour
from tests.conformance.conftest import NAME

REFERENCE = "https://docs.aws.amazon.com/AmazonECR/latest/APIReference"
MANIFEST_TYPE = "application/vnd.docker.distribution.manifest.v2+json"
CONFIG_TYPE = "application/vnd.docker.container.image.v1+json"
OK, CREATED, ACCEPTED, UNAUTHORIZED = 200, 201, 202, 401


@dataclass(frozen=True)
class Repository:
    """A repository with immutable tags, spoken to as `docker push` does."""

    name: str
    uri: str
    token: str

    @property
    def url(self) -> str:
        """Return the base URL of the registry's API for the repository."""
        host, name = self.uri.split("/", 1)
        return f"https://{host}/v2/{name}"

    def ask(self, method: str, path: str, headers: Mapping[str, str] | None = None, **options: Any) -> requests.Response:
        """Send a request with the registry's token."""
        every = {"Authorization": f"Basic {self.token}", **(headers or {})}
        return requests.request(method, f"{self.url}{path}", headers=every, timeout=30, **options)

    def manifest(self, text: str) -> str:
        """Push an image configuration that holds the text, and return the manifest of an image without layers."""
        config = json.dumps({"architecture": "amd64", "os": "linux", "config": {"Labels": {"text": text}}}).encode()
        digest = f"sha256:{hashlib.sha256(config).hexdigest()}"
        began = self.ask("POST", "/blobs/uploads/")
        assert began.status_code == ACCEPTED, began.text
        place = requests.compat.urljoin(self.url, began.headers["Location"])
        joined = f"{place}{'&' if '?' in place else '?'}digest={digest}"
        headers = {"Authorization": f"Basic {self.token}", "Content-Type": "application/octet-stream"}
        done = requests.put(joined, data=config, headers=headers, timeout=30)
        assert done.status_code == CREATED, done.text
        described = {"mediaType": CONFIG_TYPE, "digest": digest, "size": len(config)}
        return json.dumps({"schemaVersion": 2, "mediaType": MANIFEST_TYPE, "config": described, "layers": []})

    def push(self, text: str, reference: str) -> requests.Response:
        """Push an image that holds the text, under a tag or a digest."""
        manifest = self.manifest(text)
        return self.ask("PUT", f"/manifests/{reference}", data=manifest, headers={"Content-Type": MANIFEST_TYPE})


@pytest.fixture
def repository() -> Iterator[Repository]:
    ecr = client("ecr")
    made = ecr.create_repository(repositoryName=NAME, imageTagMutability="IMMUTABLE")["repository"]
    token = ecr.get_authorization_token()["authorizationData"][0]["authorizationToken"]
    yield Repository(NAME, made["repositoryUri"], token)
    ecr.delete_repository(repositoryName=NAME, force=True)


@behaviour("ECR-1", "https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html")
def test_push_without_a_token(repository: Repository) -> None:
    """A push without an authorization token is answered 401."""
    assert requests.post(f"{repository.url}/blobs/uploads/", timeout=30).status_code == UNAUTHORIZED


@behaviour("ECR-2", "https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html")
def test_push_with_a_wrong_token(repository: Repository) -> None:
    """A push with a token that ECR did not give is answered 401."""
    wrong = base64.b64encode(b"AWS:wrong").decode()
    assert Repository(repository.name, repository.uri, wrong).ask("POST", "/blobs/uploads/").status_code == UNAUTHORIZED


@behaviour("ECR-3", "https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html")
def test_immutable_tag(repository: Repository) -> None:
    """A tag of a repository with immutable tags cannot be pushed again with another image."""
    assert repository.push("first", "v1").status_code == CREATED
    second = repository.push("second", "v1")
    assert second.status_code >= 400
    assert "immutable" in second.text


@behaviour("ECR-4", f"{REFERENCE}/API_PutImage.html")
def test_push_by_digest(repository: Repository) -> None:
    """An image can be pushed by its digest, without a tag, again and again."""
    manifest = repository.manifest("untagged")
    digest = f"sha256:{hashlib.sha256(manifest.encode()).hexdigest()}"
    answers = [
        repository.ask("PUT", f"/manifests/{digest}", data=manifest, headers={"Content-Type": MANIFEST_TYPE}).status_code
        for _ in range(2)
    ]
    assert answers == [CREATED, CREATED]
    (image,) = client("ecr").describe_images(repositoryName=repository.name)["imageDetails"]
    assert image["imageDigest"] == digest
    assert "imageTags" not in image


@behaviour("ECR-5", f"{REFERENCE}/API_DeleteRepository.html")
def test_repository_in_use(repository: Repository) -> None:
    """A repository with images is deleted only by force."""
    assert repository.push("kept", "v1").status_code == CREATED
    with refused("RepositoryNotEmptyException"):
        client("ecr").delete_repository(repositoryName=repository.name)


@behaviour("ECR-6", f"{REFERENCE}/API_CreateRepository.html")
def test_repository_that_exists(repository: Repository) -> None:
    """A repository's name is unique in the registry."""
    with refused("RepositoryAlreadyExistsException"):
        client("ecr").create_repository(repositoryName=repository.name)


@behaviour("ECR-7", f"{REFERENCE}/API_CreateRepository.html")
def test_repository_name() -> None:
    """A repository's name is in lower case."""
    with refused("InvalidParameterException"):
        client("ecr").create_repository(repositoryName=f"{NAME}-Upper")


@behaviour("ECR-8", f"{REFERENCE}/API_PutImage.html")
def test_missing_layer(repository: Repository) -> None:
    """A manifest whose layers were not pushed is refused."""
    manifest = json.loads(repository.manifest("whole"))
    missing = f"sha256:{hashlib.sha256(b'nowhere').hexdigest()}"
    manifest["layers"] = [{"mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip", "digest": missing, "size": 7}]
    with refused("LayersNotFoundException", "InvalidParameterException"):
        client("ecr").put_image(repositoryName=repository.name, imageManifest=json.dumps(manifest), imageTag="v2")
