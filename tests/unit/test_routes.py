"""Which requests the load balancer's rules send to which service."""

from fnmatch import fnmatchcase
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra import naming
from tests.engine import ALL_APPS, program
from tests.graph import Graph, some
from tests.unit.test_apps import APPS

ROUTES = [(app.host(s), route, f"{app.name}-{s.name}") for app in APPS.values() for s in app.services for route in s.routes]


@pytest.fixture(scope="module")
def graph() -> Graph:
    return program(apps=ALL_APPS)


def matches(rule: dict[str, Any], host: str, path: str) -> bool:
    """Return whether all conditions of a rule hold.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
    """
    for condition in some(rule["conditions"]):
        ((kind, one_of),) = condition.items()
        value = {"hostHeader": host, "pathPattern": path}[kind]
        if not any(fnmatchcase(value, pattern) for pattern in one_of["values"]):
            return False
    return True


def target(graph: Graph, host: str, path: str) -> str | None:
    """Return the target group that a request is sent to: of the first rule that matches, or None."""
    for rule in sorted((rule.inputs for rule in graph.of("ListenerRule")), key=lambda rule: rule["priority"]):
        if matches(rule, host, path):
            (action,) = rule["actions"]
            assert action["type"] == "forward"
            return str(action["targetGroupArn"]).rsplit(":", 1)[-1]
    return None


@pytest.mark.parametrize(("host", "route", "service"), ROUTES)
def test_a_route_and_all_below_it_go_to_its_service(graph: Graph, host: str, route: str, service: str) -> None:
    name = f"{host}.example.com"
    assert target(graph, name, route) == service
    assert target(graph, name, f"{route.rstrip('/')}/below/it") == service


@pytest.mark.parametrize(("host", "route"), [(host, route) for host, route, _ in ROUTES if route != "/"])
def test_a_route_does_not_match_a_longer_word(graph: Graph, host: str, route: str) -> None:
    root = next((service for h, r, service in ROUTES if (h, r) == (host, "/")), None)
    assert target(graph, f"{host}.example.com", f"{route}rary") == root


def test_an_unknown_host_gets_a_404(graph: Graph) -> None:
    assert target(graph, "elsewhere.example.com", "/") is None
    assert {listener.inputs["port"] for listener in graph.of("Listener")} == {80, 443}
    default = graph.one("Listener", "balancer-443").inputs["defaultActions"]
    assert [(action["type"], action["fixedResponse"]["statusCode"]) for action in default] == [("fixed-response", "404")]


def test_without_a_domain_every_name_is_the_site() -> None:
    graph = program(domain=None)
    assert target(graph, "balancer.elb.amazonaws.com", "/api/messages") == "messageboard-api"
    assert target(graph, "balancer.elb.amazonaws.com", "/anything") == "messageboard-frontend"


def test_a_service_with_routes_has_a_target_group_that_its_pods_join(graph: Graph) -> None:
    groups = {f"arn:aws:mock:eu-west-1:123456789012:{group.name}": group for group in graph.of("TargetGroup")}
    bound = {binding.inputs["spec"]["targetGroupARN"]: binding for binding in graph.of("TargetGroupBinding")}
    assert set(bound) == set(groups)
    assert {service for _, _, service in ROUTES} == {group.name for group in groups.values()}
    for arn, binding in bound.items():
        service = graph.one("Service", binding.name).inputs
        (port,) = service["spec"]["ports"]
        assert groups[arn].name == binding.name
        assert binding.inputs["spec"]["serviceRef"] == {"name": service["metadata"]["name"], "port": port["port"]}
        assert binding.inputs["metadata"]["namespace"] == service["metadata"]["namespace"]
        assert (groups[arn].inputs["port"], groups[arn].inputs["targetType"]) == (
            port["port"],
            binding.inputs["spec"]["targetType"],
        )


segments = st.lists(st.text("abcxyz09-_.", min_size=1, max_size=12), max_size=6)


@given(st.text("abcz09-", min_size=1, max_size=20), segments)
def test_a_priority_is_one_that_the_load_balancer_takes_and_a_longer_route_comes_first(host: str, parts: list[str]) -> None:
    routes = ["/" + "/".join(parts[:count]) for count in range(min(len(parts), 4) + 1)]
    priorities = [naming.rule_priority(host, route) for route in routes]
    assert all(1 <= priority <= 50_000 for priority in priorities)
    assert priorities == sorted(priorities, reverse=True), "of /api and /, /api is tried first"
