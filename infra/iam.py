"""IAM policy documents, as plain dicts."""

from typing import Any

Document = dict[str, Any]


def _document(*statements: dict[str, Any]) -> Document:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def trust(service: str, *actions: str) -> Document:
    """Return a policy that lets a service assume a role. EKS needs `sts:TagSession`, too: its policies read session tags."""
    return _document({"Effect": "Allow", "Principal": {"Service": service}, "Action": list(actions or ("sts:AssumeRole",))})


def key_administration(partition: str, account_id: str) -> dict[str, Any]:
    """Return the statement that lets the account's IAM policies grant the use of a key. Nobody could change a key without it."""
    return {
        "Sid": "Account",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:{partition}:iam::{account_id}:root"},
        "Action": "kms:*",
        "Resource": "*",
    }


def key_policy(partition: str, account_id: str) -> Document:
    """Return the policy of a key that principals use by their IAM policies, and AWS services by grants of these principals."""
    return _document(key_administration(partition, account_id))


def log_key_policy(partition: str, account_id: str, region: str) -> Document:
    """Return the policy of a key for the CloudWatch log groups of the account.

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
    """Return the policy that lets VPC flow logs write into one log group.

    Source: https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html
    """
    write = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"]
    return _document(
        {"Sid": "Write", "Effect": "Allow", "Action": write, "Resource": [log_group_arn, f"{log_group_arn}:*"]},
        # An action without a resource type: beside the ARN of a log group it would allow nothing.
        # Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
        {"Sid": "List", "Effect": "Allow", "Action": ["logs:DescribeLogGroups"], "Resource": ["*"]},
    )
