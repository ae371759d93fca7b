"""Finds load balancers, certificates and DNS records."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

from recovery.lookup import Account, Inputs, Live, Sought, absent, carries, pairs


def _balancing(
    operation: str, items: str, arn_key: str, code: str, arguments: Callable[[Inputs], dict[str, Any]]
) -> Callable[[Account, Inputs], Iterator[tuple[dict[str, Any], bool]]]:
    """Return a function that yields each listed object, and whether its tags are those of this stack."""

    def look(account: Account, inputs: Inputs) -> Iterator[tuple[dict[str, Any], bool]]:
        elb = account("elbv2")
        with absent(code):
            for item in list(account.pages("elbv2", operation, items, **arguments(inputs))):
                described = elb.describe_tags(ResourceArns=[item[arn_key]])["TagDescriptions"]
                yield item, carries(inputs, pairs(described[0]["Tags"] if described else []))

    return look


_balancers = _balancing(
    "describe_load_balancers", "LoadBalancers", "LoadBalancerArn", "LoadBalancerNotFound", lambda i: {"Names": [i["name"]]}
)
_groups = _balancing(
    "describe_target_groups", "TargetGroups", "TargetGroupArn", "TargetGroupNotFound", lambda i: {"Names": [i["name"]]}
)
_listeners = _balancing(
    "describe_listeners", "Listeners", "ListenerArn", "LoadBalancerNotFound", lambda i: {"LoadBalancerArn": i["loadBalancerArn"]}
)
_rules = _balancing("describe_rules", "Rules", "RuleArn", "ListenerNotFound", lambda i: {"ListenerArn": i["listenerArn"]})


def load_balancer(account: Account, inputs: Inputs) -> Iterator[Live]:
    for balancer, is_ours in _balancers(account, inputs):
        arn = balancer["LoadBalancerArn"]
        yield Live(
            id=arn,
            is_ours=is_ours,
            outputs={"arn": arn},
            wait=partial(account("elbv2").get_waiter("load_balancer_available").wait, LoadBalancerArns=[arn]),
        )


def target_group(account: Account, inputs: Inputs) -> Iterator[Live]:
    for group, is_ours in _groups(account, inputs):
        yield Live(id=group["TargetGroupArn"], is_ours=is_ours, outputs={"arn": group["TargetGroupArn"]})


def listener(account: Account, inputs: Inputs) -> Iterator[Live]:
    """Find a listener by its port: a load balancer has one for each."""
    for description, is_ours in _listeners(account, inputs):
        if description["Port"] == inputs["port"]:
            yield Live(id=description["ListenerArn"], is_ours=is_ours, outputs={"arn": description["ListenerArn"]})


def listener_rule(account: Account, inputs: Inputs) -> Iterator[Live]:
    """Find a rule by its priority: a listener has one for each."""
    for description, is_ours in _rules(account, inputs):
        if description["Priority"] == f"{inputs['priority']:.0f}":
            yield Live(id=description["RuleArn"], is_ours=is_ours, outputs={"arn": description["RuleArn"]})


def certificate(account: Account, inputs: Inputs) -> Iterator[Live]:
    """Find the certificate by domain and tags: ACM creates another one for each request."""
    acm = account("acm")
    for summary in account.pages("acm", "list_certificates", "CertificateSummaryList"):
        arn = summary["CertificateArn"]
        tags = pairs(acm.list_tags_for_certificate(CertificateArn=arn)["Tags"])
        if summary["DomainName"] == inputs["domainName"] and carries(inputs, tags):
            yield Live(id=arn, is_ours=True, outputs={"arn": arn})


def record(account: Account, inputs: Inputs) -> Iterator[Live]:
    """Find a DNS record. It has no tags: it is ours if its values are those of the program."""
    zone, name, typ = inputs["zoneId"], _name(inputs["name"]), inputs["type"]
    answer = account("route53").list_resource_record_sets(
        HostedZoneId=zone, StartRecordName=name, StartRecordType=typ, MaxItems="1"
    )
    for item in answer["ResourceRecordSets"]:
        if (_name(item["Name"]), item["Type"]) != (name, typ):
            continue
        is_ours = _record_values(item) == _declared_values(inputs)
        if is_ours or not inputs.get("allowOverwrite"):
            yield Live(id=f"{zone}_{name}_{typ}", is_ours=is_ours)


def _name(text: str) -> str:
    # Route 53 answers with a dot at the end and `*` as an octal number.
    return text.lower().removesuffix(".").replace("\\052", "*")


def _target(text: str) -> str:
    return _name(text).removeprefix("dualstack.")


def _record_values(item: dict[str, Any]) -> set[str]:
    values = {each["Value"] for each in item.get("ResourceRecords", [])}
    return {_target(each) for each in values | {item.get("AliasTarget", {}).get("DNSName", "")} if each}


def _declared_values(inputs: Inputs) -> set[str]:
    return {_target(each) for each in [*inputs.get("records", []), *(alias["name"] for alias in inputs.get("aliases", []))]}


EDGE: Final[dict[str, Sought]] = {
    "aws:acm/certificate:Certificate": Sought(find=certificate),
    "aws:lb/loadBalancer:LoadBalancer": Sought(find=load_balancer),
    "aws:lb/targetGroup:TargetGroup": Sought(find=target_group),
    "aws:lb/listener:Listener": Sought(find=listener, is_exclusive=True),
    "aws:lb/listenerRule:ListenerRule": Sought(find=listener_rule, is_exclusive=True),
    "aws:route53/record:Record": Sought(find=record, is_exclusive=True),
}
