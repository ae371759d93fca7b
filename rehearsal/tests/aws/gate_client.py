"""Fixtures for the gate in front of moto in this process, and helpers for calls through it."""

import contextlib
import json
import threading
import uuid
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

from rehearsal import paths
from rehearsal.aws.gate import Gate
from rehearsal.aws.server import Handler
from rehearsal.tests.aws.conftest import patched_moto

TRUST = {"Statement": {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}}
ONCE = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Any]:
    """Serve moto behind the gate; yield its URL."""
    application = Gate(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with patched_moto():
        yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture
def client(endpoint: Any) -> Any:
    """Return a function that creates clients of the gate, by default with the root's key."""

    def create(
        service: str, key: Any = paths.BOOTSTRAP_KEY, secret: Any = paths.BOOTSTRAP_SECRET, token: Any = None, config: Any = ONCE
    ) -> Any:
        return boto3.client(
            service,
            endpoint_url=endpoint,
            region_name=paths.REGION,
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            aws_session_token=token,
            config=config,
        )

    return create


@pytest.fixture
def role(client: Any) -> Iterator[Any]:
    """Return a function that creates a role with policy statements, and returns a function that creates its clients."""
    iam, names = client("iam"), []

    def create(*statements: Any, tags: Any = ()) -> Any:
        name = f"t-{uuid.uuid4().hex[:8]}"
        arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST), Tags=list(tags))["Role"]["Arn"]
        document = {"Version": "2012-10-17", "Statement": list(statements)}
        iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=json.dumps(document))
        names.append(name)
        credentials = client("sts").assume_role(RoleArn=arn, RoleSessionName="session")["Credentials"]
        keys = credentials["AccessKeyId"], credentials["SecretAccessKey"], credentials["SessionToken"]
        return lambda service, **more: client(service, *keys, **more)

    yield create
    for name in names:
        with contextlib.suppress(iam.exceptions.NoSuchEntityException):
            iam.delete_role_policy(RoleName=name, PolicyName="p")
            iam.delete_role(RoleName=name)


def allow(action: str | list[str], resource: str = "*", **more: Any) -> dict[str, Any]:
    """Return a statement that allows an action."""
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def refusal(call: Any, *args: Any, **kwargs: Any) -> Any:
    """Return the response to a call that must be refused."""
    with pytest.raises(ClientError) as error:
        call(*args, **kwargs)
    return error.value.response
