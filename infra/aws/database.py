"""RDS for MySQL 8.4 in the isolated subnets: Multi-AZ, encrypted, TLS only, backed up, protected.

Only the clients' security group gets in. The instance depends on nothing of the cluster, so both are made side by side.
"""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra import constraints, iam, naming

PORT = 3306
LOG_RETENTION_DAYS = 30
EXPORTED_LOGS = ("error", "slowquery")
MASTER_USER = "slipway"
ENGINE = "mysql"
# The prefix is allowed with automatic minor upgrades, and then an upgrade is no drift.
ENGINE_VERSION = "8.4"
STORAGE_TYPE = "gp3"
FAMILY = "mysql8.4"
INSIGHTS_RETENTION_DAYS = 7
MONITORING_SECONDS = 60
# All are dynamic, and few: MySQL 8.4 computes the rest from the class. Without slow_query_log and
# log_output=FILE the export stays empty.
# Backups switch the binary log on, and then triggers and functions are for SUPER only, which nobody has on RDS.
PARAMETERS = {
    "require_secure_transport": "1",
    "slow_query_log": "1",
    "long_query_time": "1",
    "log_output": "FILE",
    "log_bin_trust_function_creators": "1",
}


@dataclass(frozen=True, kw_only=True)
class DatabaseArgs:
    """The arguments of the database. `storage_gib` can only grow; `backup_days` is 1 to 35."""

    identifier: str
    partition: str
    vpc_id: pulumi.Input[str]
    subnet_ids: list[pulumi.Output[str]]
    client_security_group_id: pulumi.Input[str]
    instance_class: str
    multi_az: bool
    storage_gib: int
    backup_days: int
    password: pulumi.Output[str]
    key_arn: pulumi.Input[str]
    log_key_arn: pulumi.Input[str]
    protect_data: bool


class Database(pulumi.ComponentResource):
    """The MySQL server that all apps of a stack share, with one schema for each app."""

    address: pulumi.Output[str]
    instance_id: pulumi.Output[str]
    endpoint: pulumi.Output[str]
    """`address:port`"""
    access: aws.vpc.SecurityGroupIngressRule
    """The rule that must exist before a pod can reach the server."""

    def __init__(self, name: str, args: DatabaseArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:aws:Database", name, None, opts)
        self._name = name
        self._args = args
        self._child = pulumi.ResourceOptions(parent=self)
        group = aws.ec2.SecurityGroup(
            name, description="MySQL of this stack", vpc_id=args.vpc_id, tags={"Name": name}, opts=self._child
        )
        self.access = aws.vpc.SecurityGroupIngressRule(
            f"{name}-clients",
            description="MySQL from nodes and pods of the cluster",
            security_group_id=group.id,
            referenced_security_group_id=args.client_security_group_id,
            ip_protocol="tcp",
            from_port=PORT,
            to_port=PORT,
            opts=self._child,
        )
        instance = self._instance(group)
        self.address = instance.address
        self.instance_id = instance.identifier
        self.endpoint = instance.endpoint
        self.register_outputs({"endpoint": self.endpoint})

    def _instance(self, group: aws.ec2.SecurityGroup) -> aws.rds.Instance:
        args = self._args
        subnets = aws.rds.SubnetGroup(self._name, subnet_ids=args.subnet_ids, opts=self._child)
        insights = constraints.supports_performance_insights(args.instance_class)
        return aws.rds.Instance(
            self._name,
            identifier=args.identifier,
            engine=ENGINE,
            engine_version=ENGINE_VERSION,
            engine_lifecycle_support="open-source-rds-extended-support-disabled",
            auto_minor_version_upgrade=True,
            instance_class=args.instance_class,
            multi_az=args.multi_az,
            storage_type=STORAGE_TYPE,
            allocated_storage=args.storage_gib,
            storage_encrypted=True,
            kms_key_id=args.key_arn,
            db_subnet_group_name=subnets.name,
            vpc_security_group_ids=[group.id],
            publicly_accessible=False,
            port=PORT,
            parameter_group_name=self._parameters().name,
            username=MASTER_USER,
            password=args.password,
            backup_retention_period=args.backup_days,
            backup_window="01:00-02:00",
            maintenance_window="sun:03:00-sun:04:00",
            copy_tags_to_snapshot=True,
            delete_automated_backups=not args.protect_data,
            deletion_protection=args.protect_data,
            skip_final_snapshot=False,
            # The name must be free each time a stack of this name is destroyed: the subnet group's random digits make it new.
            final_snapshot_identifier=pulumi.Output.concat(args.identifier, "-final-", subnets.name),
            # Otherwise a change waits for the maintenance window, and each `up` until then shows it again.
            apply_immediately=True,
            enabled_cloudwatch_logs_exports=list(EXPORTED_LOGS),
            performance_insights_enabled=insights,
            performance_insights_retention_period=INSIGHTS_RETENTION_DAYS if insights else None,
            monitoring_interval=MONITORING_SECONDS,
            monitoring_role_arn=self._monitoring_role().arn,
            opts=pulumi.ResourceOptions.merge(
                self._child,
                pulumi.ResourceOptions(
                    depends_on=self._log_groups(),
                    protect=args.protect_data,
                    custom_timeouts=pulumi.CustomTimeouts(create="60m", update="80m", delete="60m"),
                ),
            ),
        )

    def _parameters(self) -> aws.rds.ParameterGroup:
        return aws.rds.ParameterGroup(
            self._name,
            family=FAMILY,
            parameters=[{"name": name, "value": value, "apply_method": "immediate"} for name, value in PARAMETERS.items()],
            opts=self._child,
        )

    def _monitoring_role(self) -> aws.iam.Role:
        role = aws.iam.Role(
            f"{self._name}-monitoring",
            assume_role_policy=pulumi.Output.json_dumps(iam.trust("monitoring.rds.amazonaws.com")),
            opts=self._child,
        )
        aws.iam.RolePolicyAttachment(
            f"{self._name}-monitoring",
            role=role.name,
            policy_arn=f"arn:{self._args.partition}:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole",
            opts=self._child,
        )
        return role

    def _log_groups(self) -> list[pulumi.Resource]:
        """Declare the log groups before RDS creates them itself, without an end of retention."""
        return [
            aws.cloudwatch.LogGroup(
                f"{self._name}-{log}",
                name=naming.database_log_group(self._args.identifier, log),
                retention_in_days=LOG_RETENTION_DAYS,
                kms_key_id=self._args.log_key_arn,
                opts=self._child,
            )
            for log in EXPORTED_LOGS
        ]
