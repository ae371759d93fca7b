"""A client that calls the Kubernetes provider as Pulumi's engine does: over gRPC, in a separate process.

With KUBERNETES_PLUGIN in the environment, it calls that provider instead of the stand-in.
"""

import hashlib
import os
import subprocess
import sys
from concurrent import futures
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2
from google.rpc import status_pb2
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, provider_pb2_grpc
from pulumi.runtime.proto import provider_pb2 as pb

from rehearsal import paths
from rehearsal.plugins.kubernetes.values import Object, from_struct, to_struct

# Pulumi's own provider, or any other, to compare with.
REAL = os.environ.get("KUBERNETES_PLUGIN", "")


@dataclass
class AnswerError(Exception):
    """The provider's error. `partial` is the state of an object that exists but is not ready."""

    message: str
    partial: pb.ErrorResourceInitFailed | None = None


class Log(engine_pb2_grpc.EngineServicer):
    """The engine's log, which records the provider's warnings."""

    def __init__(self) -> None:
        self.warnings: list[str] = []
        self.server = grpc.server(futures.ThreadPoolExecutor(4))
        engine_pb2_grpc.add_EngineServicer_to_server(self, self.server)
        self.address = f"127.0.0.1:{self.server.add_insecure_port('127.0.0.1:0')}"
        self.server.start()

    def Log(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        if request.severity >= engine_pb2.WARNING:
            self.warnings.append(request.message)
        return empty_pb2.Empty()


@dataclass
class Resource:
    """A resource in the state."""

    token: str
    name: str
    inputs: Object = field(default_factory=dict)
    outputs: Object = field(default_factory=dict)
    id: str = ""

    @property
    def urn(self) -> str:
        return f"urn:pulumi:test::test::{self.token}::{self.name}"


class Engine:
    """An engine with one provider process."""

    def __init__(self, kubeconfig: str, *, environment: dict[str, str] | None = None, plugin: str = REAL) -> None:
        self.log = Log()
        command = [str(Path(plugin).resolve())] if plugin else [sys.executable, "-P", "-m", "rehearsal.plugins.kubernetes"]
        command.append(self.log.address)
        settings = os.environ | {"PYTHONPATH": str(paths.CHECKOUT)} | (environment or {})
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=Path("/"), env=settings)
        assert self.process.stdout is not None
        port = int(self.process.stdout.readline())
        self._channel = grpc.insecure_channel(f"127.0.0.1:{port}")
        self._stub = provider_pb2_grpc.ResourceProviderStub(self._channel)
        variables = {"kubernetes:config:kubeconfig": kubeconfig}
        args = to_struct({"kubeconfig": kubeconfig})
        self._stub.Configure(
            pb.ConfigureRequest(args=args, variables=variables, acceptSecrets=True, acceptResources=False), timeout=60
        )

    def stop(self) -> None:
        self._channel.close()
        self.process.terminate()
        self.process.wait(30)
        self.log.server.stop(None)

    def check(self, resource: Resource, inputs: Object) -> Object:
        seed = hashlib.sha256(resource.urn.encode()).digest()
        request = pb.CheckRequest(urn=resource.urn, olds=to_struct(resource.inputs), news=to_struct(inputs), randomSeed=seed)
        answer = self._answer(self._stub.Check, request)
        assert not answer.failures, answer.failures
        return from_struct(answer.inputs)

    def diff(self, resource: Resource, inputs: Object, *, ignored: tuple[str, ...] = ()) -> pb.DiffResponse:
        answer: pb.DiffResponse = self._stub.Diff(
            pb.DiffRequest(
                id=resource.id,
                urn=resource.urn,
                olds=to_struct(resource.outputs),
                old_inputs=to_struct(resource.inputs),
                news=to_struct(self.check(resource, inputs)),
                ignoreChanges=ignored,
            )
        )
        return answer

    def create(self, token: str, name: str, inputs: Object, *, preview: bool = False, timeout: float = 60) -> Resource:
        resource = Resource(token, name)
        resource.inputs = self.check(resource, inputs)
        request = pb.CreateRequest(urn=resource.urn, properties=to_struct(resource.inputs), preview=preview, timeout=timeout)
        answer = self._answer(self._stub.Create, request)
        resource.id, resource.outputs = answer.id, from_struct(answer.properties)
        return resource

    def update(
        self, resource: Resource, inputs: Object, *, preview: bool = False, timeout: float = 60, ignored: tuple[str, ...] = ()
    ) -> Object:
        """Update in place and return the new outputs."""
        checked = self.check(resource, inputs)
        request = pb.UpdateRequest(
            id=resource.id,
            urn=resource.urn,
            olds=to_struct(resource.outputs),
            old_inputs=to_struct(resource.inputs),
            news=to_struct(checked),
            preview=preview,
            timeout=timeout,
            ignoreChanges=ignored,
        )
        outputs = from_struct(self._answer(self._stub.Update, request).properties)
        if not preview:
            resource.inputs, resource.outputs = checked, outputs
        return outputs

    def refresh(self, resource: Resource) -> bool:
        """Read the live object into the resource. Return whether the object exists."""
        request = pb.ReadRequest(
            id=resource.id, urn=resource.urn, properties=to_struct(resource.outputs), inputs=to_struct(resource.inputs)
        )
        answer = self._answer(self._stub.Read, request)
        if answer.id:
            resource.inputs, resource.outputs = from_struct(answer.inputs), from_struct(answer.properties)
        return bool(answer.id)

    def delete(self, resource: Resource, *, timeout: float = 60) -> None:
        request = pb.DeleteRequest(
            id=resource.id,
            urn=resource.urn,
            properties=to_struct(resource.outputs),
            old_inputs=to_struct(resource.inputs),
            timeout=timeout,
        )
        self._answer(self._stub.Delete, request)

    def kept(self, failed: AnswerError, token: str, name: str, inputs: Object) -> Resource:
        """Return the state of a resource whose object was created but did not become ready."""
        assert failed.partial is not None, failed.message
        found = Resource(token, name, id=failed.partial.id, outputs=from_struct(failed.partial.properties))
        found.inputs = self.check(Resource(token, name), inputs)
        return found

    def cancel(self) -> None:
        self._stub.Cancel(empty_pb2.Empty())

    @staticmethod
    def _answer(method: Any, request: Any) -> Any:
        try:
            return method(request)
        except grpc.RpcError as error:
            details = dict(error.trailing_metadata() or ()).get("grpc-status-details-bin")
            partial = None
            if details:
                partial = _partial(status_pb2.Status.FromString(details))
            raise AnswerError(error.details(), partial) from error


def _partial(status: status_pb2.Status) -> pb.ErrorResourceInitFailed | None:
    for detail in status.details:
        partial = pb.ErrorResourceInitFailed()
        if detail.Unpack(partial):
            return partial
    return None
