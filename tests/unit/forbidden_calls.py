"""What neither role may do: change what is not the project's."""

from typing import Final

from rehearsal.aws.authorization import Check

ACCOUNT: Final = "123456789012"


def arn(service: str, resource: str, region: str = "eu-west-1", account: str = ACCOUNT) -> str:
    return f"arn:aws:{service}:{region}:{account}:{resource}"


OURS: Final = {"aws:resourcetag/project": ("slipway",)}
THEIRS: Final = {"aws:resourcetag/project": ("payroll",)}
ADMINISTRATOR: Final = "arn:aws:iam::aws:policy/AdministratorAccess"
FLOW_ROLE: Final = arn("iam", "role/network-flow-0", "")
FORBIDDEN: Final = [
    Check(action="eks:DeleteCluster", resource=arn("eks", "cluster/payroll"), context=OURS),
    Check(action="eks:CreateAccessEntry", resource=arn("eks", "cluster/payroll")),
    Check(action="eks:CreateCluster", context={"aws:requesttag/project": ("payroll",)}),
    Check(action="rds:DeleteDBInstance", resource=arn("rds", "db:payroll"), context=OURS),
    Check(action="rds:ModifyDBInstance", resource=arn("rds", "db:payroll"), context=OURS),
    Check(action="rds:DeleteDBSnapshot", resource=arn("rds", "snapshot:slipway-prod-final-0")),
    Check(action="ecr:DeleteRepository", resource=arn("ecr", "repository/payroll/api"), context=OURS),
    Check(action="ecr:PutImage", resource=arn("ecr", "repository/payroll/api")),
    Check(action="logs:DeleteLogGroup", resource=arn("logs", "log-group:/aws/eks/payroll/cluster")),
    Check(action="ec2:DeleteVpc", resource=arn("ec2", "vpc/vpc-1"), context=THEIRS),
    Check(action="ec2:DeleteVpc", resource=arn("ec2", "vpc/vpc-1")),
    Check(action="ec2:CreateSubnet", resource=arn("ec2", "vpc/vpc-1"), context=THEIRS),
    Check(action="ec2:CreateVpc", resource=arn("ec2", "vpc/*")),
    Check(action="ec2:CreateTags", resource=arn("ec2", "vpc/vpc-1"), context={"aws:requesttag/project": ("slipway",)}),
    Check(
        action="ec2:CreateTags",
        resource=arn("ec2", "security-group/sg-1"),
        context={"aws:requesttag/project": ("slipway",), **THEIRS},
    ),
    Check(
        action="ec2:AuthorizeSecurityGroupIngress",
        resource=arn("ec2", "security-group/sg-1"),
        context={"aws:resourcetag/aws:eks:cluster-name": ("payroll",)},
    ),
    Check(action="ec2:RunInstances", resource=arn("ec2", "instance/*"), context={"aws:requesttag/project": ("slipway",)}),
    Check(
        action="elasticloadbalancing:DeleteLoadBalancer",
        resource=arn("elasticloadbalancing", "loadbalancer/app/payroll/1"),
        context=THEIRS,
    ),
    Check(
        action="elasticloadbalancing:AddTags",
        resource=arn("elasticloadbalancing", "loadbalancer/app/payroll/1"),
        context={"aws:requesttag/project": ("slipway",)},
    ),
    Check(action="kms:ScheduleKeyDeletion", resource=arn("kms", "key/k-1"), context=THEIRS),
    Check(action="kms:Decrypt", resource=arn("kms", "key/k-1"), context={"kms:resourcealiases": ("alias/payroll",)}),
    Check(action="acm:DeleteCertificate", resource=arn("acm", "certificate/c-1"), context=THEIRS),
    Check(action="route53:DeleteHostedZone", resource="arn:aws:route53:::hostedzone/Z1"),
    Check(
        action="route53:ChangeResourceRecordSets",
        resource="arn:aws:route53:::hostedzone/Z1",
        context={"route53:changeresourcerecordsetsrecordtypes": ("A", "MX")},
    ),
    Check(action="iam:DeleteRole", resource=arn("iam", "role/payroll", ""), context=OURS),
    Check(action="iam:DeleteRole", resource=FLOW_ROLE, context=THEIRS),
    Check(action="iam:CreateRole", resource=arn("iam", "role/mine", ""), context={"aws:requesttag/project": ("slipway",)}),
    Check(
        action="iam:AttachRolePolicy",
        resource=arn("iam", "role/cluster-node-0", ""),
        context={**OURS, "iam:policyarn": (ADMINISTRATOR,)},
    ),
    Check(
        action="iam:AttachRolePolicy",
        resource=arn("iam", "role/slipway-deployer", ""),
        context={**OURS, "iam:policyarn": ("arn:aws:iam::aws:policy/AmazonEKSClusterPolicy",)},
    ),
    Check(action="iam:PutRolePolicy", resource=arn("iam", "role/slipway-deployer", ""), context=OURS),
    Check(
        action="iam:PassRole", resource=arn("iam", "role/payroll", ""), context={"iam:passedtoservice": ("eks.amazonaws.com",)}
    ),
    Check(action="iam:PassRole", resource=FLOW_ROLE, context={"iam:passedtoservice": ("lambda.amazonaws.com",)}),
    Check(
        action="iam:CreateServiceLinkedRole",
        resource=arn("iam", "role/aws-service-role/ecs.amazonaws.com/*", ""),
        context={"iam:awsservicename": ("ecs.amazonaws.com",)},
    ),
    Check(action="iam:CreateUser", resource=arn("iam", "user/me", "")),
    Check(action="sts:AssumeRole", resource=arn("iam", "role/slipway-deployer", "")),
    Check(action="s3:GetObject", resource="arn:aws:s3:::payroll/salaries"),
    Check(action="s3:DeleteBucket", resource="arn:aws:s3:::slipway-state-1"),
    Check(action="sns:Publish", resource=arn("sns", "alarms-0")),
    Check(action="secretsmanager:GetSecretValue"),
    Check(action="organizations:LeaveOrganization"),
]
