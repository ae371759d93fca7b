"""The creators of `cut_off` for IAM, KMS, ACM, ECR, RDS, SNS, CloudWatch and flow logs."""

from __future__ import annotations

import json

from rehearsal.tests.aws.cut_off import (
    THEIRS,
    Created,
    Tags,
    client,
    creator,
    shared_network,
    subnets_of_two_zones,
    tag_list,
    tag_specifications,
    unique,
)


@creator("aws:ec2/flowLog:FlowLog")
def flow_log(tags: Tags) -> Created:
    client("logs").create_log_group(logGroupName=(group := unique("/flow")))
    answer = client("ec2").create_flow_logs(
        ResourceIds=[shared_network()],
        ResourceType="VPC",
        TrafficType="ALL",
        LogDestinationType="cloud-watch-logs",
        LogGroupName=group,
        DeliverLogsPermissionArn=role(THEIRS)[0]["arn"],
        TagSpecifications=tag_specifications("vpc-flow-log", tags),
    )
    return {}, answer["FlowLogIds"][0]


@creator("aws:cloudwatch/logGroup:LogGroup")
def log_group(tags: Tags) -> Created:
    name = unique("/a")
    client("logs").create_log_group(logGroupName=name, tags=tags)
    client("logs").create_log_group(logGroupName=f"{name}/longer", tags=tags)
    return {"name": name}, name


@creator("aws:cloudwatch/metricAlarm:MetricAlarm")
def alarm(tags: Tags) -> Created:
    client("cloudwatch").put_metric_alarm(
        AlarmName="a",
        ComparisonOperator="GreaterThanThreshold",
        EvaluationPeriods=1,
        Threshold=1,
        Period=60,
        MetricName="m",
        Namespace="n",
        Statistic="Sum",
        Tags=tag_list(tags),
    )
    return {"name": "a"}, "a"


@creator("aws:ecr/repository:Repository")
def repository(tags: Tags) -> Created:
    client("ecr").create_repository(repositoryName="slipway-dev/a", tags=tag_list(tags))
    return {"name": "slipway-dev/a"}, "slipway-dev/a"


@creator("aws:iam/role:Role")
def role(tags: Tags) -> Created:
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}]}
    answer = client("iam").create_role(
        RoleName=(name := unique("r")), AssumeRolePolicyDocument=json.dumps(document), Tags=tag_list(tags)
    )
    return {"name": name, "arn": answer["Role"]["Arn"]}, name


@creator("aws:kms/key:Key")
def key(tags: Tags) -> Created:
    answer = client("kms").create_key(Tags=[{"TagKey": name, "TagValue": value} for name, value in tags.items()])
    return {}, answer["KeyMetadata"]["KeyId"]


@creator("aws:acm/certificate:Certificate")
def certificate(tags: Tags) -> Created:
    answer = client("acm").request_certificate(DomainName="example.com", ValidationMethod="DNS", Tags=tag_list(tags))
    return {"domainName": "example.com"}, answer["CertificateArn"]


@creator("aws:sns/topic:Topic")
def topic(tags: Tags) -> Created:
    return {"name": "t"}, client("sns").create_topic(Name="t", Tags=tag_list(tags))["TopicArn"]


@creator("aws:rds/parameterGroup:ParameterGroup")
def parameter_group(tags: Tags) -> Created:
    client("rds").create_db_parameter_group(
        DBParameterGroupName="p", DBParameterGroupFamily="mysql8.4", Description="d", Tags=tag_list(tags)
    )
    return {"name": "p"}, "p"


@creator("aws:rds/subnetGroup:SubnetGroup")
def subnet_group(tags: Tags) -> Created:
    client("rds").create_db_subnet_group(
        DBSubnetGroupName="s", DBSubnetGroupDescription="d", SubnetIds=subnets_of_two_zones(), Tags=tag_list(tags)
    )
    return {"name": "s"}, "s"
