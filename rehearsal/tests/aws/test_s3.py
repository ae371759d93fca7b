"""S3 behind the gate."""

import urllib.error
import urllib.request

import pytest
from botocore.config import Config

from rehearsal import paths

from .gate_client import allow, client, endpoint, refusal, role

__all__ = ["client", "endpoint", "role"]  # fixtures


@pytest.fixture
def buckets(client):
    s3 = client("s3")
    for bucket in ("app-a", "app-b"):
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": paths.REGION})
        s3.put_object(Bucket=bucket, Key="there", Body=b"x")
    yield s3
    for bucket in ("app-a", "app-b"):
        for found in s3.list_objects_v2(Bucket=bucket).get("Contents", []):
            s3.delete_object(Bucket=bucket, Key=found["Key"])
        s3.delete_bucket(Bucket=bucket)


OBJECTS = allow(["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], "arn:aws:s3:::app-a/*")


def test_s3_is_judged_by_bucket_and_key(buckets, role):
    mine = role(OBJECTS, allow("s3:ListBucket", "arn:aws:s3:::app-a"))("s3")
    mine.put_object(Bucket="app-a", Key="k", Body=b"y")
    assert mine.get_object(Bucket="app-a", Key="k")["Body"].read() == b"y"
    mine.head_bucket(Bucket="app-a")
    mine.list_objects_v2(Bucket="app-a")
    for call, more in (
        (mine.put_object, {"Bucket": "app-b", "Key": "k", "Body": b"y"}),
        (mine.get_object, {"Bucket": "app-b", "Key": "there"}),
        (mine.list_objects_v2, {"Bucket": "app-b"}),
        (mine.delete_bucket, {"Bucket": "app-a"}),
        (mine.list_buckets, {}),
        (mine.copy_object, {"Bucket": "app-a", "Key": "k", "CopySource": "app-b/there"}),
        (mine.get_public_access_block, {"Bucket": "app-a"}),
        (mine.put_bucket_encryption, {"Bucket": "app-a", "ServerSideEncryptionConfiguration": {"Rules": [
            {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}}),
    ):  # fmt: skip
        answer = refusal(call, **more)
        assert (answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]) == ("AccessDenied", 403)


def test_of_many_keys_only_those_are_deleted_that_may_be(buckets, role):
    buckets.put_object(Bucket="app-a", Key="keep/1", Body=b"x")
    mine = role(OBJECTS, allow("s3:DeleteObject", "arn:aws:s3:::app-a/*") | {
        "Effect": "Deny", "Resource": "arn:aws:s3:::app-a/keep/*"})("s3")  # fmt: skip
    answer = mine.delete_objects(Bucket="app-a", Delete={"Objects": [{"Key": "keep/1"}, {"Key": "there"}]})
    assert [found["Key"] for found in answer["Deleted"]] == ["there"]
    assert [(found["Key"], found["Code"]) for found in answer["Errors"]] == [("keep/1", "AccessDenied")]
    assert [found["Key"] for found in buckets.list_objects_v2(Bucket="app-a")["Contents"]] == ["keep/1"]


def opened(url):
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def test_a_presigned_url_gives_what_its_signer_may_have_until_it_expires(buckets, role):
    mine = role(OBJECTS)("s3", config=Config(signature_version="s3v4", s3={"addressing_style": "path"}))

    def url(bucket, seconds=60):
        return mine.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "there"}, ExpiresIn=seconds)

    assert opened(url("app-a")) == (200, b"x")
    assert opened(url("app-b"))[0] == 403
    assert opened(url("app-a").replace("there", "other"))[0] == 403
    expired = opened(url("app-a", -1))
    assert expired[0] == 403
    assert b"Request has expired" in expired[1]
