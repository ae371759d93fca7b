"""The Application Load Balancer of a stack: a host for each site, a target group for each routed service.

It belongs to Pulumi, not to an Ingress, so destroy takes it along and DNS can refer to it. Pods join by TargetGroupBinding.
"""

from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from infra import naming

# Set explicitly: the API's default policy is from 2016.
# Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
SSL_POLICY = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"
ANYWHERE = "0.0.0.0/0"
DEREGISTRATION_SECONDS = 30
HEALTH_CHECK: aws.lb.TargetGroupHealthCheckArgsDict = {
    "path": "/readyz",
    "interval": 5,
    "timeout": 2,
    "healthy_threshold": 2,
    "unhealthy_threshold": 2,
    "matcher": "200",
}
# If the zone is not delegated, `up` would otherwise wait for 75 minutes.
VALIDATION_TIMEOUT = pulumi.CustomTimeouts(create="15m")


@dataclass(frozen=True, kw_only=True)
class Route:
    """A path prefix of a host, and the service that serves it."""

    host: str
    """The first label of the host's name."""
    service: str
    """The service's name in the stack, such as `messageboard-api`."""
    path: str
    port: int
    sticky: bool
    """Whether all requests of a browser go to the same pod."""


@dataclass(frozen=True, kw_only=True)
class LoadBalancerArgs:
    """The arguments of the load balancer. Without a `domain` (a Route 53 zone) it serves one host over HTTP, by its own name."""

    vpc_id: pulumi.Input[str]
    subnet_ids: list[pulumi.Output[str]]
    internet_route: pulumi.Resource
    cluster_name: str
    target_security_group_id: pulumi.Input[str]
    routes: tuple[Route, ...]
    domain: str | None
    protect_data: bool


class LoadBalancer(pulumi.ComponentResource):
    """Listeners, rules, certificate, DNS records and target groups."""

    dns_name: pulumi.Output[str]
    arn_suffix: pulumi.Output[str]
    site_urls: dict[str, pulumi.Output[str]]
    """`{host: URL}`"""
    target_group_arns: dict[str, pulumi.Output[str]]
    """`{service: ARN}`"""
    target_group_suffixes: dict[str, pulumi.Output[str]]
    """`{service: the end of the ARN, by which CloudWatch names the target group}`"""
    access: list[pulumi.Resource]
    """What must exist before the load balancer can reach a pod."""

    def __init__(self, name: str, args: LoadBalancerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:aws:LoadBalancer", name, None, opts)
        self._name = name
        self._args = args
        self._child = pulumi.ResourceOptions(parent=self)
        group = self._security_group()
        balancer = aws.lb.LoadBalancer(
            name,
            load_balancer_type="application",
            security_groups=[group.id],
            subnets=args.subnet_ids,
            drop_invalid_header_fields=True,
            enable_deletion_protection=args.protect_data,
            tags={"Name": name},
            opts=pulumi.ResourceOptions.merge(
                self._child, pulumi.ResourceOptions(depends_on=[args.internet_route], protect=args.protect_data)
            ),
        )
        self.dns_name = balancer.dns_name
        self.arn_suffix = balancer.arn_suffix
        groups = {route.service: self._target_group(route) for route in args.routes}
        self.target_group_arns = {service: target.arn for service, target in groups.items()}
        self.target_group_suffixes = {service: target.arn_suffix for service, target in groups.items()}
        listener = self._https(balancer, args.domain) if args.domain else self._http(balancer, NO_SUCH_SITE)
        self.access += [self._rule(listener, route) for route in args.routes]
        self.site_urls = {host: self._site(balancer, host) for host in sorted({route.host for route in args.routes})}
        self.register_outputs({"dns_name": self.dns_name})

    def _security_group(self) -> aws.ec2.SecurityGroup:
        """Declare the security group. Its rules are resources of their own: groups that refer to each other cannot be deleted."""
        args = self._args
        group = aws.ec2.SecurityGroup(
            self._name, description="Load balancer of this stack", vpc_id=args.vpc_id, tags={"Name": self._name}, opts=self._child
        )
        for port in (80, 443) if args.domain else (80,):
            aws.vpc.SecurityGroupIngressRule(
                f"{self._name}-{port}",
                description=f"Port {port} from anywhere",
                security_group_id=group.id,
                cidr_ipv4=ANYWHERE,
                ip_protocol="tcp",
                from_port=port,
                to_port=port,
                opts=self._child,
            )
        self.access: list[pulumi.Resource] = []
        for port in sorted({route.port for route in args.routes}):
            ends: dict[str, Any] = {"ip_protocol": "tcp", "from_port": port, "to_port": port, "opts": self._child}
            egress = aws.vpc.SecurityGroupEgressRule(
                f"{self._name}-pods-{port}",
                description=f"To pods on port {port}",
                security_group_id=group.id,
                referenced_security_group_id=args.target_security_group_id,
                **ends,
            )
            # A TargetGroupBinding without `networking` opens nothing. EKS's own group: any other needs more IAM rights.
            ingress = aws.vpc.SecurityGroupIngressRule(
                f"{self._name}-pods-{port}",
                description=f"Port {port} of pods, from the load balancer",
                security_group_id=args.target_security_group_id,
                referenced_security_group_id=group.id,
                **ends,
            )
            self.access += [egress, ingress]
        return group

    def _target_group(self, route: Route) -> aws.lb.TargetGroup:
        return aws.lb.TargetGroup(
            naming.target_group(route.service),
            port=route.port,
            protocol="HTTP",
            target_type="ip",
            vpc_id=self._args.vpc_id,
            deregistration_delay=DEREGISTRATION_SECONDS,
            health_check=HEALTH_CHECK,
            stickiness={"type": "lb_cookie", "enabled": True} if route.sticky else None,
            # Auto Mode's role may change only what carries its cluster's name.
            tags={"eks:eks-cluster-name": self._args.cluster_name},
            opts=self._child,
        )

    def _http(self, balancer: aws.lb.LoadBalancer, action: aws.lb.ListenerDefaultActionArgsDict) -> aws.lb.Listener:
        return aws.lb.Listener(
            f"{self._name}-80",
            load_balancer_arn=balancer.arn,
            port=80,
            protocol="HTTP",
            default_actions=[action],
            opts=self._child,
        )

    def _https(self, balancer: aws.lb.LoadBalancer, domain: str) -> aws.lb.Listener:
        self._http(balancer, HTTPS_REDIRECT)
        zone = aws.route53.get_zone_output(name=domain, private_zone=False, opts=pulumi.InvokeOutputOptions(parent=self))
        self._zone_id = zone.zone_id
        return aws.lb.Listener(
            f"{self._name}-443",
            load_balancer_arn=balancer.arn,
            port=443,
            protocol="HTTPS",
            ssl_policy=SSL_POLICY,
            certificate_arn=self._certificate(domain),
            default_actions=[NO_SUCH_SITE],
            opts=self._child,
        )

    def _certificate(self, domain: str) -> pulumi.Output[str]:
        """Declare one certificate for the domain and its sites. Both names share one validation record."""
        certificate = aws.acm.Certificate(
            self._name,
            domain_name=domain,
            subject_alternative_names=[f"*.{domain}"],
            validation_method="DNS",
            tags={"Name": self._name},
            opts=self._child,
        )
        option = certificate.domain_validation_options[0]
        record = aws.route53.Record(
            f"{self._name}-validation",
            zone_id=self._zone_id,
            name=option.resource_record_name,
            type=option.resource_record_type,
            records=[option.resource_record_value],
            ttl=60,
            # ACM gives each account one record for a domain: another stack's certificate may live on the same one. Deleted
            # with this stack, that certificate would not renew.
            # Source: https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
            allow_overwrite=True,
            opts=pulumi.ResourceOptions.merge(self._child, pulumi.ResourceOptions(retain_on_delete=True)),
        )
        validation = aws.acm.CertificateValidation(
            self._name,
            certificate_arn=certificate.arn,
            validation_record_fqdns=[record.fqdn],
            opts=pulumi.ResourceOptions.merge(self._child, pulumi.ResourceOptions(custom_timeouts=VALIDATION_TIMEOUT)),
        )
        return validation.certificate_arn

    def _rule(self, listener: aws.lb.Listener, route: Route) -> aws.lb.ListenerRule:
        conditions: list[aws.lb.ListenerRuleConditionArgsDict] = []
        if self._args.domain:
            conditions.append({"host_header": {"values": [f"{route.host}.{self._args.domain}"]}})
        if route.path != "/":
            conditions.append({"path_pattern": {"values": [route.path, f"{route.path}/*"]}})
        elif not conditions:
            conditions.append({"path_pattern": {"values": ["/*"]}})
        return aws.lb.ListenerRule(
            f"{self._name}-{route.host}{route.path.replace('/', '-').rstrip('-')}",
            listener_arn=listener.arn,
            priority=naming.rule_priority(route.host, route.path),
            conditions=conditions,
            actions=[{"type": "forward", "target_group_arn": self.target_group_arns[route.service]}],
            opts=self._child,
        )

    def _site(self, balancer: aws.lb.LoadBalancer, host: str) -> pulumi.Output[str]:
        if not self._args.domain:
            return pulumi.Output.concat("http://", balancer.dns_name)
        name = f"{host}.{self._args.domain}"
        aws.route53.Record(
            f"{self._name}-{host}",
            zone_id=self._zone_id,
            name=name,
            type="A",
            aliases=[{"name": balancer.dns_name, "zone_id": balancer.zone_id, "evaluate_target_health": True}],
            opts=self._child,
        )
        return pulumi.Output.from_input(f"https://{name}")


NO_SUCH_SITE: aws.lb.ListenerDefaultActionArgsDict = {
    "type": "fixed-response",
    "fixed_response": {"content_type": "text/plain", "message_body": "There is no such site.\n", "status_code": "404"},
}
HTTPS_REDIRECT: aws.lb.ListenerDefaultActionArgsDict = {
    "type": "redirect",
    "redirect": {"port": "443", "protocol": "HTTPS", "status_code": "HTTP_301"},
}
