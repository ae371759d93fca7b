"""What the provider tells the engine beside its answers."""

from typing import Final

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

TIMEOUT_SECONDS: Final = 10


class Host:
    """The engine, by the address that it gives its plugins; without one nobody is told."""

    def __init__(self, address: str) -> None:
        self._engine = engine_pb2_grpc.EngineStub(grpc.insecure_channel(address)) if address else None

    def warn(self, urn: str, text: str, *, in_passing: bool = False) -> None:
        """Show a warning beside the resource; `in_passing`: only as long as the operation lasts."""
        if self._engine is None:
            return
        request = engine_pb2.LogRequest(severity=engine_pb2.WARNING, message=text, urn=urn, ephemeral=in_passing)
        try:
            self._engine.Log(request, timeout=TIMEOUT_SECONDS)
        except grpc.RpcError:
            # An engine that has ended needs no warnings, and an operation does not fail for want of one.
            return
