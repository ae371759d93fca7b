"""A load balancer with two servers on the node's address: a load balancer's source address cannot reach 127.0.0.1."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from botocore.exceptions import ClientError
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed
from urllib3.util import connection

from rehearsal import paths
from rehearsal.tests.aws.alb_backend import Backend

pytestmark = pytest.mark.rehearsal
FIXED = {"StatusCode": "418", "ContentType": "text/plain", "MessageBody": "it's\nme"}


@pytest.fixture(scope="module")
def backends() -> Iterator[Any]:
    created = {name: Backend(name) for name in ("a", "b")}
    yield created
    for backend in created.values():
        backend.server.shutdown()


@pytest.fixture(scope="module")
def elb(client: Any) -> Any:
    return client("elbv2")


@pytest.fixture(scope="module")
def groups(client: Any, elb: Any, subnets: list[str], suffix: str) -> Iterator[Any]:
    vpc = client("ec2").describe_subnets(SubnetIds=subnets)["Subnets"][0]["VpcId"]
    created = {}
    for name in ("a", "b"):
        group = elb.create_target_group(
            Name=f"t{name}-{suffix}",
            Protocol="HTTP",
            Port=80,
            TargetType="ip",
            VpcId=vpc,
            HealthCheckPath="/readyz",
            HealthCheckIntervalSeconds=5,
            HealthCheckTimeoutSeconds=2,
            UnhealthyThresholdCount=2,
        )["TargetGroups"][0]["TargetGroupArn"]
        attributes = [{"Key": "deregistration_delay.timeout_seconds", "Value": "20"}]
        elb.modify_target_group_attributes(TargetGroupArn=group, Attributes=attributes)
        created[name] = group
    yield created
    for arn in created.values():
        elb.delete_target_group(TargetGroupArn=arn)


@pytest.fixture(scope="module")
def certificate(client: Any) -> Iterator[Any]:
    arn = client("acm").request_certificate(DomainName="shop.test", SubjectAlternativeNames=["*.shop.test"])["CertificateArn"]
    yield arn
    client("acm").delete_certificate(CertificateArn=arn)


@pytest.fixture(scope="module")
def load_balancer(elb: Any, subnets: list[str], suffix: str, groups: Any) -> Iterator[Any]:
    """Create a load balancer; the dependency on the groups deletes it before them."""
    created = elb.create_load_balancer(Name=f"t-{suffix}", Subnets=subnets)["LoadBalancers"][0]
    yield created
    elb.delete_load_balancer(LoadBalancerArn=created["LoadBalancerArn"])
    eventually(lambda: not answers(address_of(created)))


@pytest.fixture(scope="module")
def balancer(elb: Any, load_balancer: Any, certificate: Any, groups: Any, backends: Any) -> dict[str, Any]:
    arn = load_balancer["LoadBalancerArn"]
    to_https = {"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}}
    elb.create_listener(LoadBalancerArn=arn, Protocol="HTTP", Port=80, DefaultActions=[to_https])
    listener = elb.create_listener(
        LoadBalancerArn=arn,
        Protocol="HTTPS",
        Port=443,
        SslPolicy="ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
        Certificates=[{"CertificateArn": certificate}],
        DefaultActions=[{"Type": "forward", "TargetGroupArn": groups["a"]}],
    )["Listeners"][0]["ListenerArn"]
    rules = (
        (5, path("/b/fixed"), {"Type": "fixed-response", "FixedResponseConfig": FIXED}),
        (30, [*path("/b/*"), {"Field": "host-header", "HostHeaderConfig": {"Values": ["a.shop.test"]}}], forward(groups, b=1)),
        (40, path("/mix"), forward(groups, a=3, b=1)),
        (50, path("/old/*"), {"Type": "redirect", "RedirectConfig": {"Path": "/new/#{path}", "StatusCode": "HTTP_302"}}),
    )
    for priority, conditions, action in rules:
        elb.create_rule(ListenerArn=listener, Priority=priority, Conditions=conditions, Actions=[action])
    for name, backend in backends.items():
        elb.register_targets(TargetGroupArn=groups[name], Targets=[{"Id": paths.NODE_ADDRESS, "Port": backend.port}])
    return {"arn": arn, "listener": listener, "address": address_of(load_balancer)}


def address_of(balancer: dict[str, Any]) -> str:
    return "127.0.0.1" if balancer["DNSName"] == "localhost" else balancer["DNSName"]


def answers(address: str) -> bool:
    try:
        requests.get(f"http://{address}/", timeout=2, allow_redirects=False)
    except requests.ConnectionError:
        return False
    return True


def path(*patterns: str) -> list[dict[str, Any]]:
    return [{"Field": "path-pattern", "Values": list(patterns)}]


def forward(groups: Any, **weights: int) -> dict[str, Any]:
    targets = [{"TargetGroupArn": groups[name], "Weight": weight} for name, weight in weights.items()]
    return {"Type": "forward", "ForwardConfig": {"TargetGroups": targets}}


@retry(retry=retry_if_exception_type(AssertionError), stop=stop_after_delay(30), wait=wait_fixed(0.3), reraise=True)
def eventually(holds: Any) -> None:
    assert holds()


@pytest.fixture
def get(balancer: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that sends a request to the load balancer by host name and verifies its certificate."""
    original = connection.create_connection

    def connect(address: Any, *args: Any, **kwargs: Any) -> Any:
        return original((balancer["address"], address[1]), *args, **kwargs)

    monkeypatch.setattr(connection, "create_connection", connect)

    def send(url: str, **kwargs: Any) -> requests.Response:
        with requests.Session() as session:
            session.trust_env = False
            return session.get(url, verify=str(paths.PKI / "ca.crt"), timeout=30, allow_redirects=False, **kwargs)

    return send


@pytest.fixture
def states(elb: Any, groups: Any) -> Any:
    def of(name: str) -> list[str]:
        return [
            d["TargetHealth"]["State"]
            for d in elb.describe_target_health(TargetGroupArn=groups[name])["TargetHealthDescriptions"]
        ]

    eventually(lambda: of("a") == ["healthy"])
    eventually(lambda: of("b") == ["healthy"])
    return of


def test_http_is_redirected_to_https_with_path_and_query(get: Any, states: Any) -> None:
    answer = get("http://shop.test/x/y?z=1")
    assert (answer.status_code, answer.headers["Location"]) == (301, "https://shop.test:443/x/y?z=1")


def test_rules_match_by_priority_path_and_host(get: Any, states: Any) -> None:
    assert get("https://shop.test/hello").text == "a"
    assert get("https://a.shop.test/b/x").text == "b"
    assert get("https://shop.test/b/x").text == "a"
    fixed = get("https://a.shop.test/b/fixed")
    assert (fixed.status_code, fixed.text) == (418, "it's\nme")
    assert get("https://shop.test/old/p").headers["Location"].endswith("/new/old/p")


def test_weights_distribute_the_requests(get: Any, states: Any) -> None:
    drawn = Counter(get("https://shop.test/mix").text for _ in range(80))
    assert 40 <= drawn["a"] <= 76
    assert drawn["a"] + drawn["b"] == 80


def test_a_target_sees_an_address_of_the_load_balancers_subnets(get: Any, states: Any) -> None:
    assert get("https://shop.test/").headers["X-Seen-peer"].startswith("10.9.")


def test_an_unhealthy_target_gets_requests_if_it_is_the_only_one(get: Any, states: Any, backends: Any) -> None:
    backends["a"].healthy = False
    eventually(lambda: states("a") == ["unhealthy"])
    eventually(lambda: get("https://shop.test/still").status_code == 200)  # ALB fails open
    backends["a"].healthy = True
    eventually(lambda: states("a") == ["healthy"])


@pytest.mark.usefixtures("states")
def test_a_request_in_progress_survives_deregistration_and_a_reload(
    get: Any, elb: Any, balancer: Any, groups: Any, backends: Any
) -> None:
    backend = backends["a"]
    target = [{"Id": paths.NODE_ADDRESS, "Port": backend.port}]
    with ThreadPoolExecutor() as pool:
        slow = pool.submit(get, "https://shop.test/slow")
        assert backend.entered.wait(10)
        elb.deregister_targets(TargetGroupArn=groups["a"], Targets=target)
        eventually(lambda: states_of(elb, groups["a"]) == ["draining"])
        eventually(lambda: get("https://shop.test/").status_code == 503)
        rule = elb.create_rule(
            ListenerArn=balancer["listener"], Priority=70, Conditions=path("/late"), Actions=[forward(groups, b=1)]
        )
        eventually(lambda: get("https://shop.test/late").text == "b")
        backend.release.set()
        assert slow.result().text == "done"
    eventually(lambda: states_of(elb, groups["a"]) == [])
    elb.delete_rule(RuleArn=rule["Rules"][0]["RuleArn"])
    elb.register_targets(TargetGroupArn=groups["a"], Targets=target)
    eventually(lambda: states_of(elb, groups["a"]) == ["healthy"])
    eventually(lambda: get("https://shop.test/").text == "a")


def states_of(elb: Any, group: str) -> list[str]:
    return [d["TargetHealth"]["State"] for d in elb.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]]


def test_authentication_actions_are_refused(elb: Any, balancer: Any) -> None:
    endpoints = ("Issuer", "AuthorizationEndpoint", "TokenEndpoint", "UserInfoEndpoint")
    action = {
        "Type": "authenticate-oidc",
        "AuthenticateOidcConfig": {"ClientId": "x"} | dict.fromkeys(endpoints, "https://id.test"),
    }
    with pytest.raises(ClientError, match="ValidationError"):
        elb.create_rule(ListenerArn=balancer["listener"], Priority=90, Conditions=path("/x"), Actions=[action])


def test_a_protected_load_balancer_cannot_be_deleted(elb: Any, balancer: Any) -> None:
    for value in ("true", "false"):
        attributes = [{"Key": "deletion_protection.enabled", "Value": value}]
        elb.modify_load_balancer_attributes(LoadBalancerArn=balancer["arn"], Attributes=attributes)
        if value == "true":
            with pytest.raises(ClientError, match="OperationNotPermitted"):
                elb.delete_load_balancer(LoadBalancerArn=balancer["arn"])
