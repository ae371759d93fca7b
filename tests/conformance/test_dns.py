"""What Route 53 and ACM refuse."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.conformance.account import SUFFIX, client, refused, removed_afterwards
from tests.conformance.behaviours import behaviour

CHANGE = "https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html"
DOMAIN = f"conformance-{SUFFIX}.slipway.test"


@pytest.fixture
def zone() -> Iterator[str]:
    """Create a hosted zone that nobody delegates to, and return its ID."""
    identifier = client("route53").create_hosted_zone(Name=DOMAIN, CallerReference=SUFFIX)["HostedZone"]["Id"]
    with removed_afterwards("route53", "delete_hosted_zone", Id=identifier):
        yield identifier


def change(zone: str, action: str, address: str) -> None:
    """Change the zone's record `www`, which holds one address."""
    record: dict[str, Any] = {"Name": f"www.{DOMAIN}", "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": address}]}
    batch = {"Changes": [{"Action": action, "ResourceRecordSet": record}]}
    client("route53").change_resource_record_sets(HostedZoneId=zone, ChangeBatch=batch)


@behaviour("DNS-1", CHANGE)
def test_record_that_exists(zone: str) -> None:
    """A record that exists cannot be created again."""
    change(zone, "CREATE", "192.0.2.1")
    with refused("InvalidChangeBatch"):
        change(zone, "CREATE", "192.0.2.1")
    change(zone, "DELETE", "192.0.2.1")


@behaviour("DNS-2", CHANGE)
def test_record_that_does_not_exist(zone: str) -> None:
    """A record that does not exist cannot be deleted."""
    with refused("InvalidChangeBatch"):
        change(zone, "DELETE", "192.0.2.1")


@behaviour("DNS-3", CHANGE)
def test_record_with_another_value(zone: str) -> None:
    """A record is deleted only by its present value."""
    change(zone, "CREATE", "192.0.2.1")
    with refused("InvalidChangeBatch"):
        change(zone, "DELETE", "192.0.2.2")
    change(zone, "DELETE", "192.0.2.1")


@behaviour("DNS-4", "https://docs.aws.amazon.com/Route53/latest/APIReference/API_DeleteHostedZone.html")
def test_zone_in_use(zone: str) -> None:
    """A hosted zone with records cannot be deleted."""
    change(zone, "CREATE", "192.0.2.1")
    with refused("HostedZoneNotEmpty"):
        client("route53").delete_hosted_zone(Id=zone)
    change(zone, "DELETE", "192.0.2.1")


@behaviour("DNS-5", "https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html")
def test_long_domain() -> None:
    """A certificate's first domain name has at most 64 characters."""
    domain = f"{'a' * 50}.{DOMAIN}"
    assert len(domain) > 64
    with refused("ValidationException", "InvalidParameterException", "InvalidDomainValidationOptionsException"):
        arn = client("acm").request_certificate(DomainName=domain, ValidationMethod="DNS")["CertificateArn"]
        client("acm").delete_certificate(CertificateArn=arn)
