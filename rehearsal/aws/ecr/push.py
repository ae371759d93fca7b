"""The last step of a push: accept a manifest if its repository exists and its tag is not immutable and taken."""

from __future__ import annotations

import json
import shutil
from typing import Any, Final

import requests
from flask import Response
from moto.ecr.exceptions import ImageAlreadyExistsException
from moto.ecr.models import ecr_backends

from rehearsal import paths
from rehearsal.aws.ecr.repositories import STORE_URL, folder_of, store_lock

FORWARDED_HEADERS: Final = ("Content-Type", "Docker-Content-Digest", "Location")


class PushRefusedError(Exception):
    """A push is refused with an error of the registry API."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


def refusal(error: PushRefusedError) -> Response:
    """Return the response of the registry API to a refused push."""
    body = json.dumps({"errors": [{"code": error.code, "message": error.message}]})
    return Response(body, status=error.status, content_type="application/json")


def repository_backend(name: str) -> Any:
    """Return moto's backend that has a repository.

    Raises:
        PushRefusedError: The repository does not exist.
    """
    for backend in list(ecr_backends[paths.ACCOUNT].values()):
        if name in backend.repositories:
            return backend
    raise PushRefusedError(404, "NAME_UNKNOWN", f"The repository with name '{name}' does not exist in the registry")


def register(backend: Any, name: str, reference: str, manifest: str, media_type: str) -> Any:
    """Add an image to moto's repository and return it; return None if the repository already has the image with this tag.

    Raises:
        PushRefusedError: The tag is immutable and taken.
    """
    tag = None if ":" in reference else reference
    repository = backend.repositories[name]
    same = [image for image in repository.images if image.image_manifest == manifest]
    if same and (tag is None or (repository.image_tag_mutability == "MUTABLE" and tag in same[0].image_tags)):
        return None
    try:
        return backend.put_image(name, manifest, tag, media_type)
    except ImageAlreadyExistsException as error:
        raise PushRefusedError(
            400,
            "TAG_INVALID",
            f"The image tag '{tag}' already exists in the '{name}' repository and cannot be overwritten "
            "because the tag is immutable.",
        ) from error


def put_manifest(name: str, reference: str, body: bytes, media_type: str) -> Response:
    """Add a pushed image to moto's repository, then store its manifest in the registry."""
    try:
        backend = repository_backend(name)
        images = backend.repositories[name].images
        images_before = list(images)
        image = register(backend, name, reference, body.decode(), media_type)
    except PushRefusedError as error:
        if error.status == 404 and not (folder_of(name) / "_manifests").exists():
            shutil.rmtree(folder_of(name), ignore_errors=True)  # a push uploads the layers before the manifest
        return refusal(error)
    url = f"{STORE_URL}/v2/{name}/manifests/{reference}"
    with store_lock:
        answer = requests.put(url, data=body, headers={"Content-Type": media_type}, timeout=60)
    if not answer.ok:
        images[:] = images_before
    elif image is not None:
        image._image_digest = answer.headers["Docker-Content-Digest"]
    headers = {header: answer.headers[header] for header in FORWARDED_HEADERS if header in answer.headers}
    return Response(answer.content, status=answer.status_code, headers=headers)
