"""E-mail when something needs a person: the few alarms that mean users are, or soon will be, affected."""

from dataclasses import dataclass
from typing import Literal

import pulumi
import pulumi_aws as aws

GIB = 1024**3


@dataclass(frozen=True, kw_only=True)
class AlarmsArgs:
    email: str
    database_id: pulumi.Input[str]
    database_storage_gib: int
    load_balancer_suffix: pulumi.Input[str]
    target_group_suffixes: dict[str, pulumi.Output[str]]


@dataclass(frozen=True)
class Rule:
    """When a metric is bad. The threshold is in the metric's own unit: bytes, percent, or a count."""

    side: Literal["Greater", "Less"]
    threshold: float
    statistic: str = "Average"


class Alarms(pulumi.ComponentResource):
    """A topic with one subscriber, who confirms by e-mail, and the alarms that write to it.

    The topic is not encrypted: CloudWatch's messages to a topic with AWS's own key are lost, and they hold no secrets.
    """

    def __init__(self, name: str, args: AlarmsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:aws:Alarms", name, None, opts)
        self._name = name
        self._child = pulumi.ResourceOptions(parent=self)
        self._topic = aws.sns.Topic(name, opts=self._child)
        aws.sns.TopicSubscription(name, topic=self._topic.arn, protocol="email", endpoint=args.email, opts=self._child)
        database: dict[str, pulumi.Input[str]] = {"DBInstanceIdentifier": args.database_id}
        self._alarm(
            "database-storage", ("AWS/RDS", "FreeStorageSpace"), database, Rule("Less", args.database_storage_gib * GIB * 0.15)
        )
        self._alarm("database-cpu", ("AWS/RDS", "CPUUtilization"), database, Rule("Greater", 90))
        balancer: dict[str, pulumi.Input[str]] = {"LoadBalancer": args.load_balancer_suffix}
        errors = ("AWS/ApplicationELB", "HTTPCode_Target_5XX_Count")
        self._alarm("server-errors", errors, balancer, Rule("Greater", 20, "Sum"))
        for service, suffix in args.target_group_suffixes.items():
            targets = {**balancer, "TargetGroup": suffix}
            self._alarm(f"unhealthy-{service}", ("AWS/ApplicationELB", "UnHealthyHostCount"), targets, Rule("Greater", 0))
        self.register_outputs({})

    def _alarm(self, key: str, metric: tuple[str, str], dimensions: dict[str, pulumi.Input[str]], rule: Rule) -> None:
        """Declare an alarm that fires after five minutes beyond the rule's threshold. `metric` is a namespace and a name."""
        aws.cloudwatch.MetricAlarm(
            f"{self._name}-{key}",
            namespace=metric[0],
            metric_name=metric[1],
            dimensions=dimensions,
            statistic=rule.statistic,
            comparison_operator=f"{rule.side}ThanThreshold",
            threshold=rule.threshold,
            period=60,
            evaluation_periods=5,
            treat_missing_data="notBreaching",
            alarm_actions=[self._topic.arn],
            ok_actions=[self._topic.arn],
            opts=self._child,
        )
