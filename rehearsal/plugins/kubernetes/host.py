"""Messages of the provider to the engine, beside its answers."""

from typing import Final

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

TIMEOUT_SECONDS: Final = 10


class Host:
    """A client of the engine."""

    def __init__(self, address: str) -> None:
        """Use the engine at an address. Drop all messages if the address is empty."""
        self._engine = engine_pb2_grpc.EngineStub(grpc.insecure_channel(address)) if address else None

    def warn(self, urn: str, text: str, *, ephemeral: bool = False) -> None:
        """Show a warning beside the resource, and only until the operation ends if `ephemeral`."""
        if self._engine is None:
            return
        request = engine_pb2.LogRequest(severity=engine_pb2.WARNING, message=text, urn=urn, ephemeral=ephemeral)
        try:
            self._engine.Log(request, timeout=TIMEOUT_SECONDS)
        except grpc.RpcError:
            # The engine has ended; a lost warning must not fail the operation.
            return
