import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from moto.ecr.models import ECRBackend

from rehearsal import paths
from rehearsal.aws.ecr import push
from rehearsal.aws.ecr.tokens import Tokens

TYPE = "application/vnd.oci.image.manifest.v1+json"


def manifest(layer: str) -> str:
    return json.dumps(
        {"schemaVersion": 2, "mediaType": TYPE, "config": {"digest": "sha256:c"}, "layers": [{"digest": layer, "size": 7}]}
    )


@pytest.fixture
def backend() -> Any:
    backend: Any = ECRBackend(paths.REGION, paths.ACCOUNT)
    for mutability in ("IMMUTABLE", "MUTABLE"):
        backend.create_repository(mutability.lower(), None, None, None, mutability, [], None)
    return backend


def test_an_immutable_tag_is_pushed_once(backend: Any) -> None:
    assert push.register(backend, "immutable", "v1", manifest("a"), TYPE)
    with pytest.raises(push.PushRefusedError) as refused:
        push.register(backend, "immutable", "v1", manifest("b"), TYPE)
    assert (refused.value.status, refused.value.code) == (400, "TAG_INVALID")


def test_an_immutable_tag_is_refused_even_with_the_same_image(backend: Any) -> None:
    push.register(backend, "immutable", "v1", manifest("a"), TYPE)
    with pytest.raises(push.PushRefusedError):
        push.register(backend, "immutable", "v1", manifest("a"), TYPE)


def test_a_mutable_tag_moves(backend: Any) -> None:
    push.register(backend, "mutable", "v1", manifest("a"), TYPE)
    push.register(backend, "mutable", "v1", manifest("b"), TYPE)
    tagged = [image for image in backend.repositories["mutable"].images if "v1" in image.image_tags]
    assert [image.image_manifest for image in tagged] == [manifest("b")]


def test_a_manifest_pushed_by_digest_gets_no_tag(backend: Any) -> None:
    push.register(backend, "immutable", "sha256:abc", manifest("a"), TYPE)
    assert push.register(backend, "immutable", "sha256:abc", manifest("a"), TYPE) is None
    assert backend.repositories["immutable"].images[0].image_tags in ([], [None])


def test_an_unknown_repository_has_no_backend() -> None:
    with pytest.raises(push.PushRefusedError) as refused:
        push.repository_backend("unknown/repository")
    assert refused.value.status == 404


def test_a_token_is_removed_when_it_expires(tmp_path: Path) -> None:
    tokens, now = Tokens(tmp_path / "tokens"), datetime.now(UTC)
    token, expiry = tokens.issue(now)
    assert expiry > now
    tokens.expire(expiry - timedelta(seconds=1))
    assert tokens.path.read_text() == f"Basic {token}\n"
    tokens.expire(expiry)
    assert tokens.path.read_text() == ""
