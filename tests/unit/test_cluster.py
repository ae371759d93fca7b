"""The EKS cluster: its features, its access, its version and what it depends on."""

import json
from datetime import date

import pytest

from infra import constraints
from infra.aws import cluster as eks
from tests.engine import STACKS, Engine, config, program, stack_program
from tests.graph import Declared, Graph


@pytest.fixture(scope="module")
def graph() -> Graph:
    return program(alarm_email="ops@example.com")


def database_of(graph: Graph) -> Declared:
    return graph.one("Instance")


def cluster_of(graph: Graph) -> Declared:
    return graph.one("Cluster")


@pytest.mark.parametrize(
    "kind", ["NatGateway", "LoadBalancer", "Certificate", "CertificateValidation", "Repository", "Image", "Listener"]
)
def test_the_cluster_does_not_wait_for_slow_resources(graph: Graph, kind: str) -> None:
    assert kind not in {
        resource.kind for resource in graph.ancestors(cluster_of(graph)) if not resource.typ.startswith("slipway:")
    }


def test_cluster_and_database_are_created_in_parallel(graph: Graph) -> None:
    cluster, database = cluster_of(graph), database_of(graph)
    assert cluster.urn not in {resource.urn for resource in graph.ancestors(database)}
    assert database.urn not in {resource.urn for resource in graph.ancestors(cluster)}


def test_the_cluster_is_deleted_before_the_roles_that_it_needs(graph: Graph) -> None:
    needed = {resource.name for resource in graph.ancestors(cluster_of(graph)) if resource.kind == "RolePolicyAttachment"}
    assert {f"cluster-control-plane-{policy}" for policy in eks.CLUSTER_POLICIES} <= needed
    assert {f"cluster-node-{policy}" for policy in eks.NODE_POLICIES} <= needed
    assert "cluster-logs" in {resource.name for resource in graph.ancestors(cluster_of(graph))}


def test_auto_mode_has_compute_storage_and_load_balancing(graph: Graph) -> None:
    inputs = cluster_of(graph).inputs
    assert inputs["computeConfig"]["enabled"] is True
    assert inputs["kubernetesNetworkConfig"]["elasticLoadBalancing"]["enabled"] is True
    assert inputs["storageConfig"]["blockStorage"]["enabled"] is True
    assert inputs["bootstrapSelfManagedAddons"] is False
    assert inputs["accessConfig"] == {"authenticationMode": "API", "bootstrapClusterCreatorAdminPermissions": False}
    assert inputs["kubernetesNetworkConfig"]["serviceIpv4Cidr"] == constraints.SERVICE_CIDR


def test_the_control_plane_may_tag_its_sessions(graph: Graph) -> None:
    role = graph.one("Role", "cluster-control-plane")
    assert json.loads(role.inputs["assumeRolePolicy"])["Statement"][0]["Action"] == ["sts:AssumeRole", "sts:TagSession"]


@pytest.mark.parametrize("stack", STACKS)
def test_the_kubernetes_version_of_each_stack_file_is_in_standard_support_today(stack: str) -> None:
    version = cluster_of(stack_program(stack)).inputs["version"]
    assert constraints.KUBERNETES_SUPPORT[version] > date.today(), f"{version} costs more from this day on: upgrade {stack}"


def test_neither_cluster_nor_database_enters_extended_support(graph: Graph) -> None:
    cluster, database = cluster_of(graph).inputs, database_of(graph).inputs
    assert cluster["upgradePolicy"] == {"supportType": "STANDARD"}
    assert graph.one("ParameterGroup").inputs["family"] == f"mysql{database['engineVersion']}"
    assert database["autoMinorVersionUpgrade"] is True
    assert database["engineLifecycleSupport"] == "open-source-rds-extended-support-disabled"


def test_only_the_admin_roles_have_access_entries() -> None:
    roles = ["arn:aws:iam::123456789012:role/slipway-deployer", "arn:aws:iam::123456789012:role/sso/admins"]
    graph = program(admin_role_arns=roles)
    assert sorted(resource.inputs["principalArn"] for resource in graph.of("AccessEntry")) == sorted(roles)
    assert all(resource.request.deleteBeforeReplace for resource in graph.of("AccessPolicyAssociation"))


def test_the_kubernetes_provider_depends_on_the_access_entries(graph: Graph) -> None:
    provider = graph.one("kubernetes")
    assert {resource.urn for resource in graph.of("AccessPolicyAssociation")} <= {
        resource.urn for resource in graph.ancestors(provider)
    }


def test_the_provider_starts_only_when_the_access_entries_work() -> None:
    engine = Engine()
    engine.build_program(config=config())
    assert "AccessPolicyAssociation" in engine.admitted_after
    assert "Namespace" not in engine.admitted_after


def test_the_kubeconfig_has_a_region_and_no_credentials(graph: Graph) -> None:
    provider = graph.one("kubernetes")
    user = json.loads(provider.inputs["kubeconfig"])["users"][0]["user"]
    assert set(user) == {"exec"}
    assert "--region" in user["exec"]["args"]
    assert "@2026-01-01" in provider.inputs["clusterIdentifier"], "a cluster made anew under the same name is another one"
