"""Authorization of S3 calls and presigned URLs."""

import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.config import Config

from rehearsal import paths
from rehearsal.tests.aws.gate_client import allow, client, endpoint, refusal, role

__all__ = ["client", "endpoint", "role"]  # fixtures


@pytest.fixture
def buckets(client: Any) -> Iterator[Any]:
    s3 = client("s3")
    for bucket in ("app-a", "app-b"):
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": paths.REGION})
        s3.put_object(Bucket=bucket, Key="there", Body=b"x")
    yield s3
    for bucket in ("app-a", "app-b"):
        for entry in s3.list_objects_v2(Bucket=bucket).get("Contents", []):
            s3.delete_object(Bucket=bucket, Key=entry["Key"])
        s3.delete_bucket(Bucket=bucket)


OBJECTS = allow(["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], "arn:aws:s3:::app-a/*")


def test_s3_calls_are_authorized_by_bucket_and_key(buckets: Any, role: Any) -> None:
    restricted = role(OBJECTS, allow("s3:ListBucket", "arn:aws:s3:::app-a"))("s3")
    restricted.put_object(Bucket="app-a", Key="k", Body=b"y")
    assert restricted.get_object(Bucket="app-a", Key="k")["Body"].read() == b"y"
    restricted.head_bucket(Bucket="app-a")
    restricted.list_objects_v2(Bucket="app-a")
    for call, more in (
        (restricted.put_object, {"Bucket": "app-b", "Key": "k", "Body": b"y"}),
        (restricted.get_object, {"Bucket": "app-b", "Key": "there"}),
        (restricted.list_objects_v2, {"Bucket": "app-b"}),
        (restricted.delete_bucket, {"Bucket": "app-a"}),
        (restricted.list_buckets, {}),
        (restricted.copy_object, {"Bucket": "app-a", "Key": "k", "CopySource": "app-b/there"}),
        (restricted.get_public_access_block, {"Bucket": "app-a"}),
        (restricted.put_bucket_encryption, {"Bucket": "app-a", "ServerSideEncryptionConfiguration": {"Rules": [
            {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}}),
    ):  # fmt: skip
        answer = refusal(call, **more)
        assert (answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]) == ("AccessDenied", 403)


def test_delete_objects_deletes_the_permitted_keys_only(buckets: Any, role: Any) -> None:
    buckets.put_object(Bucket="app-a", Key="keep/1", Body=b"x")
    restricted = role(OBJECTS, allow("s3:DeleteObject", "arn:aws:s3:::app-a/*") | {
        "Effect": "Deny", "Resource": "arn:aws:s3:::app-a/keep/*"})("s3")  # fmt: skip
    answer = restricted.delete_objects(Bucket="app-a", Delete={"Objects": [{"Key": "keep/1"}, {"Key": "there"}]})
    assert [entry["Key"] for entry in answer["Deleted"]] == ["there"]
    assert [(entry["Key"], entry["Code"]) for entry in answer["Errors"]] == [("keep/1", "AccessDenied")]
    assert [entry["Key"] for entry in buckets.list_objects_v2(Bucket="app-a")["Contents"]] == ["keep/1"]


def open_url(url: Any) -> Any:
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def test_a_presigned_url_has_its_signers_permissions_until_it_expires(buckets: Any, role: Any) -> None:
    restricted = role(OBJECTS)("s3", config=Config(signature_version="s3v4", s3={"addressing_style": "path"}))

    def url(bucket: Any, seconds: int = 60) -> Any:
        return restricted.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "there"}, ExpiresIn=seconds)

    assert open_url(url("app-a")) == (200, b"x")
    assert open_url(url("app-b"))[0] == 403
    assert open_url(url("app-a").replace("there", "other"))[0] == 403
    expired = open_url(url("app-a", -1))
    assert expired[0] == 403
    assert b"Request has expired" in expired[1]
