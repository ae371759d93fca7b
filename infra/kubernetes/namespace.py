"""A namespace in which all traffic is denied, except for what the `uses` and `routes` of a service allow."""

from dataclasses import dataclass

import pulumi
import pulumi_kubernetes as k8s

from infra import constraints

POD_SECURITY = {f"pod-security.kubernetes.io/{mode}": "restricted" for mode in ("enforce", "audit", "warn")}
# Auto Mode's key for the readiness gate; the open-source controller's does nothing there.
READINESS_GATE = {"eks.amazonaws.com/pod-readiness-gate-inject": "enabled"}
# In Auto Mode DNS does not run in pods: only its address matches. Elsewhere it does: the selector matches.
DNS: k8s.networking.v1.NetworkPolicySpecArgsDict = {
    "pod_selector": {},
    "policy_types": ["Egress"],
    "egress": [
        {
            "ports": [{"protocol": "UDP", "port": 53}, {"protocol": "TCP", "port": 53}],
            "to": [
                {"ip_block": {"cidr": f"{constraints.CLUSTER_DNS}/32"}},
                {
                    "namespace_selector": {"match_labels": {"kubernetes.io/metadata.name": "kube-system"}},
                    "pod_selector": {"match_labels": {"k8s-app": "kube-dns"}},
                },
            ],
        }
    ],
}


@dataclass(frozen=True, kw_only=True)
class NamespaceArgs:
    namespace: str
    database_ca: str | None
    """PEM of the authorities that sign the certificate of the database on RDS; None if the app does not use it."""


class Namespace(pulumi.ComponentResource):
    """A namespace under Pod Security `restricted` with a default-deny policy and DNS."""

    name: pulumi.Output[str]
    database_ca_config_map: pulumi.Output[str] | None
    ready: list[pulumi.Resource]
    """What must exist before the first pod."""

    def __init__(self, name: str, args: NamespaceArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:kubernetes:Namespace", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        namespace = k8s.core.v1.Namespace(
            name, metadata={"name": args.namespace, "labels": {**POD_SECURITY, **READINESS_GATE}}, opts=child
        )
        self.name = namespace.metadata["name"]
        deny = k8s.networking.v1.NetworkPolicy(
            f"{name}-default-deny",
            metadata={"name": "default-deny", "namespace": self.name},
            spec={"pod_selector": {}, "policy_types": ["Ingress", "Egress"]},
            opts=child,
        )
        dns = k8s.networking.v1.NetworkPolicy(
            f"{name}-dns",
            metadata={"name": "dns", "namespace": self.name},
            spec=DNS,
            opts=child,
        )
        self.database_ca_config_map = None
        if args.database_ca is not None:
            authorities = k8s.core.v1.ConfigMap(
                f"{name}-database-ca",
                metadata={"namespace": self.name},
                immutable=True,
                data={"ca.pem": args.database_ca},
                opts=child,
            )
            self.database_ca_config_map = authorities.metadata["name"]
        self.ready = [deny, dns]
        self.register_outputs({})
