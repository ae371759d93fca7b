"""The context that all apps of a stack share, and the context that the services of one app share."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from infra.grants import Server
from infra.kubernetes.environment import Environment
from infra.kubernetes.namespace import Namespace
from infra.kubernetes.policy import Peer
from infra.kubernetes.workload import WorkloadArgs
from infra.spec import App, Resources
from infra.spec import Store as StoreSpec


@dataclass(frozen=True, kw_only=True)
class Platform:
    """Everything that the apps of a stack run on.

    Attributes:
        images: Reference by digest of each image, by its key.
        image_platform: Platform of all images, such as `linux/amd64`.
        replicas: Pods of each service.
        server: The database server on RDS.
        storage_class: StorageClass of the stores' volumes.
        protect_data: Whether Pulumi refuses to delete data.
        balancer_cidrs: Addresses that the load balancer's requests come from.
        target_group_arns: Target group of each routed service, by the service's name in the stack.
        ready: What must exist before the first pod.
        opts: Options that select the Kubernetes provider.
    """

    images: dict[str, pulumi.Output[str]]
    image_platform: str
    replicas: int
    server: Server
    storage_class: pulumi.Output[str]
    protect_data: bool
    balancer_cidrs: tuple[str, ...]
    target_group_arns: dict[str, pulumi.Output[str]]
    ready: Sequence[pulumi.Resource]
    opts: pulumi.ResourceOptions


@dataclass(frozen=True, kw_only=True)
class Connection:
    """How the services that use a store reach it.

    Attributes:
        values: Environment variables, without the store's prefix.
        password: Password of the app's user.
        peer: The store, for NetworkPolicies.
        ready: What must exist before a service can use the store.
    """

    values: dict[str, pulumi.Input[str]]
    password: pulumi.Output[str]
    peer: Peer
    ready: pulumi.Resource


@dataclass(frozen=True, kw_only=True)
class AppContext:
    """The namespace, secrets and store connections that an app's services share."""

    app: App
    namespace: Namespace
    secrets: dict[str, pulumi.Output[str]]
    connections: dict[StoreSpec, Connection]
    platform: Platform

    def workload(self, environment: Environment, component: str, image: str, resources: Resources) -> WorkloadArgs:
        """Return the arguments that all pods of the app share. They start once the platform and the namespace are ready."""
        return WorkloadArgs(
            app=self.app.name,
            component=component,
            namespace=self.namespace.name,
            image=self.platform.images[image],
            image_platform=self.platform.image_platform,
            config_map=environment.config_map,
            secret=environment.secret,
            resources=resources,
            before_pods=(*self.platform.ready, *self.namespace.ready),
        )
