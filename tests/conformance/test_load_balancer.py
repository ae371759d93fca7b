"""What the stack's load balancer does with requests and targets, and what its API refuses."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.conformance import workload as w
from tests.conformance.account import balancer, client, eventually, listener, outputs, refused, removed_afterwards
from tests.conformance.behaviours import behaviour
from tests.conformance.conftest import NAME, Vpc

REFERENCE = "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference"
GUIDE = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application"
OK, MOVED, NOT_FOUND = 200, 301, 404


@pytest.fixture(scope="module")
def workload() -> Iterator[w.Workload]:
    with w.deployed() as made:
        yield made


def states(workload: w.Workload, *expected: str) -> None:
    """Assert that the targets come into these states within a minute."""

    def check() -> None:
        assert workload.states() == sorted(expected)

    eventually(90, check)


@behaviour("ALB-1", f"{GUIDE}/load-balancer-listeners.html")
def test_redirect() -> None:
    """The redirect of the HTTP listener keeps host, path and query."""
    site = next(iter(outputs()["site_urls"].values()))
    answer = requests.get(f"{site.replace('https', 'http')}/a?b=c", allow_redirects=False, timeout=15)
    assert answer.status_code == MOVED
    assert answer.headers["Location"] in (f"{site}/a?b=c", f"{site}:443/a?b=c")


@behaviour("ALB-2", f"{GUIDE}/rule-condition-types.html")
def test_unknown_host() -> None:
    """A host that no rule names gets the listener's default action."""
    site = next(iter(outputs()["site_urls"].values()))
    answer = requests.get(site, headers={"Host": f"{NAME}-nobody.invalid"}, timeout=15, verify=False)  # noqa: S501
    assert answer.status_code == NOT_FOUND


@behaviour("ALB-3", f"{GUIDE}/target-group-health-checks.html")
def test_healthy_target(workload: w.Workload) -> None:
    """A target that passes its health checks gets requests."""
    states(workload, "healthy")
    assert workload.get().status_code == OK


@behaviour("ALB-4", f"{GUIDE}/target-group-health.html")
def test_fail_open(workload: w.Workload) -> None:
    """When all targets are unhealthy, requests go to them all the same."""
    states(workload, "healthy")
    workload.kubectl("exec", "deployment/web", "--", "touch", "/tmp/unhealthy")
    states(workload, "unhealthy")
    assert workload.get().status_code == OK
    workload.kubectl("exec", "deployment/web", "--", "rm", "/tmp/unhealthy")
    states(workload, "healthy")


@behaviour("ALB-5", f"{GUIDE}/edit-target-group-attributes.html#deregistration-delay")
def test_request_in_flight(workload: w.Workload) -> None:
    """A request in flight ends normally after its target was deregistered."""
    states(workload, "healthy")
    with ThreadPoolExecutor() as pool:
        slow = pool.submit(workload.get, "/slow", 60)
        workload.kubectl("scale", "deployment/web", "--replicas=2")
        workload.kubectl("rollout", "restart", "deployment/web")
        assert slow.result().status_code == OK
    workload.kubectl("scale", "deployment/web", "--replicas=1")
    workload.kubectl("rollout", "status", "deployment/web", "--timeout=240s")
    states(workload, "healthy")


@behaviour("ALB-6", f"{REFERENCE}/API_DeleteTargetGroup.html")
def test_target_group_in_use(workload: w.Workload) -> None:
    """A target group that a rule refers to cannot be deleted."""
    with refused("ResourceInUse"):
        client("elbv2").delete_target_group(TargetGroupArn=workload.target_group_arn)


@behaviour("ALB-7", f"{REFERENCE}/API_CreateRule.html")
def test_priority_in_use(workload: w.Workload) -> None:
    """A rule's priority is unique in its listener."""
    rules = client("elbv2").describe_rules(ListenerArn=listener(443))["Rules"]
    taken = next(int(rule["Priority"]) for rule in rules if rule["Priority"] != "default")
    with refused("PriorityInUse"):
        client("elbv2").create_rule(
            ListenerArn=listener(443),
            Priority=taken,
            Conditions=[{"Field": "path-pattern", "Values": ["/x"]}],
            Actions=[{"Type": "forward", "TargetGroupArn": workload.target_group_arn}],
        )


@behaviour("ALB-8", f"{GUIDE}/load-balancer-limits.html")
def test_condition_values(workload: w.Workload) -> None:
    """A rule has at most five condition values."""
    with refused("ValidationError", "TooManyTags", "TooManyRules"):
        client("elbv2").create_rule(
            ListenerArn=listener(443),
            Priority=48_999,
            Conditions=[{"Field": "path-pattern", "Values": [f"/{number}" for number in range(6)]}],
            Actions=[{"Type": "forward", "TargetGroupArn": workload.target_group_arn}],
        )


@behaviour("ALB-9", f"{REFERENCE}/API_CreateTargetGroup.html")
@pytest.mark.parametrize("name", ["t" * 33, "with_underscore", "-hyphen"])
def test_target_group_name(vpc: Vpc, name: str) -> None:
    """A target group's name has at most 32 letters, digits and inner hyphens."""
    with refused("ValidationError"):
        client("elbv2").create_target_group(Name=name, Protocol="HTTP", Port=80, VpcId=vpc.vpc_id, TargetType="ip")


@behaviour("ALB-10", f"{REFERENCE}/API_CreateTargetGroup.html")
@pytest.mark.parametrize(("interval", "timeout"), [(5, 5), (5, 6), (400, 5)])
def test_health_check_timing(vpc: Vpc, interval: int, timeout: int) -> None:
    """A health check's time-out is below its interval, which is at most 300 seconds."""
    with refused("ValidationError"):
        client("elbv2").create_target_group(
            Name=f"{NAME}-t",
            Protocol="HTTP",
            Port=80,
            VpcId=vpc.vpc_id,
            TargetType="ip",
            HealthCheckIntervalSeconds=interval,
            HealthCheckTimeoutSeconds=timeout,
        )


@behaviour("ALB-11", f"{GUIDE}/create-https-listener.html")
def test_https_without_certificate(workload: w.Workload) -> None:
    """An HTTPS listener needs a certificate."""
    with refused("ValidationError", "CertificateNotFound"):
        made = client("elbv2").create_listener(
            LoadBalancerArn=balancer()["LoadBalancerArn"],
            Protocol="HTTPS",
            Port=8443,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": workload.target_group_arn}],
        )
        client("elbv2").delete_listener(ListenerArn=made["Listeners"][0]["ListenerArn"])


@behaviour("ALB-12", f"{REFERENCE}/API_CreateLoadBalancer.html")
def test_one_zone(vpc: Vpc) -> None:
    """A load balancer needs subnets in two zones."""
    with refused("ValidationError", "InvalidConfigurationRequest"):
        made = client("elbv2").create_load_balancer(Name=NAME, Subnets=[vpc.subnet_ids[0]])["LoadBalancers"][0]
        client("elbv2").delete_load_balancer(LoadBalancerArn=made["LoadBalancerArn"])


@behaviour("ALB-13", f"{REFERENCE}/API_CreateLoadBalancer.html")
def test_vpc_without_internet_gateway(vpc: Vpc) -> None:
    """An Internet-facing load balancer needs an Internet gateway in its VPC."""
    with refused("InvalidSubnet"):
        made = client("elbv2").create_load_balancer(Name=NAME, Subnets=list(vpc.subnet_ids))["LoadBalancers"][0]
        client("elbv2").delete_load_balancer(LoadBalancerArn=made["LoadBalancerArn"])


@behaviour("ALB-14", f"{GUIDE}/load-balancer-delete.html")
def test_deletion_protection() -> None:
    """A load balancer with deletion protection cannot be deleted."""
    arn = balancer()["LoadBalancerArn"]
    attributes = client("elbv2").describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
    protected = {each["Key"]: each["Value"] for each in attributes}["deletion_protection.enabled"]
    assert protected == "true", "the stack has protect_data; without it, this would delete the load balancer"
    with refused("OperationNotPermitted"):
        client("elbv2").delete_load_balancer(LoadBalancerArn=arn)


@behaviour("ALB-15", f"{REFERENCE}/API_CreateTargetGroup.html")
def test_target_group_with_other_settings(vpc: Vpc) -> None:
    """A target group's name is unique: the same name with other settings is refused."""
    made = client("elbv2").create_target_group(Name=f"{NAME}-d", Protocol="HTTP", Port=80, VpcId=vpc.vpc_id, TargetType="ip")
    arn = made["TargetGroups"][0]["TargetGroupArn"]
    with removed_afterwards("elbv2", "delete_target_group", TargetGroupArn=arn), refused("DuplicateTargetGroupName"):
        client("elbv2").create_target_group(Name=f"{NAME}-d", Protocol="HTTP", Port=81, VpcId=vpc.vpc_id, TargetType="ip")
