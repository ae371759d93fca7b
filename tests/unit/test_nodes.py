"""The node pool of a stack: what it may cost, and how long a pod may hold up the replacement of its node."""

import re
from datetime import timedelta
from typing import Any

import pytest

from infra.kubernetes import job
from infra.settings import SettingsError
from tests.engine import program
from tests.graph import Declared

# Source: https://docs.aws.amazon.com/eks/latest/userguide/automode.html (Auto Mode's limit on a node's life)
LONGEST_LIFE = timedelta(days=21)


def parts(**changed: Any) -> dict[str, Declared]:
    graph = program(**changed)
    return {kind: graph.one(kind) for kind in ("NodePool", "NodeClass")}


def duration(text: str) -> timedelta:
    found = re.fullmatch(r"(\d+)([hm])", text)
    assert found, f"{text!r} is no duration of Kubernetes"
    return timedelta(**{{"h": "hours", "m": "minutes"}[found[2]]: int(found[1])})


def test_the_pool_buys_no_more_than_the_setting_allows() -> None:
    limits = [parts(node_cpu_limit=limit)["NodePool"].inputs["spec"]["limits"] for limit in ("8", "64")]
    assert limits == [{"cpu": "8"}, {"cpu": "64"}]


def test_pods_that_need_more_vcpus_than_the_nodes_limit_are_rejected_before_anything_is_created() -> None:
    with pytest.raises(SettingsError, match=r"slipway:node_cpu_limit must be at least (\d+), .*got 32\. Fix: ") as caught:
        program(replicas_per_zone="100")
    needed = re.search(r"at least (\d+)", str(caught.value))
    assert needed
    limit = int(needed[1])
    assert program(replicas_per_zone="100", node_cpu_limit=str(limit)).one("NodePool")
    with pytest.raises(SettingsError, match="node_cpu_limit"):
        program(replicas_per_zone="100", node_cpu_limit=str(limit - 1))


def test_a_job_ends_before_its_node_is_replaced() -> None:
    template = parts()["NodePool"].inputs["spec"]["template"]["spec"]
    longest_job = duration(str(job.TIMEOUT.create))
    assert duration(template["terminationGracePeriod"]) > 2 * longest_job


def test_nodes_expire_before_auto_mode_replaces_them() -> None:
    template = parts()["NodePool"].inputs["spec"]["template"]["spec"]
    assert duration(template["expireAfter"]) + duration(template["terminationGracePeriod"]) < LONGEST_LIFE


def test_the_deletion_of_pool_and_class_may_take_as_long_as_a_drain() -> None:
    for part in parts().values():
        assert duration(part.request.customTimeouts.delete) > timedelta(minutes=10), "Pulumi's limit would be 10 minutes"
