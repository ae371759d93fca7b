"""What `pulumi up` waits for, and when it gives up."""

import re

import pytest

from infra.kubernetes import dumps
from tests.engine import ALL_APPS, program
from tests.graph import Graph

SECONDS_OF_UNIT = {"s": 1, "m": 60, "h": 3600}
JOB = "kubernetes:batch/v1:Job"
SERVICE = "kubernetes:core/v1:Service"


@pytest.fixture(scope="module")
def graph() -> Graph:
    return program(apps=ALL_APPS)


def seconds(duration: str) -> int:
    found = re.fullmatch(r"(\d+)([smh])", duration)
    assert found, duration
    return int(found[1]) * SECONDS_OF_UNIT[found[2]]


def test_no_service_waits_for_the_pods_that_wait_for_it(graph: Graph) -> None:
    """Pulumi's provider waits until no pod behind a Service is unready; the workload that would correct them depends on it."""
    services = [resource for resource in graph.resources if resource.typ == SERVICE]
    workloads = {resource.name: resource for kind in ("Deployment", "StatefulSet") for resource in graph.of(kind)}
    assert {resource.name for resource in services} == set(workloads)
    for service in services:
        assert service.urn in {resource.urn for resource in graph.ancestors(workloads[service.name])}
        assert service.inputs["metadata"]["annotations"]["pulumi.com/skipAwait"] == "true"
        assert "pulumi.com/skipAwait" not in workloads[service.name].inputs["metadata"].get("annotations", {})


def test_a_jobs_deadline_is_shorter_than_pulumis_timeout(graph: Graph) -> None:
    jobs = [resource for resource in graph.resources if resource.typ == JOB]
    assert {"slipway-grants-notes", "todo-task-manager-migrate", "voting-worker-migrate"} <= {resource.name for resource in jobs}
    for job in jobs:
        deadline = job.inputs["spec"]["activeDeadlineSeconds"]
        assert 0 < deadline < seconds(job.request.customTimeouts.create), job.name


def test_a_dump_that_hangs_ends_before_the_next_and_a_restore_is_not_cut_off(graph: Graph) -> None:
    found = {resource.name: resource.inputs["spec"] for resource in graph.of("CronJob")}
    made = [spec for name, spec in found.items() if name.endswith("-dump")]
    loaded = [spec for name, spec in found.items() if name.endswith("-restore")]
    assert len(made) == len(loaded) == 3
    minute, hour, *every_day = dumps.NIGHTLY.split()
    assert every_day == ["*", "*", "*"], "once a day"
    assert minute.isdigit()
    assert hour.isdigit()
    for spec in made:
        assert spec["concurrencyPolicy"] == "Forbid"
        assert 0 < spec["jobTemplate"]["spec"]["activeDeadlineSeconds"] < 24 * 60 * 60
    for spec in loaded:
        assert "activeDeadlineSeconds" not in spec["jobTemplate"]["spec"]
