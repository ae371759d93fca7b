import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from moto.elbv2.exceptions import InvalidActionTypeError
from moto.elbv2.models import FakeAction

from rehearsal.aws import pki
from rehearsal.aws.alb.api import require_supported
from rehearsal.aws.alb.configuration import build, render, server_options
from rehearsal.aws.alb.model import Balancers, Group, HealthCheck, Listener, Registry, Rule, Target
from rehearsal.aws.alb.observe import certificate_file, certificate_names

ARN = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/{}/0123456789abcdef"
CHECK = HealthCheck(
    enabled=True,
    protocol="HTTP",
    path="/readyz",
    port="traffic-port",
    matcher="200-204,301",
    interval=5,
    timeout=2,
    unhealthy_threshold=2,
)


def group(name: str, **changes: Any) -> Group:
    default = Group(
        name=f"{name}-0123456789abcdef",
        arn=ARN.format(name),
        protocol="HTTP",
        targets=(Target(address="10.244.0.9", port=8080),),
        health_check=CHECK,
        least_outstanding=False,
        sticky=False,
        sticky_seconds=86400,
        deregistration_delay=30,
        idle_timeout=60,
        source="10.0.0.254",
    )
    return replace(default, **changes)


def forward(*names: str, weights: tuple[int, ...] = (1, 1)) -> dict[str, Any]:
    pairs = zip(names, weights, strict=False)
    return {
        "Type": "forward",
        "ForwardConfig": {"TargetGroups": [{"TargetGroupArn": ARN.format(n), "Weight": w} for n, w in pairs]},
    }


def listener(*rules: Rule, **changes: Any) -> Listener:
    return replace(Listener(name="web-80", address="127.0.0.1", port=80, protocol="HTTP", rules=rules), **changes)


def rule(action: dict[str, Any], *conditions: dict[str, Any]) -> Rule:
    return Rule(conditions=conditions, action=action)


EVERY_CONDITION = (
    {"Field": "host-header", "HostHeaderConfig": {"Values": ["a.shop.test", "*.c.shop.test"]}},
    {"Field": "path-pattern", "Values": ["/api", "/api/*", "/it's?"]},
    {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X-Beta", "Values": ["yes*"]}},
    {"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": ["GET", "HEAD"]}},
    {"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": "v", "Value": "2*"}, {"Value": "any"}]}},
    {"Field": "source-ip", "SourceIpConfig": {"Values": ["10.0.0.0/8"]}},
)
FIXED = {
    "Type": "fixed-response",
    "FixedResponseConfig": {"StatusCode": "418", "ContentType": "text/plain", "MessageBody": "it's\nme"},
}
REDIRECT = {"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}}
MOVED = {"Type": "redirect", "RedirectConfig": {"Path": "/moved/#{path}", "Query": "from=old&#{query}", "StatusCode": "HTTP_302"}}


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", tmp_path / "ca.key")
    subprocess.run(
        ["openssl", "req", "-x509", *key, "-out", tmp_path / "ca.crt", "-subj", "/CN=test", "-days", "2"],
        check=True,
        capture_output=True,
    )
    certificate = tmp_path / "registry.pem"
    certificate.write_bytes(b"".join(pki.sign(["registry.local"], tmp_path)))
    (tmp_path / "tokens").touch()
    return Registry(port=5443, certificate=certificate, tokens=tmp_path / "tokens", hook="127.0.0.1:5556", store="127.0.0.1:5000")


def write(balancers: Balancers, registry: Registry, folder: Path, servers: Any = None) -> str:
    configuration = build(balancers, registry)
    for name, text in configuration.bodies.items():
        (folder / name).write_text(text)
    text = render(configuration, socket=folder / "socket", bodies=folder, servers=servers or {})
    (folder / "haproxy.cfg").write_text(text)
    return text


@pytest.mark.skipif(not shutil.which("haproxy"), reason="haproxy is not on this machine")
def test_haproxy_accepts_the_configuration_of_every_kind_of_rule(registry: Any, tmp_path: Path) -> None:
    rules = (
        rule(forward("a", "b", weights=(30, 10)), *EVERY_CONDITION),
        rule(FIXED, EVERY_CONDITION[1]),
        rule(MOVED, {"Field": "path-pattern", "Values": ["/old/*"]}),
        rule(REDIRECT),
    )
    groups = (
        group("a", sticky=True, least_outstanding=True),
        group("b", protocol="HTTPS", health_check=replace(CHECK, protocol="HTTPS", port="9000")),
        group("c", health_check=replace(CHECK, enabled=False)),
    )
    secure = listener(
        *rules, name="web-443", port=443, protocol="HTTPS", certificates=(registry.certificate,), drop_invalid_headers=True
    )
    servers = {g.name: [f"{t.name} {t.name} {server_options(g, checked=True)}" for t in g.targets] for g in groups} | {
        f"{g.name}.open": [f"{t.name} {t.name} {server_options(g, checked=False)}" for t in g.targets] for g in groups
    }
    write(Balancers(listeners=(listener(*rules), secure), groups=groups), registry, tmp_path, servers)
    checked = subprocess.run(["haproxy", "-c", "-f", tmp_path / "haproxy.cfg"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr


def test_a_group_without_a_healthy_target_uses_its_fail_open_backend(registry: Any, tmp_path: Path) -> None:
    text = write(Balancers(listeners=(listener(rule(forward("a"))),), groups=(group("a"),)), registry, tmp_path)
    name = group("a").name
    assert f"str({name}.open)" in text
    assert f"nbsrv({name}) eq 0" in text
    twin = text.split(f"backend {name}.open\n")[1]
    assert "httpchk" not in twin
    assert "check " not in server_options(group("a"), checked=False)


def test_rules_are_evaluated_in_the_order_of_the_listener(registry: Any, tmp_path: Path) -> None:
    rules = (rule(forward("a"), EVERY_CONDITION[1]), rule(forward("b"), EVERY_CONDITION[0]), rule(REDIRECT))
    text = write(Balancers(listeners=(listener(*rules),), groups=(group("a"), group("b"))), registry, tmp_path)
    picks = [line.split("str(")[1].split(")")[0] for line in text.splitlines() if "set-var(txn.rule)" in line]
    assert picks == ["r0", "r1", "r2"]


def test_a_target_group_of_weight_zero_gets_no_requests(registry: Any, tmp_path: Path) -> None:
    balancers = Balancers(listeners=(listener(rule(forward("a", "b", weights=(0, 1)))),), groups=(group("a"), group("b")))
    assert f"str({group('a').name})" not in write(balancers, registry, tmp_path)


def test_targets_are_reached_from_the_load_balancers_subnet() -> None:
    assert "source 10.0.0.254" in server_options(group("a"), checked=True)


def test_every_change_of_the_configuration_is_a_new_version(registry: Any) -> None:
    versions = {build(Balancers(listeners=(listener(rule(action)),)), registry).version for action in (FIXED, REDIRECT, MOVED)}
    assert len(versions) == 3


@pytest.mark.parametrize("kind", ["authenticate-oidc", "authenticate-cognito", "jwt-validation"])
def test_an_unsupported_action_is_refused(kind: Any) -> None:
    with pytest.raises(InvalidActionTypeError):
        require_supported([FakeAction({"Type": kind}), FakeAction({"Type": "forward"})])


def test_a_certificate_names_the_hosts_that_its_wildcard_covers() -> None:
    hosts = ["shop.localhost", "a.b.localhost", "other.test", "*.localhost"]
    assert certificate_names(["localhost", "*.localhost"], hosts) == ["*.localhost", "localhost", "shop.localhost"]


def test_a_certificate_is_created_once_for_its_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rehearsal.aws.alb.observe.CERTIFICATES", tmp_path)
    calls = []

    def sign(names: list[str]) -> tuple[bytes, bytes]:
        calls.append(names)
        return b"crt", b"key"

    files = [certificate_file(["a", "b"], sign) for _ in range(2)]
    assert files[0] == files[1]
    assert len(calls) == 1
    assert files[0].stat().st_mode & 0o077 == 0
