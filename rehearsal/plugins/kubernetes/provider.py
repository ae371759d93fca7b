"""The provider's side of the engine's protocol.

https://github.com/pulumi/pulumi/blob/master/proto/pulumi/provider.proto
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
from rehearsal.plugins.kubernetes.answers import answered, no_such_object
from rehearsal.plugins.kubernetes.checks import Checks
from rehearsal.plugins.kubernetes.cluster import Cluster
from rehearsal.plugins.kubernetes.connection import Connection, context_namespace
from rehearsal.plugins.kubernetes.host import Host
from rehearsal.plugins.kubernetes.objects import Objects, Wanted
from rehearsal.plugins.kubernetes.requests import options
from rehearsal.plugins.kubernetes.values import Object, from_struct, plain, to_struct

VERSION: Final = "4.34.2"
Kind = pb.PropertyDiff
# Of a change, and of one that needs a new object.
KINDS: Final[dict[diff.Change, tuple[Kind.Kind.ValueType, Kind.Kind.ValueType]]] = {
    "add": (Kind.ADD, Kind.ADD_REPLACE),
    "delete": (Kind.DELETE, Kind.DELETE_REPLACE),
    "update": (Kind.UPDATE, Kind.UPDATE_REPLACE),
}


class Provider(provider_pb2_grpc.ResourceProviderServicer):
    """One configured provider; the engine starts a process for each."""

    def __init__(self, host: Host) -> None:
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
        """Another cluster means new objects; only `clusterIdentifier` tells, a kubeconfig changes for many reasons."""
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
        connection.greet()
        cluster = Cluster(connection)
        self._checks = Checks(cluster, context_namespace(kubeconfig))
        self._objects = Objects(cluster, self._host, self._cancelled, options(arguments, os.environ))
        return pb.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    @answered
    def Check(self, request: Any) -> Any:  # noqa: N802
        old, new = from_struct(request.olds), from_struct(request.news)
        return pb.CheckResponse(inputs=to_struct(self._checks.checked(request.urn, request.randomSeed, old, new)))

    @answered
    def Diff(self, request: Any) -> Any:  # noqa: N802
        state, new = from_struct(request.olds), from_struct(request.news)
        found = self._checks.difference(request.urn, state, new, list(request.ignoreChanges))
        changed = bool(found.changes or found.replaces)
        return pb.DiffResponse(
            changes=pb.DiffResponse.DIFF_SOME if changed else pb.DiffResponse.DIFF_NONE,
            replaces=list(found.replaces),
            detailedDiff={
                path: Kind(kind=KINDS[change][path in found.replaces], inputDiff=change == "delete")
                for path, change in found.changes.items()
            },
            hasDetailedDiff=True,
            deleteBeforeReplace=found.delete_first,
        )

    @answered
    def Create(self, request: Any) -> Any:  # noqa: N802
        wanted = Wanted(urn=request.urn, inputs=from_struct(request.properties), state={}, timeout=request.timeout)
        if request.preview:
            tried = self._objects.preview_create(wanted)
            return pb.CreateResponse(properties=request.properties if tried is None else to_struct(tried))
        made = self._objects.create(wanted)
        return pb.CreateResponse(id=names.identifier(plain(made)), properties=to_struct(made))

    @answered
    def Update(self, request: Any) -> Any:  # noqa: N802
        wanted = Wanted(
            urn=request.urn,
            inputs=from_struct(request.news),
            state=from_struct(request.olds),
            timeout=request.timeout,
            ignored=tuple(request.ignoreChanges),
        )
        outputs = self._objects.update(wanted, preview=request.preview)
        return pb.UpdateResponse(properties=request.news if outputs is None else to_struct(outputs))

    @answered
    def Read(self, request: Any) -> Any:  # noqa: N802
        """Return the live object; its inputs show what somebody has changed of what the program set."""
        wanted = Wanted(urn=request.urn, inputs=from_struct(request.inputs), state=from_struct(request.properties))
        found = self._objects.read(wanted, request.id)
        if found is None:
            return no_such_object()
        return pb.ReadResponse(id=request.id, properties=to_struct(found.outputs), inputs=to_struct(found.inputs))

    @answered
    def Delete(self, request: Any) -> Any:  # noqa: N802
        state: Object = from_struct(request.properties)
        self._objects.delete(Wanted(urn=request.urn, inputs={}, state=state, timeout=request.timeout), request.id)
        return empty_pb2.Empty()
