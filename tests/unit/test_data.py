"""The data of a stack: protected, encrypted, reachable only from the cluster."""

import json
import re

import pytest

from tests.engine import program
from tests.graph import Declared, Graph


@pytest.fixture(scope="module")
def graph() -> Graph:
    return program(alarm_email="ops@example.com")


def database_of(graph: Graph) -> Declared:
    return graph.one("Instance")


def test_the_database_is_safe(graph: Graph) -> None:
    database = database_of(graph)
    inputs = database.inputs
    assert inputs["multiAz"] is True
    assert inputs["storageEncrypted"] is True
    assert inputs["publiclyAccessible"] is False
    assert inputs["deletionProtection"] is True
    assert inputs["skipFinalSnapshot"] is False
    assert database.protect
    parameters = {p["name"]: p["value"] for p in graph.one("ParameterGroup").inputs["parameters"]}
    assert parameters["require_secure_transport"] == "1"
    assert parameters["slow_query_log"] == "1"
    assert parameters["log_output"] == "FILE"
    assert "iops" not in inputs, "gp3 takes none below 400 GiB"


def test_the_final_snapshot_has_a_fresh_name_each_time(graph: Graph) -> None:
    assert graph.one("SubnetGroup").urn in {resource.urn for resource in graph.ancestors(database_of(graph))}
    assert re.fullmatch(r"slipway-test-final-.+", database_of(graph).inputs["finalSnapshotIdentifier"])


def test_the_database_key_outlives_the_stack_and_is_nobody_elses(graph: Graph) -> None:
    key = graph.one("Key", "keys-database")
    assert key.protect
    assert key.request.retainOnDelete
    used = [resource.name for resource in graph.resources if f"{ACCOUNT_KEY}{key.name}" in json.dumps(resource.inputs)]
    assert used == ["database"]


ACCOUNT_KEY = "arn:aws:mock:eu-west-1:123456789012:"


def test_small_classes_go_without_performance_insights() -> None:
    for instance_class, expected in (("db.t4g.small", False), ("db.t4g.medium", True)):
        graph = program(database_instance_class=instance_class)
        assert database_of(graph).inputs["performanceInsightsEnabled"] is expected


def test_only_the_clusters_group_reaches_the_database(graph: Graph) -> None:
    rules = graph.of("SecurityGroupIngressRule", "database")
    assert [resource.inputs["referencedSecurityGroupId"] for resource in rules] == ["sg-cluster"]


def test_data_is_deleted_only_if_protection_is_off() -> None:
    protected = {resource.name for resource in program().resources if resource.protect}
    assert {"cluster", "database", "balancer", "keys-database", "keys-cluster"} <= protected
    free = program(protect_data="false")
    assert {resource.name for resource in free.resources if resource.protect} == set()
    assert database_of(free).inputs["deletionProtection"] is False
    assert database_of(free).inputs["skipFinalSnapshot"] is False
