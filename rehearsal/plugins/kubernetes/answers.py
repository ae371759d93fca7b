"""Errors as the engine reads them."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import grpc
from google.protobuf import any_pb2
from google.rpc import code_pb2, status_pb2
from pulumi.runtime.proto import provider_pb2 as pb

from rehearsal.plugins.kubernetes.values import Object, to_struct


class ProviderError(RuntimeError):
    """An operation failed; nothing was changed."""


class InitializationError(RuntimeError):
    """The object is there but does not work: the engine keeps it in the state, and the next `up` tries again.

    `inputs`: what the state keeps as inputs, None for those of the operation.
    """

    def __init__(self, message: str, *, resource_id: str, inputs: Object | None, outputs: Object, reasons: list[str]) -> None:
        super().__init__(message)
        self.detail = pb.ErrorResourceInitFailed(
            id=resource_id,
            inputs=None if inputs is None else to_struct(inputs),
            properties=to_struct(outputs),
            reasons=reasons,
        )


def answered(method: Callable[[Any, Any], Any]) -> Callable[[Any, Any, grpc.ServicerContext], Any]:
    """An operation whose errors become the answer's status."""

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
    """The engine takes an answer without an id for a resource that is gone."""
    return pb.ReadResponse()
