"""Drives the Kubernetes provider as Pulumi's engine does: over gRPC, in a process of its own."""

import hashlib
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2
from google.rpc import status_pb2
from pulumi.runtime.proto import provider_pb2 as pb
from pulumi.runtime.proto import provider_pb2_grpc

from rehearsal import paths
from rehearsal.plugins.kubernetes.values import Object, from_struct, to_struct


@dataclass
class AnswerError(Exception):
    """What the provider answered instead; `partial`: what it keeps in the state of an object that does not work."""

    message: str
    partial: pb.ErrorResourceInitFailed | None = None


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
    """One provider process."""

    def __init__(self, kubeconfig: str, *, environment: dict[str, str] | None = None) -> None:
        command = [sys.executable, "-P", "-m", "rehearsal.plugins.kubernetes"]
        settings = os.environ | {"PYTHONPATH": str(paths.CHECKOUT)} | (environment or {})
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=Path("/"), env=settings)
        assert self.process.stdout is not None
        port = int(self.process.stdout.readline())
        self._channel = grpc.insecure_channel(f"127.0.0.1:{port}")
        self._stub = provider_pb2_grpc.ResourceProviderStub(self._channel)
        self._stub.Configure(pb.ConfigureRequest(args=to_struct({"kubeconfig": kubeconfig})))

    def stop(self) -> None:
        self._channel.close()
        self.process.terminate()
        self.process.wait(30)

    def check(self, resource: Resource, inputs: Object) -> Object:
        seed = hashlib.sha256(resource.urn.encode()).digest()
        request = pb.CheckRequest(urn=resource.urn, olds=to_struct(resource.inputs), news=to_struct(inputs), randomSeed=seed)
        answer = self._stub.Check(request)
        assert not answer.failures, answer.failures
        return from_struct(answer.inputs)

    def diff(self, resource: Resource, inputs: Object) -> pb.DiffResponse:
        answer: pb.DiffResponse = self._stub.Diff(
            pb.DiffRequest(
                id=resource.id,
                urn=resource.urn,
                olds=to_struct(resource.outputs),
                old_inputs=to_struct(resource.inputs),
                news=to_struct(inputs),
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

    def update(self, resource: Resource, inputs: Object, *, preview: bool = False, timeout: float = 60) -> Object:
        """In place: the new outputs."""
        checked = self.check(resource, inputs)
        request = pb.UpdateRequest(
            id=resource.id,
            urn=resource.urn,
            olds=to_struct(resource.outputs),
            old_inputs=to_struct(resource.inputs),
            news=to_struct(checked),
            preview=preview,
            timeout=timeout,
        )
        outputs = from_struct(self._answer(self._stub.Update, request).properties)
        if not preview:
            resource.inputs, resource.outputs = checked, outputs
        return outputs

    def refresh(self, resource: Resource) -> bool:
        """Whether the object is there; if so, the resource is as it is live."""
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
                partial = pb.ErrorResourceInitFailed()
                status_pb2.Status.FromString(details).details[0].Unpack(partial)
            raise AnswerError(error.details(), partial) from error
