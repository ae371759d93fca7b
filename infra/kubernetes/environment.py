"""The environment of a container: an immutable ConfigMap and Secret. A change creates new ones, whose names roll the pods."""

from dataclasses import dataclass

import pulumi
import pulumi_kubernetes as k8s


@dataclass(frozen=True, kw_only=True)
class EnvironmentArgs:
    namespace: pulumi.Input[str]
    values: dict[str, pulumi.Input[str]]
    secrets: dict[str, pulumi.Output[str]]


class Environment(pulumi.ComponentResource):
    """The ConfigMap and the Secret with the environment variables of a container."""

    config_map: pulumi.Output[str]
    secret: pulumi.Output[str] | None

    def __init__(self, name: str, args: EnvironmentArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:kubernetes:Environment", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        config_map = k8s.core.v1.ConfigMap(
            name, metadata={"namespace": args.namespace}, immutable=True, data=args.values, opts=child
        )
        self.config_map = config_map.metadata["name"]
        self.secret = None
        if args.secrets:
            secret = k8s.core.v1.Secret(
                name, metadata={"namespace": args.namespace}, immutable=True, string_data=args.secrets, opts=child
            )
            self.secret = secret.metadata["name"]
        self.register_outputs({})
