"""Pulumi's mocks as one recorder for all suites: the resources that a program declares, with their dependencies."""

from __future__ import annotations

import functools
import json
import runpy
import sys
import unittest.mock
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pulumi
import yaml
from pulumi.runtime import config as runtime_config
from pulumi.runtime import mocks
from pulumi.runtime.stack import Stack

from infra import tools
from infra.kubernetes import access
from tests.graph import Graph, declared

ROOT = Path(__file__).parent.parent
ACCOUNT = "123456789012"
REGION = "eu-west-1"
DEPLOYER = f"arn:aws:iam::{ACCOUNT}:role/slipway-deployer"


class Recorder(mocks.MockMonitor):
    """A mock monitor that keeps whole requests: options are part of what a program declares."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._engine = engine

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802
        response = super().RegisterResource(request)  # type: ignore[no-untyped-call]  # Pulumi has no types for it
        self._engine.requests.append((request, response.urn))
        return response


class Engine(pulumi.runtime.Mocks):
    """Mocks that answer the program's look-ups as AWS does and record everything that it declares."""

    def __init__(self, *, deployer: str = DEPLOYER, zones: str = "abc", checks_tools: bool = False, region: str = REGION) -> None:
        self.requests: list[tuple[Any, str]] = []
        self.looked_up: list[tuple[str, str]] = []
        """The token and the provider of each look-up."""
        self.exports: dict[str, Any] = {}
        """What the program exported."""
        self.admitted_after: set[str] = set()
        """Kinds of the resources that existed when the program waited for access to the cluster."""
        self._deployer = deployer
        self._zones = zones
        self._checks_tools = checks_tools
        self._region = region

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        state = dict(args.inputs)
        state.setdefault("arn", f"arn:aws:mock:eu-west-1:{ACCOUNT}:{args.name}")
        state.setdefault("name", args.name)
        state |= EXTRA.get(args.typ, {})
        if args.typ.startswith("kubernetes:"):
            state["metadata"] = {"name": f"{args.name}-1a2b3c4d", **(args.inputs.get("metadata") or {})}
        if args.typ == "aws:rds/instance:Instance":
            state |= {"address": "database.rds.amazonaws.com", "endpoint": "database.rds.amazonaws.com:3306"}
        return f"{args.name}-id", state

    def call(self, args: pulumi.runtime.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        """Return the answer to a look-up; if it fails, an empty one and the failures as `(property, reason)`."""
        self.looked_up.append((args.token, args.provider))
        names = [f"{self._region}{letter}" for letter in self._zones]
        answers: dict[str, Any] = {
            "aws:index/getCallerIdentity:getCallerIdentity": {
                "accountId": ACCOUNT,
                "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/slipway-deployer/session",
            },
            "aws:iam/getSessionContext:getSessionContext": {"issuerArn": self._deployer},
            "aws:index/getRegion:getRegion": {"region": self._region, "id": self._region},
            "aws:index/getAvailabilityZones:getAvailabilityZones": {
                "names": names,
                "zoneIds": [f"euw1-az{number}" for number, _ in enumerate(names, 1)],
            },
            "aws:ecr/getAuthorizationToken:getAuthorizationToken": {
                "proxyEndpoint": f"https://{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com",
                "userName": "AWS",
                "password": "token",
            },
            "aws:route53/getZone:getZone": {"zoneId": "Z1"},
            "aws:rds/getEngineVersion:getEngineVersion": {"versionActual": f"{args.args.get('version')}.6"},
            "aws:rds/getOrderableDbInstance:getOrderableDbInstance": self._offer(args.args),
        }
        answer: dict[str, Any] = answers[args.token]
        return (answer, []) if answer else ({}, [("instanceClass", "no matching RDS Orderable DB Instance found")])

    def _offer(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Return the offer for a class. `db.t99` does not exist, and `db.z1d` has no standby."""
        instance_class = str(request.get("instanceClass"))
        if instance_class.startswith("db.t99."):
            return {}
        return {"instanceClass": instance_class, "multiAzCapable": not instance_class.startswith("db.z1d.")}

    def build(self, declare: Callable[[], Any], *, stack: str = "test", config: Mapping[str, Any] | None = None) -> Graph:
        """Run the declaration, wait until every resource is registered, and return the graph."""
        self.requests.clear()
        runtime_config.set_all_config({}, [])
        given = {key: value if isinstance(value, str) else json.dumps(value) for key, value in (config or {}).items()}
        runtime_config.set_all_config(given, [key for key in given if key in SECRETS])
        mocks.set_mocks(self, project="slipway", stack=stack, preview=False, monitor=Recorder(self), organization="acme")
        pulumi.runtime.test(lambda: (declare(), None)[1])()  # type: ignore[no-untyped-call]  # as above
        root = pulumi.runtime.get_root_resource()
        assert isinstance(root, Stack)
        self.exports = dict(root.outputs)
        return Graph([declared(request, urn) for request, urn in self.requests])

    def build_program(self, *, stack: str = "test", config: Mapping[str, Any] | None = None) -> Graph:
        """Run `__main__.py` as `pulumi up` does, and return the graph."""

        async def admit(kubeconfig: dict[str, Any]) -> None:
            assert kubeconfig["clusters"], "the kubeconfig is whole"
            self.admitted_after = {request.type.rsplit(":", 1)[-1] for request, _ in self.requests}

        def declare() -> None:
            sys.path.insert(0, str(ROOT))
            try:
                runpy.run_path(str(ROOT / "__main__.py"), run_name="__main__")
            finally:
                sys.path.remove(str(ROOT))

        start_checks = tools.start_checks if self._checks_tools else lambda region: list
        with (
            unittest.mock.patch.object(access, "wait_until_ready", admit),
            unittest.mock.patch.object(tools, "start_checks", start_checks),
        ):
            return self.build(declare, stack=stack, config=config)


EXTRA: dict[str, dict[str, Any]] = {
    "aws:eks/cluster:Cluster": {
        "endpoint": "https://eks",
        "createdAt": "2026-01-01T00:00:00Z",
        "certificateAuthority": {"data": "Q0E="},
        "vpcConfig": {"clusterSecurityGroupId": "sg-cluster"},
    },
    "aws:ecr/repository:Repository": {"repositoryUrl": f"{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/repository"},
    "aws:acm/certificate:Certificate": {
        "domainValidationOptions": [
            {
                "resourceRecordName": "_x.example.com",
                "resourceRecordType": "CNAME",
                "resourceRecordValue": "_y.acm",
                "domainName": "example.com",
            }
        ]
    },
    "docker-build:index:Image": {"digest": "sha256:" + "0" * 64},
    "aws:lb/loadBalancer:LoadBalancer": {"dnsName": "balancer.elb.amazonaws.com", "zoneId": "Z2", "arnSuffix": "app/balancer/1"},
    "aws:route53/record:Record": {"fqdn": "_x.example.com"},
    "aws:lb/targetGroup:TargetGroup": {"arnSuffix": "targetgroup/t/1"},
}


STACKS = sorted(path.name.split(".")[1] for path in ROOT.glob("Pulumi.*.yaml"))


def stack_config(stack: str) -> dict[str, Any]:
    """Return the config of a stack file of this repository."""
    config: dict[str, Any] = yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text())["config"]
    return config


SECRETS = {"slipway:database_master_password": "master-Password-1"} | {
    f"{app}:{key}": f"{app}-{key}-Secret-1"[:41]
    for app, key in (
        ("messageboard", "database_password"),
        ("notes", "database_password"),
        ("oracle", "mysql_password"),
        ("todo", "database_password"),
        ("todo", "jwt_key"),
        ("voting", "redis_password"),
        ("voting", "postgres_password"),
    )
}
ALL_APPS = ["messageboard", "notes", "oracle", "todo", "voting"]
TEAM = {
    "slipway:api_access_cidrs": ["8.8.8.8/32"],
    "slipway:admin_role_arns": [DEPLOYER],
    "slipway:domain": "example.com",
    "aws:region": "eu-west-1",
}


def config(**changed: Any) -> dict[str, Any]:
    """Return a complete configuration with some settings changed; None removes a setting."""
    values = TEAM | SECRETS | {f"slipway:{key}": value for key, value in changed.items()}
    return {key: value for key, value in values.items() if value is not None}


def program(*, available: str = "abc", **changed: Any) -> Graph:
    """Return the graph of `__main__.py` with some settings changed, in a region with the available zones.

    It is built once in a process for each configuration, so a test that changes it changes it for others: copy it first.
    """
    return _built("test", available, json.dumps(config(**changed)))


def stack_program(stack: str, **changed: Any) -> Graph:
    """Return the graph of a stack file of this repository with what its team must add, once for each configuration."""
    given = TEAM | SECRETS | stack_config(stack) | {f"slipway:{key}": value for key, value in changed.items()}
    return _built(stack, "abc", json.dumps(given))


@functools.cache
def _built(stack: str, available: str, given: str) -> Graph:
    return Engine(zones=available).build_program(stack=stack, config=json.loads(given))
