"""IAM policy documents, as plain dicts."""

from typing import Any

Document = dict[str, Any]


def _document(*statements: dict[str, Any]) -> Document:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def trust(service: str, *actions: str) -> Document:
    """Who may assume a role. EKS needs `sts:TagSession` too: its managed policies look at the session's tags."""
    return _document({"Effect": "Allow", "Principal": {"Service": service}, "Action": list(actions or ("sts:AssumeRole",))})


def key_administration(partition: str, account_id: str) -> dict[str, Any]:
    """The statement that leaves the use of a key to the account's IAM policies; without it nobody could ever change the key."""
    return {
        "Sid": "Account",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:{partition}:iam::{account_id}:root"},
        "Action": "kms:*",
        "Resource": "*",
    }


def key_policy(partition: str, account_id: str) -> Document:
    """A key that the account's principals use by their IAM policies, and AWS services by the grants of these principals."""
    return _document(key_administration(partition, account_id))


def log_key_policy(partition: str, account_id: str, region: str) -> Document:
    """A key for CloudWatch log groups of this account.

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    """
    return _document(
        key_administration(partition, account_id),
        {
            "Sid": "Logs",
            "Effect": "Allow",
            "Principal": {"Service": f"logs.{region}.amazonaws.com"},
            "Action": ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
            "Resource": "*",
            "Condition": {
                "ArnLike": {"kms:EncryptionContext:aws:logs:arn": f"arn:{partition}:logs:{region}:{account_id}:log-group:*"}
            },
        },
    )


def write_logs(log_group_arn: str) -> Document:
    """What VPC flow logs need to write into one log group.

    Source: https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html
    """
    write = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"]
    return _document(
        {"Sid": "Write", "Effect": "Allow", "Action": write, "Resource": [log_group_arn, f"{log_group_arn}:*"]},
        # An action without a resource type: beside the ARN of a log group it would allow nothing.
        # Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
        {"Sid": "List", "Effect": "Allow", "Action": ["logs:DescribeLogGroups"], "Resource": ["*"]},
    )
