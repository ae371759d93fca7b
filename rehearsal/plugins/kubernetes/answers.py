"""Errors in the form that the engine reads."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import grpc
from google.protobuf import any_pb2
from google.rpc import code_pb2, status_pb2
from pulumi.runtime.proto import provider_pb2 as pb

from rehearsal.plugins.kubernetes.values import Object, to_struct


class ProviderError(RuntimeError):
    """An operation failed and changed nothing."""


class InitializationError(RuntimeError):
    """The object exists but is not ready: the engine keeps it in the state, and the next `up` tries again."""

    def __init__(self, message: str, *, resource_id: str, inputs: Object | None, outputs: Object, reasons: list[str]) -> None:
        """Keep the details for the engine. `inputs` are the inputs in the state; None means those of the operation."""
        super().__init__(message)
        self.detail = pb.ErrorResourceInitFailed(
            id=resource_id,
            inputs=None if inputs is None else to_struct(inputs),
            properties=to_struct(outputs),
            reasons=reasons,
        )


def grpc_errors(method: Callable[[Any, Any], Any]) -> Callable[[Any, Any, grpc.ServicerContext], Any]:
    """Return the operation with its errors turned into the gRPC status of the answer."""

    @wraps(method)
    def call(self: Any, request: Any, context: grpc.ServicerContext) -> Any:
        try:
            return method(self, request)
        except InitializationError as error:
            packed = any_pb2.Any()
            packed.Pack(error.detail)
            status = status_pb2.Status(code=code_pb2.UNKNOWN, message=str(error), details=[packed])
            context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
            return context.abort(grpc.StatusCode.UNKNOWN, status.message)
        except ProviderError as error:
            return context.abort(grpc.StatusCode.UNKNOWN, str(error))

    return call


def no_such_object() -> Any:
    """Return the answer for a deleted resource: one without an ID."""
    return pb.ReadResponse()
