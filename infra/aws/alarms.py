"""E-mail when something needs a person: the few alarms that mean users are, or soon will be, affected."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

GIB = 1024**3


@dataclass(frozen=True, kw_only=True)
class AlarmsArgs:
    email: str
    database_id: pulumi.Input[str]
    database_storage_gib: int
    load_balancer_suffix: pulumi.Input[str]
    target_group_suffixes: dict[tuple[str, str], pulumi.Output[str]]


class Alarms(pulumi.ComponentResource):
    """A topic with one subscriber, who confirms by e-mail, and the alarms that write to it.

    The topic is not encrypted: CloudWatch's messages to a topic with AWS's own key are lost without a word, and they hold no secrets.
    """

    def __init__(self, name: str, args: AlarmsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:aws:Alarms", name, None, opts)
        self._name = name
        self._child = pulumi.ResourceOptions(parent=self)
        self._topic = aws.sns.Topic(name, opts=self._child)
        aws.sns.TopicSubscription(name, topic=self._topic.arn, protocol="email", endpoint=args.email, opts=self._child)
        database = {"DBInstanceIdentifier": args.database_id}
        self._alarm("database-storage", "AWS/RDS", "FreeStorageSpace", database, below=args.database_storage_gib * GIB * 0.15)
        self._alarm("database-cpu", "AWS/RDS", "CPUUtilization", database, above=90)
        balancer = {"LoadBalancer": args.load_balancer_suffix}
        self._alarm("server-errors", "AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", balancer, above=20, statistic="Sum")
        for (app, service), suffix in args.target_group_suffixes.items():
            self._alarm(
                f"unhealthy-{app}-{service}",
                "AWS/ApplicationELB",
                "UnHealthyHostCount",
                {**balancer, "TargetGroup": suffix},
                above=0,
            )
        self.register_outputs({})

    def _alarm(
        self,
        key: str,
        namespace: str,
        metric: str,
        dimensions: dict[str, pulumi.Input[str]],
        *,
        above: float | None = None,
        below: float | None = None,
        statistic: str = "Average",
    ) -> None:
        """Goes off after five minutes above, or below, the threshold; the metric's own unit (bytes, percent, count)."""
        aws.cloudwatch.MetricAlarm(
            f"{self._name}-{key}",
            namespace=namespace,
            metric_name=metric,
            dimensions=dimensions,
            statistic=statistic,
            comparison_operator="GreaterThanThreshold" if below is None else "LessThanThreshold",
            threshold=above if below is None else below,
            period=60,
            evaluation_periods=5,
            treat_missing_data="notBreaching",
            alarm_actions=[self._topic.arn],
            ok_actions=[self._topic.arn],
            opts=self._child,
        )
