"""Alarms: which side of a threshold is bad, and whom they tell."""

import pytest

from tests.engine import ALL_APPS, stack_program
from tests.graph import Declared, Graph

# Whether users suffer from much or from little of it, and the largest value that a person should have to be told of.
# Sources: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html and
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
BAD_IF: dict[tuple[str, str], tuple[str, str]] = {
    ("AWS/RDS", "FreeStorageSpace"): ("Less", "Average"),
    ("AWS/RDS", "CPUUtilization"): ("Greater", "Average"),
    ("AWS/ApplicationELB", "HTTPCode_Target_5XX_Count"): ("Greater", "Sum"),
    ("AWS/ApplicationELB", "UnHealthyHostCount"): ("Greater", "Average"),
}
DIMENSIONS = {
    "AWS/RDS": [{"DBInstanceIdentifier"}],
    "AWS/ApplicationELB": [{"LoadBalancer"}, {"LoadBalancer", "TargetGroup"}],
}
GIB = 1024**3


@pytest.fixture(scope="module")
def graph() -> Graph:
    return stack_program("prod", apps=ALL_APPS, alarm_email="ops@example.com")


def metric(alarm: Declared) -> tuple[str, str]:
    return alarm.inputs["namespace"], alarm.inputs["metricName"]


def alarm(graph: Graph, name: str) -> Declared:
    return next(alarm for alarm in graph.of("MetricAlarm") if alarm.inputs["metricName"] == name)


def test_an_alarm_fires_on_the_bad_side_of_its_metric(graph: Graph) -> None:
    assert {metric(alarm) for alarm in graph.of("MetricAlarm")} == set(BAD_IF)
    for alarm in graph.of("MetricAlarm"):
        side, statistic = BAD_IF[metric(alarm)]
        assert alarm.inputs["comparisonOperator"].startswith(f"{side}Than"), alarm.name
        assert alarm.inputs["statistic"] == statistic, "a sum of errors, an average of a level"


def test_an_alarm_watches_a_resource_of_the_stack(graph: Graph) -> None:
    values = {graph.one("Instance").inputs["identifier"], "app/balancer/1", "targetgroup/t/1"}
    for alarm in graph.of("MetricAlarm"):
        assert set(alarm.inputs["dimensions"]) in DIMENSIONS[alarm.inputs["namespace"]], alarm.name
        assert set(alarm.inputs["dimensions"].values()) <= values


def test_every_target_group_has_an_alarm(graph: Graph) -> None:
    watched = {a.name for a in graph.of("MetricAlarm") if a.inputs["metricName"] == "UnHealthyHostCount"}
    assert watched == {f"alarms-unhealthy-{group.name}" for group in graph.of("TargetGroup")}


def test_an_alarm_notifies_the_subscribed_topic_and_ignores_missing_data(graph: Graph) -> None:
    subscription = graph.one("TopicSubscription").inputs
    assert subscription["protocol"] == "email"
    for alarm in graph.of("MetricAlarm"):
        assert alarm.inputs["alarmActions"] == alarm.inputs["okActions"] == [subscription["topic"]]
        assert alarm.inputs["treatMissingData"] == "notBreaching", "a site at night, a database that is being made"
        minutes = alarm.inputs["period"] * alarm.inputs["evaluationPeriods"] / 60
        assert 3 <= minutes <= 15, "neither for a hiccup nor after an hour"


def test_the_storage_alarm_leaves_time_to_grow_and_follows_the_setting(graph: Graph) -> None:
    for gib in (20, 100, 1000):
        grown = stack_program("prod", alarm_email="ops@example.com", database_storage_gib=str(gib))
        assert 0.05 < alarm(grown, "FreeStorageSpace").inputs["threshold"] / (gib * GIB) < 0.5
    assert 50 < alarm(graph, "CPUUtilization").inputs["threshold"] < 100, "percent"
    assert alarm(graph, "UnHealthyHostCount").inputs["threshold"] < 1, "one pod is enough"
