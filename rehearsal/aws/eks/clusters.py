"""Clusters, each of which is the local Kubernetes: their settings, updates and deletion, and EKS's refusals."""

from __future__ import annotations

import base64
import logging
import uuid
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import unquote

import requests
from moto.core.responses import ActionResult
from moto.ec2.exceptions import DependencyViolationError
from moto.ec2.models import ec2_backends
from moto.eks import urls
from moto.eks.exceptions import InvalidParameterException, InvalidRequestException, ResourceNotFoundException
from moto.eks.models import Cluster
from moto.eks.responses import EKSResponse

from rehearsal import paths
from rehearsal.aws import kms, log_groups
from rehearsal.aws.eks import access
from rehearsal.aws.eks.invariants import require_all_switches, require_same_zones, require_switches_together
from rehearsal.aws.eks.records import cluster_of, update
from rehearsal.aws.eks.versions import require_next_minor, require_supported
from rehearsal.aws.kube import Kube, remove_users_objects
from rehearsal.aws.patching import adds_item, extends, replaces

log = logging.getLogger(__name__)

SETTINGS: Final[dict[str, tuple[str, Any]]] = {
    "accessConfig": ("access_config", {"authenticationMode": "CONFIG_MAP"}),
    "computeConfig": ("compute_config", None),
    "storageConfig": ("storage_config", None),
    "upgradePolicy": ("upgrade_policy", {"supportType": "EXTENDED"}),
    "zonalShiftConfig": ("zonal_shift_config", None),
    "deletionProtection": ("deletion_protection", False),
}
LOG_TYPES: Final = ("api", "audit", "authenticator", "controllerManager", "scheduler")
NETWORK_DEFAULTS: Final = {"serviceIpv4Cidr": "172.20.0.0/16", "ipFamily": "ipv4"}

# EKSResponse dispatches by operation; moto's list of paths lacks those of the operations that this package adds
adds_item(__name__, urls.url_paths, "{0}/clusters/(?P<rest>.+)$", urls.response.dispatch)


def split_logging(setup: dict[str, Any] | None) -> dict[str, Any]:
    """Return the logging configuration as EKS reports it: every log type, split into enabled and disabled.

    Raises:
        InvalidParameterException: A log type is unknown.
    """
    groups = (setup or {}).get("clusterLogging", [])
    if unknown := {kind for group in groups for kind in group["types"]} - set(LOG_TYPES):
        raise InvalidParameterException(message=f"Unknown log types: {', '.join(sorted(unknown))}")
    enabled = {kind for group in groups if group.get("enabled") for kind in group["types"]}
    split = [(True, [t for t in LOG_TYPES if t in enabled]), (False, [t for t in LOG_TYPES if t not in enabled])]
    return {"clusterLogging": [{"types": types, "enabled": on} for on, types in split if types]}


def _ec2(response: Any) -> Any:
    return ec2_backends[response.current_account][response.region]


def _zones(response: Any, subnet_ids: list[str]) -> set[str]:
    return {_ec2(response).get_subnet(subnet_id).availability_zone for subnet_id in subnet_ids}


def _require_network(response: Any, vpc_id: str, subnet_ids: list[str]) -> None:
    """Refuse subnets outside the cluster's VPC.

    Source: https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html
    """
    foreign = [subnet_id for subnet_id in subnet_ids if _ec2(response).get_subnet(subnet_id).vpc_id != vpc_id]
    if foreign:
        raise InvalidParameterException(message=f"Subnets {', '.join(foreign)} do not belong to the cluster's VPC {vpc_id}")


def _make_network(response: Any, cluster: Any) -> None:
    vpc: dict[str, Any] = {"endpointPublicAccess": True, "endpointPrivateAccess": False, "securityGroupIds": []}
    vpc |= cluster.resources_vpc_config
    vpc["vpcId"] = _ec2(response).get_subnet(vpc["subnetIds"][0]).vpc_id
    vpc.setdefault("publicAccessCidrs", ["0.0.0.0/0"] if vpc["endpointPublicAccess"] else [])
    group = _ec2(response).create_security_group(
        f"eks-cluster-sg-{cluster.name}-{uuid.uuid4().int % 10**9}",
        "EKS created security group applied to ENI that is attached to EKS Control Plane master nodes.",
        vpc_id=vpc["vpcId"],
        tags={f"kubernetes.io/cluster/{cluster.name}": "owned", "aws:eks:cluster-name": cluster.name},
    )
    vpc["clusterSecurityGroupId"] = group.id
    cluster.resources_vpc_config = vpc
    cluster.kubernetes_network_config = NETWORK_DEFAULTS | (response._get_param("kubernetesNetworkConfig") or {})


def _require_two_zones(response: Any) -> None:
    subnet_ids = response._get_param("resourcesVpcConfig")["subnetIds"]
    if len(_zones(response, subnet_ids)) < 2:
        raise InvalidParameterException(message="Subnets specified must be in at least two different AZs")


@replaces(Cluster)
def __init__(original: Any, self: Cluster, *args: Any, **kwargs: Any) -> None:  # noqa: N807 (replaces the class's own)
    original(self, *args, **kwargs)
    self.endpoint = paths.CLUSTER_ENDPOINT
    self.certificate_authority = {"data": base64.b64encode((paths.PKI / "ca.crt").read_bytes()).decode()}


def _require_keys(response: Any) -> None:
    for config in response._get_param("encryptionConfig") or []:
        key = config.get("provider", {}).get("keyArn")
        if not kms.is_usable(response.current_account, response.region, key):
            raise InvalidParameterException(message=f"The keyArn in encryptionConfig provider {key} is invalid")


def _write_logs(response: Any, cluster: Any) -> None:
    """Let the control plane write its logs if any log type is enabled."""
    log_group = response.current_account, response.region, f"/aws/eks/{cluster.name}/cluster"
    if any(group["enabled"] for group in cluster.logging["clusterLogging"]):
        log_groups.write_to(*log_group)
    else:
        log_groups.stop_writing_to(*log_group)


@replaces(EKSResponse)
def create_cluster(original: Any, self: Any) -> ActionResult:
    require_switches_together(*(self._get_param(n) for n in ("computeConfig", "kubernetesNetworkConfig", "storageConfig")))
    _require_two_zones(self)
    support_type = (self._get_param("upgradePolicy") or {}).get("supportType", "EXTENDED")
    if (version := self._get_param("version")) is not None:
        require_supported(version, support_type, datetime.now(UTC).date())
    _require_keys(self)
    original(self)
    cluster = self.eks_backend.clusters[self._get_param("name")]
    cluster.updates, cluster.access_entries, cluster.associations = {}, {}, {}
    for parameter, (attribute, default) in SETTINGS.items():
        value = self._get_param(parameter)
        setattr(cluster, attribute, (dict(default) if isinstance(default, dict) else default) if value is None else value)
    cluster.logging = split_logging(cluster.logging)
    _write_logs(self, cluster)
    _make_network(self, cluster)
    creator_is_admin = cluster.access_config.pop("bootstrapClusterCreatorAdminPermissions", True)
    if creator_is_admin and cluster.access_config["authenticationMode"] != "CONFIG_MAP":
        entry = access.new_entry(self, f"arn:{self.partition}:iam::{self.current_account}:root", "STANDARD")
        scope = {"type": "cluster", "namespaces": []}
        access.associate(entry, access.POLICY_PREFIX + "AmazonEKSClusterAdminPolicy", scope)
    return ActionResult({"cluster": cluster})


@replaces(EKSResponse)
def delete_cluster(original: Any, self: Any) -> Any:
    cluster = cluster_of(self)
    if cluster.deletion_protection:
        raise InvalidRequestException(message=f"Cluster {cluster.name} has deletion protection enabled")
    result = original(self)
    log_groups.stop_writing_to(self.current_account, self.region, f"/aws/eks/{cluster.name}/cluster")
    if not self.eks_backend.clusters:  # all clusters are the same Kubernetes
        try:
            remove_users_objects(Kube())
        except requests.ConnectionError:
            log.warning("no API server at %s: objects of cluster %s are not removed", paths.API_SERVER, cluster.name)
    group = cluster.resources_vpc_config["clusterSecurityGroupId"]
    try:
        _ec2(self).delete_security_group(group_id=group)
    except DependencyViolationError as error:  # EKS leaves the group too: the VPC cannot be deleted before it
        log.warning("%s of cluster %s is not deleted: %s", group, cluster.name, error)
    return result


@extends(EKSResponse)
class ClusterUpdates:
    """The operations that update a cluster."""

    def describe_update(self: Any) -> ActionResult:
        cluster, identifier = cluster_of(self), unquote(self._get_param("updateId"))
        if identifier not in cluster.updates:
            raise ResourceNotFoundException(message=f"No update found for ID: {identifier}")
        return ActionResult({"update": cluster.updates[identifier]})

    def update_cluster_config(self: Any) -> ActionResult:
        cluster, changed = cluster_of(self), {}
        network = self._get_param("kubernetesNetworkConfig")
        modes = [self._get_param("computeConfig"), network, self._get_param("storageConfig")]
        if any(mode is not None for mode in modes):
            require_all_switches(*modes)
            require_switches_together(*modes)
        if (vpc := self._get_param("resourcesVpcConfig")) is not None:
            if "subnetIds" in vpc:
                current_ids = cluster.resources_vpc_config["subnetIds"]
                _require_network(self, cluster.resources_vpc_config["vpcId"], vpc["subnetIds"])
                require_same_zones(_zones(self, current_ids), _zones(self, vpc["subnetIds"]))
            cluster.resources_vpc_config.update(vpc)
            changed["vpc"] = vpc
        if network is not None:
            cluster.kubernetes_network_config.update(network)
            changed["network"] = network
        if (logging_setup := self._get_param("logging")) is not None:
            cluster.logging = split_logging(logging_setup)
            _write_logs(self, cluster)
            changed["logging"] = logging_setup
        for parameter, (attribute, _) in SETTINGS.items():
            if (value := self._get_param(parameter)) is not None:
                current = getattr(cluster, attribute)
                setattr(cluster, attribute, {**(current or {}), **value} if isinstance(value, dict) else value)
                changed[parameter] = value
        if not changed:
            raise InvalidParameterException(message="No changes needed for the requested cluster configuration")
        return update(cluster, "ConfigUpdate", changed)

    def update_cluster_version(self: Any) -> ActionResult:
        cluster, version = cluster_of(self), self._get_param("version")
        require_next_minor(cluster.version, version)
        require_supported(version, cluster.upgrade_policy["supportType"], datetime.now(UTC).date())
        cluster.version = version
        return update(cluster, "VersionUpdate", {"version": version})

    def associate_encryption_config(self: Any) -> ActionResult:
        cluster = cluster_of(self)
        cluster.encryption_config = self._get_param("encryptionConfig")
        return update(cluster, "AssociateEncryptionConfig", {"config": cluster.encryption_config})
