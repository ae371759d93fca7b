"""Authorization of S3 calls, for which moto has a method of its own that gets bucket and key instead of parameters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

import xmltodict
from moto.core.authorization import ActionAuthenticatorMixin
from moto.s3.exceptions import S3ClientError
from moto.s3.responses import S3Response

from rehearsal.aws import identity
from rehearsal.aws.authorization import Check
from rehearsal.aws.judge import first_refused, message, shared_context
from rehearsal.aws.patching import replaces

# IAM's names of the operations that have another name in moto.
# Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
RENAMED: Final = {"HeadBucket": "ListBucket", "ListBuckets": "ListAllMyBuckets", "SelectObject": "GetObject"}
# Subresources of a bucket that moto does not distinguish from the bucket itself: {query parameter: IAM's name}.
SUBRESOURCES: Final = {
    "encryption": "EncryptionConfiguration",
    "object-lock": "BucketObjectLockConfiguration",
    "ownershipControls": "BucketOwnershipControls",
    "publicAccessBlock": "BucketPublicAccessBlock",
    "replication": "ReplicationConfiguration",
    "requestPayment": "BucketRequestPayment",
}
COPY_SOURCE: Final = "x-amz-copy-source"


class AccessDenied(S3ClientError):  # noqa: N818  # S3's name
    """A refusal in S3's form."""

    code = "AccessDenied"
    status_code = 403


def _arn(bucket: str | None, key: str | None) -> str:
    if not bucket:
        return "*"
    return f"arn:aws:s3:::{bucket}/{key}" if key else f"arn:aws:s3:::{bucket}"


def _action(response: Any, *, is_bucket: bool) -> str:
    query = parse_qs(urlsplit(response.uri).query, keep_blank_values=True)
    if is_bucket and (subresource := next((name for name in SUBRESOURCES if name in query), None)):
        return f"s3:{'Get' if response.method == 'GET' else 'Put'}{SUBRESOURCES[subresource]}"
    action = response._get_action()
    return f"s3:{RENAMED.get(action, action)}"


def _checks(response: Any, bucket: str | None, key: str | None, shared: dict[str, tuple[str, ...]]) -> Iterator[Check]:
    prefix = response.querystring.get("prefix")
    context = {**shared, "s3:prefix": tuple(prefix)} if prefix else shared
    yield Check(action=_action(response, is_bucket=key is None), resource=_arn(bucket, key), context=context)
    if source := response.headers.get(COPY_SOURCE):
        path = unquote(source).partition("?")[0].lstrip("/")
        yield Check(action="s3:GetObject", resource=f"arn:aws:s3:::{path}", context=shared)


@replaces(ActionAuthenticatorMixin)
def _authenticate_and_authorize_s3_action(
    original: Any, self: Any, bucket_name: str | None = None, key_name: str | None = None
) -> None:
    del original
    credential = identity.caller.get()
    if credential is None or _deletes_many(self, key_name):  # authorized for each key below
        return
    shared = shared_context(credential, self.region)
    if refused := first_refused(credential, _checks(self, bucket_name, key_name, shared)):
        raise AccessDenied(AccessDenied.code, message(credential, refused))


def _deletes_many(response: Any, key_name: str | None) -> bool:
    return response.method == "POST" and key_name is None and bool(response.is_delete_keys())


@replaces(S3Response)
def _bucket_response_delete_keys(original: Any, self: Any, bucket_name: str, authenticated: bool = True) -> Any:
    """Delete the keys that the caller is allowed to delete, and answer with an error for each other key."""
    credential = identity.caller.get()
    document = xmltodict.parse(self.body, strip_whitespace=False, force_list=("Object",))
    refused = []
    if credential is not None:
        shared = shared_context(credential, self.region)
        for entry in document["Delete"].get("Object", []):
            check = Check(action="s3:DeleteObject", resource=_arn(bucket_name, entry["Key"]), context=shared)
            if first_refused(credential, [check]):
                refused.append((entry, message(credential, check)))
    if not refused:
        return original(self, bucket_name, authenticated)
    errors = "".join(
        f"<Error><Key>{escape(entry['Key'])}</Key><Code>AccessDenied</Code><Message>{escape(text)}</Message></Error>"
        for entry, text in refused
    )
    denied = [entry for entry, _ in refused]
    document["Delete"]["Object"] = [entry for entry in document["Delete"]["Object"] if entry not in denied]
    if not document["Delete"]["Object"]:
        return 200, {}, f'<DeleteResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{errors}</DeleteResult>'
    self.body = xmltodict.unparse(document)
    status, headers, body = original(self, bucket_name, authenticated)
    return status, headers, body.replace("</DeleteResult>", f"{errors}</DeleteResult>")
