"""When the Jobs on the database server run: grants before the app, the end of an old password after it, locks at each change."""

from collections.abc import Mapping

import pytest

from infra.kubernetes import pod
from tests.engine import ALL_APPS, SECRETS, program
from tests.graph import Declared, Graph

ON_RDS = ("messageboard", "notes")
JOB = "kubernetes:batch/v1:Job"


@pytest.fixture(scope="module")
def graph() -> Graph:
    return program(apps=ALL_APPS)


def job(graph: Graph, name: str) -> Declared:
    return graph.one_of_type(JOB, name)


def command(resource: Declared) -> list[str]:
    found: list[str] = resource.inputs["spec"]["template"]["spec"]["containers"][0]["command"]
    return found


def environment(graph: Graph, resource: Declared) -> Mapping[str, str]:
    """Return all variables that the Job's pod finds."""
    sources = resource.inputs["spec"]["template"]["spec"]["containers"][0]["envFrom"]
    names = {name for source in sources for name in (source.get("configMapRef") or source.get("secretRef") or {}).values()}
    found: dict[str, str] = {}
    for kind, field in (("ConfigMap", "data"), ("Secret", "stringData")):
        for each in graph.of(kind):
            if f"{each.name}-1a2b3c4d" in names:
                found |= each.inputs[field]
    return found


@pytest.mark.parametrize("app", ON_RDS)
def test_the_old_password_is_discarded_after_every_service_is_rolled_out(graph: Graph, app: str) -> None:
    last = job(graph, f"slipway-discard-{app}")
    before = {resource.urn for resource in graph.ancestors(last)}
    services = [resource for resource in graph.of("Deployment") if resource.inputs["metadata"]["namespace"] == app]
    assert services
    assert {resource.urn for resource in services} <= before
    assert job(graph, f"slipway-grants-{app}").urn in before
    assert command(last)[-2] == "discard"
    for service in services:
        assert int(command(last)[-1]) >= service.inputs["spec"]["template"]["spec"]["terminationGracePeriodSeconds"]
    assert int(command(last)[-1]) == pod.GRACE_SECONDS


@pytest.mark.parametrize("app", ON_RDS)
def test_grant_and_discard_run_again_when_the_password_changes(graph: Graph, app: str) -> None:
    for name in (f"slipway-grants-{app}", f"slipway-discard-{app}"):
        found = environment(graph, job(graph, name))
        assert found["DATABASE_PASSWORD"] == SECRETS[f"{app}:database_password"]
        assert found["DATABASE_USER"] == app


def test_only_one_grant_of_an_app_runs_at_a_time(graph: Graph) -> None:
    assert job(graph, "slipway-grants-notes").request.deleteBeforeReplace
    # A migration that runs is never cut off: the next one waits for it.
    assert not job(graph, "notes-backend-migrate").request.deleteBeforeReplace


@pytest.mark.parametrize(
    ("apps", "users"), [(ALL_APPS, "messageboard,notes"), (["notes", "messageboard"], "messageboard,notes"), (["voting"], "")]
)
def test_only_users_without_an_app_are_locked(apps: list[str], users: str) -> None:
    graph = program(apps=apps)
    last = job(graph, "slipway-lock")
    assert command(last)[-1] == "lock"
    assert environment(graph, last)["DATABASE_USERS"] == users


def test_no_password_of_an_app_is_seen_by_the_lock(graph: Graph) -> None:
    found = environment(graph, job(graph, "slipway-lock"))
    assert found["MASTER_PASSWORD"] == SECRETS["slipway:database_master_password"]
    assert "DATABASE_PASSWORD" not in found


def test_every_grant_job_may_talk_only_to_the_database(graph: Graph) -> None:
    jobs = [resource for resource in graph.of("Job") if resource.typ == JOB and resource.name.startswith("slipway-")]
    assert {resource.name for resource in jobs} == {
        "slipway-grants-messageboard",
        "slipway-grants-notes",
        "slipway-discard-messageboard",
        "slipway-discard-notes",
        "slipway-lock",
    }
    isolated = {resource.inputs["cidrBlock"] for resource in graph.of("Subnet") if "isolated" in resource.name}
    for resource in jobs:
        labels = resource.inputs["metadata"]["labels"]
        rules = [
            rule
            for policy in graph.of("NetworkPolicy")
            if policy.inputs["spec"]["podSelector"].get("matchLabels") == labels
            for rule in policy.inputs["spec"]["egress"]
        ]
        assert len(rules) == 1, resource.name
        assert isolated <= {peer["ipBlock"]["cidr"] for peer in rules[0]["to"]}
        assert [port["port"] for port in rules[0]["ports"]] == [3306]
