"""The provider's side of the engine's protocol.

https://github.com/pulumi/pulumi/blob/master/proto/pulumi/provider.proto
"""

import hashlib
import json
from typing import Any, Final, NoReturn

import grpc
from google.protobuf import any_pb2, empty_pb2
from google.rpc import code_pb2, status_pb2
from kubernetes.client.exceptions import ApiException
from pulumi.runtime.proto import plugin_pb2, provider_pb2_grpc
from pulumi.runtime.proto import provider_pb2 as pb
from tenacity import RetryError, Retrying, retry_if_result, stop_after_delay, wait_fixed

from rehearsal.plugins.kubernetes.cluster import Cluster
from rehearsal.plugins.kubernetes.diff import AUTONAMED, Change, difference
from rehearsal.plugins.kubernetes.readiness import READINESS, FailedError, complaints
from rehearsal.plugins.kubernetes.values import Object, dig, from_struct, is_secret, mark, plain, secret, to_struct

VERSION: Final = "4.34.2"
FIELD_MANAGER: Final = "pulumi-kubernetes"
TIMEOUT_SECONDS: Final = 600.0
SKIP_AWAIT: Final = "pulumi.com/skipAwait"
PATCH_FORCE: Final = "pulumi.com/patchForce"
Kind = pb.PropertyDiff
KINDS: Final[dict[Change, tuple[int, int]]] = {
    "add": (Kind.ADD, Kind.ADD_REPLACE),
    "delete": (Kind.DELETE, Kind.DELETE_REPLACE),
    "update": (Kind.UPDATE, Kind.UPDATE_REPLACE),
}


def type_of(urn: str) -> str:
    """`kubernetes:core/v1:ConfigMapPatch` of a resource's URN."""
    return urn.split("::")[2].rsplit("$", 1)[-1]


def is_patch(urn: str) -> bool:
    return type_of(urn).endswith("Patch")


def field_manager(urn: str) -> str:
    """A patch shares its object with others, so it has a manager of its own to give its fields back with."""
    return f"{FIELD_MANAGER}-{hashlib.sha256(urn.encode()).hexdigest()[:8]}" if is_patch(urn) else FIELD_MANAGER


def annotation(body: Object, name: str) -> Any:
    return (dig(body, "metadata.annotations") or {}).get(name)


class Provider(provider_pb2_grpc.ResourceProviderServicer):
    """One configured provider; the engine starts a process for each."""

    def __init__(self) -> None:
        self._cluster = Cluster(None)
        self._namespace = "default"

    def Handshake(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        return pb.ProviderHandshakeResponse(accept_secrets=True, accept_resources=False, accept_outputs=False)

    def Attach(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        return empty_pb2.Empty()

    def Cancel(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
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
        changed = pb.DiffResponse.DIFF_SOME if old != new else pb.DiffResponse.DIFF_NONE
        other = old.get("clusterIdentifier") != new.get("clusterIdentifier")
        return pb.DiffResponse(changes=changed, replaces=["clusterIdentifier"] if other else [])

    def Configure(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        args = plain(from_struct(request.args))
        self._cluster = Cluster(args.get("kubeconfig"))
        self._namespace = args.get("namespace") or "default"
        return pb.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    def Check(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        """Gives a name to what has none: the logical one and eight hex digits, kept as long as the object is."""
        old, new = from_struct(request.olds), from_struct(request.news)
        meta = new.setdefault("metadata", {})
        if isinstance(meta, dict) and not is_secret(meta) and not meta.get("name"):
            kept = dig(plain(old), "metadata.name")
            fresh = f"{request.urn.rsplit('::', 1)[-1].lower()}-{request.randomSeed.hex()[:8]}"
            meta["name"] = kept or fresh
            meta.setdefault("annotations", {})[AUTONAMED] = "true"
        return pb.CheckResponse(inputs=to_struct(new))

    def Diff(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        old, new = plain(from_struct(request.old_inputs)), plain(from_struct(request.news))
        found = difference(old, new, patch=is_patch(request.urn), ignored=list(request.ignoreChanges))
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
            deleteBeforeReplace=found.before,
        )

    def Create(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        inputs = from_struct(request.properties)
        if request.preview:
            return pb.CreateResponse(properties=request.properties)
        live = self._apply(request.urn, inputs, request.timeout, context)
        return pb.CreateResponse(id=identifier(live), properties=to_struct(outputs(inputs, live)))

    def Update(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        inputs = from_struct(request.news)
        if request.preview:
            return pb.UpdateResponse(properties=request.news)
        live = self._apply(request.urn, inputs, request.timeout, context)
        return pb.UpdateResponse(properties=to_struct(outputs(inputs, live)))

    def Read(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        """The live object; its inputs show what somebody changed of what we set."""
        inputs = from_struct(request.inputs) or from_struct(request.properties)
        known = plain(inputs)
        namespace, _, name = request.id.rpartition("/")
        live = self._cluster.get(known["apiVersion"], known["kind"], name, namespace or None)
        if live is None:
            return pb.ReadResponse()
        return pb.ReadResponse(
            id=request.id, properties=to_struct(outputs(inputs, live)), inputs=to_struct(drifted(inputs, live))
        )

    def Delete(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        state = plain(from_struct(request.properties))
        namespace, _, name = request.id.rpartition("/")
        target = (state["apiVersion"], state["kind"], name, namespace or None)
        if is_patch(request.urn):
            self._give_back(request.urn, *target)
            return empty_pb2.Empty()
        self._cluster.delete(*target)
        try:
            self._until(request.timeout, lambda: self._cluster.get(*target) is None)
        except RetryError:
            context.abort(grpc.StatusCode.DEADLINE_EXCEEDED, f"{state['kind']} {request.id} is still there: a finalizer holds it")
        return empty_pb2.Empty()

    def _give_back(self, urn: str, api_version: str, kind: str, name: str, namespace: str | None) -> None:
        """Applying nothing leaves the fields to their other managers, or drops them."""
        if self._cluster.get(api_version, kind, name, namespace) is not None:
            meta = {"name": name} | ({"namespace": namespace} if namespace else {})
            self._cluster.apply({"apiVersion": api_version, "kind": kind, "metadata": meta}, field_manager(urn), force=True)

    @staticmethod
    def _until(timeout: float, done: Any) -> None:
        Retrying(stop=stop_after_delay(timeout or TIMEOUT_SECONDS), wait=wait_fixed(0.3), retry=retry_if_result(lambda d: not d))(
            done
        )

    def _apply(self, urn: str, inputs: Object, timeout: float, context: grpc.ServicerContext) -> Object:
        body = plain(inputs)
        try:
            if not body["metadata"].get("namespace") and self._cluster.kind(body["apiVersion"], body["kind"]).namespaced:
                body["metadata"]["namespace"] = self._namespace
            live = self._cluster.apply(body, field_manager(urn), force=annotation(body, PATCH_FORCE) == "true")
        except ApiException as error:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, _message(error))
        ready = READINESS.get(body["kind"])
        if ready is None or annotation(body, SKIP_AWAIT) == "true":
            return live
        meta = live["metadata"]
        seen: dict[str, Any] = {"live": live, "waiting": None}

        def works() -> bool:
            seen["live"] = (
                self._cluster.get(body["apiVersion"], body["kind"], meta["name"], meta.get("namespace")) or seen["live"]
            )
            seen["waiting"] = ready(seen["live"])
            return seen["waiting"] is None

        try:
            self._until(timeout, works)
        except RetryError:
            self._failed(context, inputs, seen["live"], seen["waiting"])
        except FailedError as error:
            self._failed(context, inputs, seen["live"], str(error))
        return dict(seen["live"])

    def _failed(self, context: grpc.ServicerContext, inputs: Object, live: Object, reason: str) -> NoReturn:
        """The object is there but does not work: the engine keeps it in the state, and the next `up` tries again."""
        labels = dig(live, "spec.selector.matchLabels")
        pods = self._cluster.pods(live["metadata"].get("namespace"), labels) if labels else []
        detail = any_pb2.Any()
        detail.Pack(
            pb.ErrorResourceInitFailed(
                id=identifier(live),
                properties=to_struct(outputs(inputs, live)),
                inputs=to_struct(inputs),
                reasons=[reason, *complaints(pods)],
            )
        )
        status = status_pb2.Status(code=code_pb2.UNKNOWN, message=f"it was made but does not work: {reason}", details=[detail])
        context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
        context.abort(grpc.StatusCode.UNKNOWN, status.message)


def identifier(live: Object) -> str:
    """`namespace/name`, or `name` where there is no namespace."""
    meta = live["metadata"]
    return f"{meta['namespace']}/{meta['name']}" if meta.get("namespace") else str(meta["name"])


def outputs(inputs: Object, live: Object) -> Object:
    """The live object, secret wherever the inputs are, and the data of a Secret always."""
    found = json.loads(json.dumps(live, default=str))
    found.get("metadata", {}).pop("managedFields", None)
    found = mark(inputs, found)
    if found["kind"] == "Secret":
        found |= {key: secret(found[key]) for key in ("data", "stringData") if found.get(key)}
    return dict(found)


def drifted(inputs: Any, live: Any) -> Any:
    """The inputs with the live values where both have a plain one; what the server rewrites in its own form is left."""
    if is_secret(inputs):
        return inputs
    if isinstance(inputs, dict) and isinstance(live, dict):
        return {key: drifted(value, live[key]) if key in live else value for key, value in inputs.items()}
    if isinstance(inputs, list) and isinstance(live, list) and len(inputs) == len(live):
        return [drifted(*pair) for pair in zip(inputs, live, strict=True)]
    same_kind = isinstance(inputs, bool) == isinstance(live, bool) and isinstance(live, str) == isinstance(inputs, str)
    return (
        live
        if same_kind and isinstance(inputs, (bool, str, int, float)) and isinstance(live, (bool, str, int, float))
        else inputs
    )


def _message(error: ApiException) -> str:
    try:
        return str(json.loads(error.body)["message"])
    except (TypeError, ValueError, KeyError):
        return str(error)
