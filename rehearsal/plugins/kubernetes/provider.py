"""The provider's side of the engine's protocol.

Source: https://github.com/pulumi/pulumi/blob/master/proto/pulumi/provider.proto
"""

import json
import os
import threading
from typing import Any, Final

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2_grpc
from pulumi.runtime.proto import provider_pb2 as pb

from rehearsal.plugins.kubernetes import diff, names
from rehearsal.plugins.kubernetes.answers import grpc_errors, no_such_object
from rehearsal.plugins.kubernetes.checks import Checks
from rehearsal.plugins.kubernetes.cluster import Cluster
from rehearsal.plugins.kubernetes.connection import Connection, context_namespace
from rehearsal.plugins.kubernetes.host import Host
from rehearsal.plugins.kubernetes.objects import Objects, ResourceRequest
from rehearsal.plugins.kubernetes.requests import options
from rehearsal.plugins.kubernetes.values import Object, from_struct, plain, to_struct

VERSION: Final = "4.34.2"
Kind = pb.PropertyDiff
# {change: its kind in an update, its kind in a replacement}
KINDS: Final[dict[diff.Change, tuple[Kind.Kind.ValueType, Kind.Kind.ValueType]]] = {
    "add": (Kind.ADD, Kind.ADD_REPLACE),
    "delete": (Kind.DELETE, Kind.DELETE_REPLACE),
    "update": (Kind.UPDATE, Kind.UPDATE_REPLACE),
}


class Provider(provider_pb2_grpc.ResourceProviderServicer):
    """A configured provider; the engine starts one process for each."""

    def __init__(self, host: Host) -> None:
        """Use a client of the engine."""
        self._host = host
        self._cancelled = threading.Event()

    def Handshake(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        return pb.ProviderHandshakeResponse(accept_secrets=True, accept_resources=False, accept_outputs=False)

    def Attach(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        return empty_pb2.Empty()

    def Cancel(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        self._cancelled.set()
        return empty_pb2.Empty()

    def GetPluginInfo(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        return plugin_pb2.PluginInfo(version=VERSION)

    def GetSchema(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        return pb.GetSchemaResponse(schema=json.dumps({"name": "kubernetes", "version": VERSION}))

    def CheckConfig(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        return pb.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        """Replace all objects if `clusterIdentifier` changes; a kubeconfig also changes while the cluster stays the same."""
        old, new = plain(from_struct(request.olds)), plain(from_struct(request.news))
        was = old.get("clusterIdentifier")
        return pb.DiffResponse(
            changes=pb.DiffResponse.DIFF_NONE if old == new else pb.DiffResponse.DIFF_SOME,
            replaces=["clusterIdentifier"] if was and was != new.get("clusterIdentifier") else [],
        )

    def Configure(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        arguments = plain(from_struct(request.args))
        kubeconfig = arguments.get("kubeconfig") or None
        connection = Connection(kubeconfig)
        connection.check_reachable()
        cluster = Cluster(connection)
        self._checks = Checks(cluster, context_namespace(kubeconfig))
        self._objects = Objects(cluster, self._host, self._cancelled, options(arguments, os.environ))
        return pb.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    @grpc_errors
    def Check(self, request: Any) -> Any:  # noqa: N802
        old, new = from_struct(request.olds), from_struct(request.news)
        return pb.CheckResponse(inputs=to_struct(self._checks.checked(request.urn, request.randomSeed, old, new)))

    @grpc_errors
    def Diff(self, request: Any) -> Any:  # noqa: N802
        state, new = from_struct(request.olds), from_struct(request.news)
        difference = self._checks.difference(request.urn, state, new, list(request.ignoreChanges))
        changed = bool(difference.changes or difference.replaces)
        return pb.DiffResponse(
            changes=pb.DiffResponse.DIFF_SOME if changed else pb.DiffResponse.DIFF_NONE,
            replaces=list(difference.replaces),
            detailedDiff={
                path: Kind(kind=KINDS[change][path in difference.replaces], inputDiff=change == "delete")
                for path, change in difference.changes.items()
            },
            hasDetailedDiff=True,
            deleteBeforeReplace=difference.delete_first,
        )

    @grpc_errors
    def Create(self, request: Any) -> Any:  # noqa: N802
        resource = ResourceRequest(urn=request.urn, inputs=from_struct(request.properties), state={}, timeout=request.timeout)
        if request.preview:
            dry_run = self._objects.preview_create(resource)
            return pb.CreateResponse(properties=request.properties if dry_run is None else to_struct(dry_run))
        created = self._objects.create(resource)
        return pb.CreateResponse(id=names.identifier(plain(created)), properties=to_struct(created))

    @grpc_errors
    def Update(self, request: Any) -> Any:  # noqa: N802
        resource = ResourceRequest(
            urn=request.urn,
            inputs=from_struct(request.news),
            state=from_struct(request.olds),
            timeout=request.timeout,
            ignored=tuple(request.ignoreChanges),
        )
        outputs = self._objects.update(resource, preview=request.preview)
        return pb.UpdateResponse(properties=request.news if outputs is None else to_struct(outputs))

    @grpc_errors
    def Read(self, request: Any) -> Any:  # noqa: N802
        """Return the live object; its inputs show changes to the program's fields."""
        resource = ResourceRequest(urn=request.urn, inputs=from_struct(request.inputs), state=from_struct(request.properties))
        live = self._objects.read(resource, request.id)
        if live is None:
            return no_such_object()
        return pb.ReadResponse(id=request.id, properties=to_struct(live.outputs), inputs=to_struct(live.inputs))

    @grpc_errors
    def Delete(self, request: Any) -> Any:  # noqa: N802
        state: Object = from_struct(request.properties)
        self._objects.delete(ResourceRequest(urn=request.urn, inputs={}, state=state, timeout=request.timeout), request.id)
        return empty_pb2.Empty()
