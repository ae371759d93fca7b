"""The limits of botocore's models, of their documentation and of AWS's error messages on single values."""

from typing import Any

import botocore.session
import pytest

from rehearsal.aws.rules import documentation
from rehearsal.aws.rules.check import refusals
from rehearsal.aws.rules.exceptions import EXEMPTIONS

SESSION = botocore.session.get_session()


def messages(service: str, operation: str, request: dict[str, Any]) -> list[str]:
    return list(refusals(service, SESSION.get_service_model(service).operation_model(operation), request))


DATABASE = {"DBInstanceIdentifier": "slipway", "DBInstanceClass": "db.t4g.medium", "Engine": "mysql"}
GROUP = {"GroupName": "database", "Description": "MySQL of this stack", "VpcId": "vpc-1"}
TARGETS = {"Name": "notes-gateway", "Protocol": "HTTP", "Port": 80, "VpcId": "vpc-1"}
# Service, operation, a request that AWS accepts, a member, and an accepted and a refused value of the member
VALUES = [
    ("ec2", "CreateSecurityGroup", GROUP, "Description", "a (b) [c] {d} #1, @2; $3*!", "the cluster's"),
    ("ec2", "CreateSecurityGroup", GROUP, "Description", "d" * 255, "d" * 256),
    ("ec2", "CreateSecurityGroup", GROUP, "GroupName", "database-sg-1", "sg-database"),
    ("elbv2", "CreateTargetGroup", TARGETS, "Name", "n" * 32, "n" * 33),
    ("elbv2", "CreateTargetGroup", TARGETS, "Name", "notes-1", "notes_1"),
    ("elbv2", "CreateTargetGroup", TARGETS, "Name", "n", "n-"),
    ("elbv2", "CreateTargetGroup", TARGETS, "HealthCheckTimeoutSeconds", 120, 121),
    ("elbv2", "CreateTargetGroup", TARGETS, "Protocol", "HTTPS", "HTTP2"),
    ("rds", "CreateDBInstance", DATABASE, "DBInstanceIdentifier", "slipway-prod", "slipway--prod"),
    ("rds", "CreateDBInstance", DATABASE, "DBInstanceIdentifier", "a1", "1a"),
    ("rds", "CreateDBInstance", DATABASE, "BackupRetentionPeriod", 35, 36),
    ("rds", "CreateDBInstance", DATABASE, "MonitoringInterval", 60, 45),
    ("rds", "CreateDBInstance", DATABASE, "StorageType", "gp3", "gp4"),
    ("rds", "CreateDBInstance", DATABASE, "PreferredBackupWindow", "01:00-02:00", "1:00-2:00"),
    ("rds", "CreateDBInstance", DATABASE, "PreferredMaintenanceWindow", "sun:03:00-sun:04:00", "sonntag:03:00-sun:04:00"),
    ("rds", "CreateDBInstance", DATABASE, "Tags", [{"Key": "größe", "Value": "a"}], [{"Key": "a'b", "Value": "a"}]),
    ("logs", "PutRetentionPolicy", {"logGroupName": "a"}, "retentionInDays", 3653, 31),
    ("kms", "ScheduleKeyDeletion", {"KeyId": "k"}, "PendingWindowInDays", 7, 6),
    ("eks", "CreateAccessEntry", {"clusterName": "c"}, "principalArn", "arn:aws:iam::1:role/a", None),
    ("iam", "CreateRole", {"AssumeRolePolicyDocument": "{}"}, "RoleName", "a+b=c,d.e@f_g-h", "a b"),
    ("iam", "CreateRole", {"AssumeRolePolicyDocument": "{}"}, "RoleName", "groesse", "größe"),
    ("acm", "RequestCertificate", {}, "DomainName", "example.com", "a" * 60 + ".example.com"),
    ("sns", "CreateTopic", {}, "Name", "alarms", 7),
]


@pytest.mark.parametrize("case", VALUES, ids=lambda case: f"{case[1]}-{case[3]}")
def test_a_limit_accepts_values_inside_and_refuses_values_outside(case: Any) -> None:
    service, operation, request, member, accepted, refused = case
    assert messages(service, operation, {**request, member: accepted}) == []
    assert [message for message in messages(service, operation, {**request, member: refused}) if member in message]


@pytest.mark.parametrize(
    ("key", "accepted", "refused"),
    [
        ("deregistration_delay.timeout_seconds", "3600", "4000"),
        ("deregistration_delay.timeout_seconds", "0", "soon"),
        ("slow_start.duration_seconds", "0", "10"),
        ("stickiness.enabled", "true", "yes"),
    ],
)
def test_the_value_of_an_attribute_is_checked_by_the_rule_of_its_key(key: Any, accepted: Any, refused: Any) -> None:
    def messages_for(value: Any) -> Any:
        request = {"TargetGroupArn": "arn", "Attributes": [{"Key": key, "Value": value}]}
        return messages("elbv2", "ModifyTargetGroupAttributes", request)

    assert messages_for(accepted) == []
    assert [message for message in messages_for(refused) if "Attributes.1.Value" in message]


def test_an_error_message_does_not_show_a_password() -> None:
    errors = messages(
        "rds", "CreateDBInstance", {**DATABASE, "MasterUserPassword": 12345678, "TdeCredentialPassword": ["hidden-1"]}
    )
    assert len(errors) == 2
    assert not [message for message in errors if "12345678" in message or "hidden-1" in message]


def test_a_heading_applies_to_the_items_of_its_list_only() -> None:
    text = "<p>A name.</p><p>Constraints:</p><ul><li><p>First.</p></li><li><p>Second.</p></li></ul><p>Default: none</p>"
    assert documentation.sentences(text) == ["A name.", "Constraints: First.", "Constraints: Second.", "Default: none"]


def test_an_exemption_covers_its_values_and_no_others() -> None:
    assert messages("acm", "RequestCertificate", {"DomainName": "localhost", "SubjectAlternativeNames": ["*.localhost"]}) == []
    assert messages("acm", "RequestCertificate", {"DomainName": "otherhost"})
    assert messages("rds", "CreateDBInstance", {**DATABASE, "DBName": ""}) == []
    assert messages("rds", "CreateDBInstance", {**DATABASE, "DBName": "1-db"})


def test_every_exemption_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rehearsal.aws.rules.check.exempt_values", lambda _: frozenset())
    needed = {"acm.RequestCertificate": {"DomainName": "localhost"}, "rds.CreateDBInstance": {**DATABASE, "DBName": ""}}
    assert {exemption.operation for exemption in EXEMPTIONS} == set(needed)
    for operation, request in needed.items():
        service, name = operation.split(".")
        assert messages(service, name, request), f"no rule refuses {request}: remove the exemption"
