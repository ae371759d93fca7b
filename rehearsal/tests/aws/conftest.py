"""Fixtures of the emulator's tests. Moto reads its settings at import, so they are set before the emulator is imported."""

from __future__ import annotations

import contextlib
import importlib
import os
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from moto import mock_aws

from rehearsal import paths

os.environ.setdefault("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")


@dataclass(frozen=True)
class Keys:
    """An access key of the running emulator; by default the account root's."""

    key_id: str = paths.BOOTSTRAP_KEY
    secret: str = paths.BOOTSTRAP_SECRET
    token: str | None = None

    def client(self, service: str) -> Any:
        """Return a client of a service that does not retry."""
        return boto3.client(
            service,
            endpoint_url=paths.EMULATOR,
            region_name=paths.REGION,
            aws_access_key_id=self.key_id,
            aws_secret_access_key=self.secret,
            aws_session_token=self.token,
            config=Config(retries={"total_max_attempts": 1}),
        )


@pytest.fixture(scope="session")
def client() -> Callable[[str], Any]:
    """Return a function that creates clients with the root's key."""
    return Keys().client


@contextlib.contextmanager
def patched_moto() -> Iterator[None]:
    """Install the emulator's patches of moto for a while."""
    patches = importlib.import_module("rehearsal.aws.patches")
    patches.install()
    try:
        yield
    finally:
        patches.uninstall()


@pytest.fixture(autouse=True)
def separate_state(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep a test that needs no rehearsal away from the files and sockets of one that runs, or ran, on this machine."""
    if request.node.get_closest_marker("rehearsal"):
        return
    monkeypatch.setattr("rehearsal.aws.alb.haproxy.CONFIG", tmp_path / "haproxy.cfg")
    monkeypatch.setattr("rehearsal.aws.alb.haproxy.SOCKET", tmp_path / "haproxy.sock")
    monkeypatch.setattr("rehearsal.aws.ecr.repositories.STORE", tmp_path)
    monkeypatch.setattr("rehearsal.aws.rds.instances.SNAPSHOTS", tmp_path)


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Any]]:
    """Yield a function that creates clients of an empty account in this process, with the emulator's patches of moto."""
    # Loading a thousand managed policies takes seconds.
    monkeypatch.setenv("MOTO_IAM_LOAD_MANAGED_POLICIES", "false")
    with patched_moto(), mock_aws():
        yield lambda service: boto3.client(service, region_name=paths.REGION)


@pytest.fixture(scope="module")
def suffix() -> str:
    """Return a suffix that makes names unique."""
    return uuid.uuid4().hex[:6]


@pytest.fixture(scope="module")
def subnets(client: Callable[[str], Any]) -> Iterator[list[str]]:
    """Create a VPC with an internet gateway and three subnets; yield two subnets in two zones."""
    ec2 = client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    created = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.9.{number}.0/24", AvailabilityZone=paths.REGION + zone)["Subnet"]["SubnetId"]
        for number, zone in enumerate("abc")
    ]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    yield created[:2]
    for subnet in created:
        ec2.delete_subnet(SubnetId=subnet)
    ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    ec2.delete_internet_gateway(InternetGatewayId=gateway)
    ec2.delete_vpc(VpcId=vpc)
