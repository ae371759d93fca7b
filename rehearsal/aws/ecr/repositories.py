"""Repositories and images: moto keeps the records, the image registry keeps the data."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from pathlib import Path
from typing import Any, Final

import requests
from moto.ecr.exceptions import InvalidParameterException
from moto.ecr.models import ECRBackend, Image, Repository
from moto.ecr.responses import ECRResponse

from rehearsal import paths
from rehearsal.aws import kms
from rehearsal.aws.patching import replaces

STORE_URL: Final = f"http://{paths.REGISTRY_STORE}"
STORE: Final = paths.STATE / "registry"
STORE_CONFIG: Final = paths.STATE / "registry.yml"
# Garbage collection must not run while a manifest is stored: it would delete the layers that no manifest names yet
store_lock = threading.Lock()


def folder_of(repository: str) -> Path:
    """Return the folder of a repository in the registry's storage."""
    return STORE / "docker/registry/v2/repositories" / repository


def collect_garbage() -> None:
    """Run the registry's garbage collection. `-m` is omitted: it would delete the untagged children of image indexes."""
    # docker-registry fails on a storage without repositories.
    if not folder_of("").exists():
        return
    with store_lock:
        subprocess.run(["docker-registry", "garbage-collect", str(STORE_CONFIG)], check=True, capture_output=True)


def remove_leftovers() -> None:
    """Remove the repositories and layers of a previous emulator."""
    shutil.rmtree(STORE / "docker", ignore_errors=True)


@replaces(Repository)
def __init__(original: Any, self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807 (replaces the class's own)
    original(self, *args, **kwargs)
    self.uri = f"{paths.REGISTRY}/{self.name}"


@replaces(ECRResponse)
def put_image(original: Any, self: Any) -> Any:
    """Refuse a manifest whose configuration or layers are not in the registry; a push uploads them first."""
    name, manifest = self._get_param("repositoryName"), json.loads(self._get_param("imageManifest"))
    parts = [manifest.get("config"), *manifest.get("layers", [])]
    for digest in (part["digest"] for part in parts if part):
        if not requests.head(f"{STORE_URL}/v2/{name}/blobs/{digest}", timeout=10).ok:
            error = InvalidParameterException(f"Layers with digests '{digest}' do not exist in repository '{name}'")
            error.code = "LayersNotFoundException"  # moto has no class for it
            raise error
    return original(self)


@replaces(ECRBackend)
def create_repository(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
    key = (kwargs.get("encryption_config") or {}).get("kmsKey")
    if not kms.is_usable(self.account_id, self.region_name, key):
        error = InvalidParameterException(f"The KMS key {key} does not exist, is not enabled or is not accessible.")
        error.code = "KmsException"  # moto has no class for it
        raise error
    return original(self, *args, **kwargs)


@replaces(ECRBackend)
def delete_repository(original: Any, self: Any, repository_name: str, *args: Any, **kwargs: Any) -> Any:
    result = original(self, repository_name, *args, **kwargs)
    shutil.rmtree(folder_of(repository_name), ignore_errors=True)
    collect_garbage()
    return result


@replaces(ECRResponse)
def batch_delete_image(original: Any, self: Any) -> Any:
    """Delete the images from the registry too.

    The API's method is replaced, not the backend's: moto calls the latter when a tag moves, which deletes nothing on AWS.
    """
    repository = self.ecr_backend.repositories.get(self._get_param("repositoryName"))
    digests_before = {image.get_image_digest() for image in repository.images} if repository else set()
    result = original(self)
    if repository:
        for deleted in digests_before - {image.get_image_digest() for image in repository.images}:
            answer = requests.delete(f"{STORE_URL}/v2/{repository.name}/manifests/{deleted}", timeout=30)
            if answer.status_code != requests.codes.not_found:
                answer.raise_for_status()
        collect_garbage()
    return result


@replaces(Image)
def get_image_size_in_bytes(original: Any, self: Image) -> int:
    """Return the number of bytes that a pull transfers; moto returns the size of the configuration."""
    del original
    manifest = json.loads(self.image_manifest)
    return sum(part["size"] for part in manifest.get("layers", manifest.get("manifests", [])))
