"""The provider's side of the engine's protocol.

https://github.com/pulumi/pulumi/blob/master/proto/pulumi/provider.proto
"""

import json
import threading
from typing import Any, Final

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2_grpc
from pulumi.runtime.proto import provider_pb2 as pb

from rehearsal.plugins.kubernetes import diff, drift, names
from rehearsal.plugins.kubernetes.answers import answered, no_such_object
from rehearsal.plugins.kubernetes.objects import Objects
from rehearsal.plugins.kubernetes.values import Object, from_struct, has_unknown, plain, to_struct

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

    def __init__(self) -> None:
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
        args = plain(from_struct(request.args))
        self._objects = Objects(args.get("kubeconfig") or None, args.get("namespace") or "default", self._cancelled)
        return pb.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    def Check(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        old, new = from_struct(request.olds), from_struct(request.news)
        if names.is_patch(request.urn) and not names.is_named(new):
            failure = pb.CheckFailure(property="metadata.name", reason="a patch must name the object that it changes")
            return pb.CheckResponse(inputs=request.news, failures=[failure])
        return pb.CheckResponse(inputs=to_struct(drift.hidden(names.with_name(request.urn, request.randomSeed, old, new))))

    def Diff(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        old, new, live = (plain(from_struct(each)) for each in (request.old_inputs, request.news, request.olds))
        found = diff.difference(old, new, live, patch=names.is_patch(request.urn), ignored=list(request.ignoreChanges))
        if not found.changes:
            return pb.DiffResponse(changes=pb.DiffResponse.DIFF_NONE)
        return pb.DiffResponse(
            changes=pb.DiffResponse.DIFF_SOME,
            replaces=list(found.replaces),
            diffs=sorted({path.split(".")[0].split("[")[0] for path in found.changes}),
            detailedDiff={
                path: Kind(kind=KINDS[change][path in found.replaces], inputDiff=True) for path, change in found.changes.items()
            },
            hasDetailedDiff=True,
            deleteBeforeReplace=found.delete_first,
        )

    @answered
    def Create(self, request: Any) -> Any:  # noqa: N802
        inputs = from_struct(request.properties)
        if not request.preview:
            made = self._objects.apply(request.urn, inputs, {}, request.timeout)
            return pb.CreateResponse(id=names.identifier(plain(made)), properties=to_struct(made))
        return pb.CreateResponse(properties=self._preview(request.urn, inputs, {}, request.properties))

    @answered
    def Update(self, request: Any) -> Any:  # noqa: N802
        inputs, state = from_struct(request.news), from_struct(request.olds)
        if not request.preview:
            return pb.UpdateResponse(properties=to_struct(self._objects.apply(request.urn, inputs, state, request.timeout)))
        return pb.UpdateResponse(properties=self._preview(request.urn, inputs, state, request.news))

    def _preview(self, urn: str, inputs: Object, state: Object, sent: Any) -> Any:
        if has_unknown(inputs):
            return sent
        tried = self._objects.try_out(urn, inputs, state)
        return sent if tried is None else to_struct(tried)

    @answered
    def Read(self, request: Any) -> Any:  # noqa: N802
        """The live object; its inputs show what somebody has changed of what the program set."""
        inputs, state = from_struct(request.inputs), from_struct(request.properties)
        found = self._objects.read(request.urn, request.id, inputs, state)
        if found is None:
            return no_such_object()
        return pb.ReadResponse(id=request.id, properties=to_struct(found.outputs), inputs=to_struct(found.inputs))

    @answered
    def Delete(self, request: Any) -> Any:  # noqa: N802
        self._objects.delete(request.urn, request.id, from_struct(request.properties), request.timeout)
        return empty_pb2.Empty()
