"""Wires the Jobs that manage the apps' users on the database server. No other workload knows the master password."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pulumi

from infra import naming
from infra.kubernetes import pod
from infra.kubernetes.environment import Environment, EnvironmentArgs
from infra.kubernetes.job import Job, JobArgs
from infra.kubernetes.namespace import Namespace, NamespaceArgs
from infra.kubernetes.policy import Peer
from infra.kubernetes.workload import WorkloadArgs
from infra.spec import Resources

GRANTS: Final = "slipway-grants"
IMAGE_KEY: Final = "platform-grant"
IMAGE: Final = Path(__file__).parent / "kubernetes" / "grant_image"
PROGRAM: Final = ("python", "/grant.py")


@dataclass(frozen=True, kw_only=True)
class Server:
    """The database server that the apps' schemas are on."""

    address: pulumi.Input[str]
    port: int
    master_user: str
    master_password: pulumi.Output[str]
    cidrs: tuple[str, ...]
    authorities: str
    """PEM"""

    @property
    def variables(self) -> dict[str, pulumi.Input[str]]:
        """Return the environment variables with the server's address, without their prefix."""
        return {"HOST": self.address, "PORT": str(self.port), "CA": pod.DATABASE_CA_FILE}


@dataclass(frozen=True, kw_only=True)
class GrantsArgs:
    server: Server
    image: pulumi.Input[str]
    image_platform: str
    before_pods: Sequence[pulumi.Resource]


@dataclass(frozen=True, kw_only=True)
class Grant:
    """An app's schema and user. `values` are the environment variables of the services that use them."""

    app: str
    values: dict[str, pulumi.Input[str]]
    peer: Peer
    environment: Environment
    ready: pulumi.Resource


class Grants:
    """Declares the Jobs that create the apps' users, discard their old passwords and lock the users of removed apps."""

    def __init__(self, args: GrantsArgs, opts: pulumi.ResourceOptions) -> None:
        self._args = args
        self._opts = opts
        self._namespace = Namespace(GRANTS, NamespaceArgs(namespace=GRANTS, database_ca=args.server.authorities), opts)

    def grant(self, app: str, store: str, password: pulumi.Output[str]) -> Grant:
        """Declare the Job that creates the app's schema and user before a service uses them."""
        name, schema = f"{GRANTS}-{app}", naming.schema(app)
        values: dict[str, pulumi.Input[str]] = self._args.server.variables | {"NAME": schema, "USER": schema}
        environment = self._environment(name, values, {"DATABASE_PASSWORD": password})
        peer = self._peer(store)
        # One Job of an app at a time: an older one that still runs would restore the older password.
        args = replace(self._job(f"grant-{app}", PROGRAM, environment, peer), delete_before_replace=True)
        return Grant(app=app, values=values, peer=peer, environment=environment, ready=Job(name, args, self._opts).done)

    def discard(self, grant: Grant, rolled_out: Sequence[pulumi.Resource]) -> None:
        """Declare the Job that discards the app's old password once its services are rolled out and no old pod is left."""
        command = (*PROGRAM, "discard", str(pod.GRACE_SECONDS))
        args = self._job(f"discard-{grant.app}", command, grant.environment, grant.peer)
        workload = replace(args.workload, before_pods=(*args.workload.before_pods, *rolled_out))
        Job(f"slipway-discard-{grant.app}", replace(args, workload=workload), self._opts)

    def lock(self, apps: Sequence[str]) -> None:
        """Declare the Job that locks all users but those of these apps. It runs whenever the list changes."""
        name, users = "slipway-lock", ",".join(sorted(map(naming.schema, apps)))
        environment = self._environment(name, self._args.server.variables | {"USERS": users}, {})
        Job(name, self._job("lock", (*PROGRAM, "lock"), environment, self._peer("database")), self._opts)

    def _peer(self, store: str) -> Peer:
        return Peer(name=store, port=self._args.server.port, cidrs=self._args.server.cidrs)

    def _environment(
        self, name: str, values: dict[str, pulumi.Input[str]], secrets: dict[str, pulumi.Output[str]]
    ) -> Environment:
        server = self._args.server
        return Environment(
            name,
            EnvironmentArgs(
                namespace=self._namespace.name,
                values={f"DATABASE_{key}": value for key, value in values.items()} | {"MASTER_USER": server.master_user},
                secrets={"MASTER_PASSWORD": server.master_password, **secrets},
            ),
            self._opts,
        )

    def _job(self, component: str, command: tuple[str, ...], environment: Environment, peer: Peer) -> JobArgs:
        authorities = self._namespace.database_ca_config_map
        return JobArgs(
            workload=WorkloadArgs(
                app="slipway",
                component=component,
                namespace=self._namespace.name,
                image=self._args.image,
                image_platform=self._args.image_platform,
                config_map=environment.config_map,
                secret=environment.secret,
                resources=Resources(),
                volumes=(pod.database_ca_volume(authorities),) if authorities is not None else (),
                before_pods=(*self._args.before_pods, *self._namespace.ready),
            ),
            command=command,
            peers=(peer,),
        )
