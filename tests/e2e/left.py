"""What is left in AWS, Kubernetes, the load balancer and on disk after a destroy."""

from typing import Any

import boto3

from tests.e2e import rehearsal as r

ENDPOINT, REGION = "http://127.0.0.1:5555", "eu-west-1"
# EKS and RDS create them again with their last events; see docs/operations.md.
RECREATED_LOG_GROUPS = {
    "/aws/eks/slipway-rehearsal/cluster",
    "/aws/rds/instance/slipway-rehearsal/error",
    "/aws/rds/instance/slipway-rehearsal/slowquery",
}
ROLES = {"slipway-deployer", "slipway-preview"}


def client(service: str) -> Any:
    return boto3.client(
        service,
        endpoint_url=ENDPOINT,
        region_name=REGION,
        aws_access_key_id="AKIAREHEARSAL0000000",
        aws_secret_access_key="rehearsal",
    )


def left_behind() -> dict[str, list[str]]:
    """Return the names of everything that did not exist before the first `up`, keyed by its kind."""
    found = {**_network(), **_services(), **_data(), **_machine()}
    return {what: names for what, names in found.items() if names}


def _network() -> dict[str, list[str]]:
    ec2, elb = client("ec2"), client("elbv2")
    return {
        "vpcs": [v["VpcId"] for v in ec2.describe_vpcs()["Vpcs"] if not v.get("IsDefault")],
        "subnets": [s["SubnetId"] for s in ec2.describe_subnets()["Subnets"] if not s["DefaultForAz"]],
        "security groups": [
            g["GroupName"] for g in ec2.describe_security_groups()["SecurityGroups"] if g["GroupName"] != "default"
        ],
        "internet gateways": [g["InternetGatewayId"] for g in ec2.describe_internet_gateways()["InternetGateways"]],
        "nat gateways": [g["NatGatewayId"] for g in ec2.describe_nat_gateways()["NatGateways"] if g["State"] != "deleted"],
        "addresses": [a["PublicIp"] for a in ec2.describe_addresses()["Addresses"]],
        "interfaces": [i["NetworkInterfaceId"] for i in ec2.describe_network_interfaces()["NetworkInterfaces"]],
        "flow logs": [f["FlowLogId"] for f in ec2.describe_flow_logs()["FlowLogs"]],
        "load balancers": [b["LoadBalancerName"] for b in elb.describe_load_balancers()["LoadBalancers"]],
        "target groups": [g["TargetGroupName"] for g in elb.describe_target_groups()["TargetGroups"]],
    }


def _services() -> dict[str, list[str]]:
    return {
        "clusters": client("eks").list_clusters()["clusters"],
        "repositories": [p["repositoryName"] for p in client("ecr").describe_repositories()["repositories"]],
        "roles": [p["RoleName"] for p in client("iam").list_roles()["Roles"] if p["RoleName"] not in ROLES],
        "log groups": [g["logGroupName"] for g in client("logs").describe_log_groups()["logGroups"]],
        "certificates": [c["DomainName"] for c in client("acm").list_certificates()["CertificateSummaryList"]],
        "records": [
            record["Name"]
            for zone in client("route53").list_hosted_zones()["HostedZones"]
            for record in client("route53").list_resource_record_sets(HostedZoneId=zone["Id"])["ResourceRecordSets"]
            if record["Type"] not in ("NS", "SOA")
        ],
    }


def _data() -> dict[str, list[str]]:
    rds, kms = client("rds"), client("kms")
    keys = [kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"] for key in kms.list_keys()["Keys"]]
    kept = [key["KeyId"] for key in keys if key["KeyState"] == "Enabled" and key["KeyManager"] == "CUSTOMER"]
    return {
        "databases": [d["DBInstanceIdentifier"] for d in rds.describe_db_instances()["DBInstances"]],
        "subnet groups": [g["DBSubnetGroupName"] for g in rds.describe_db_subnet_groups()["DBSubnetGroups"]],
        "parameter groups": [
            g["DBParameterGroupName"]
            for g in rds.describe_db_parameter_groups()["DBParameterGroups"]
            if not g["DBParameterGroupName"].startswith("default.")
        ],
        "final snapshots": [s["DBSnapshotIdentifier"] for s in rds.describe_db_snapshots(SnapshotType="manual")["DBSnapshots"]],
        "kept keys": [
            tag["TagValue"] for key in kept for tag in kms.list_resource_tags(KeyId=key)["Tags"] if tag["TagKey"] == "Name"
        ],
    }


def _machine() -> dict[str, list[str]]:
    system = {"default", "kube-system", "kube-public", "kube-node-lease"}
    haproxy = (r.STATE / "haproxy" / "haproxy.cfg").read_text()
    return {
        "namespaces": [n["metadata"]["name"] for n in r.items("namespaces") if n["metadata"]["name"] not in system],
        "volumes": [v["metadata"]["name"] for v in r.items("persistentvolumes")]
        + [str(p) for p in (r.STATE / "volumes").glob("*")],
        "database servers": [line.split()[0] for line in r.rehearsal("status").splitlines() if "rds-" in line],
        "frontends": [line for line in haproxy.splitlines() if line.startswith("frontend ") and "ecr" not in line],
    }
