"""The server of a plugin: gRPC on a free loopback port, whose number is the first line of output."""

import os
import signal
import stat
import sys
import threading
from collections.abc import Callable
from concurrent import futures

import grpc

THREADS = 64
UNLIMITED = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]


def serve(register: Callable[[grpc.Server], None], stop: Callable[[], None] = lambda: None) -> None:
    """Serve until the engine stops this process or ends. The engine sends SIGINT and waits five seconds for the end."""

    def end(*_: object) -> None:
        stop()
        os._exit(0)

    server = grpc.server(futures.ThreadPoolExecutor(THREADS), options=UNLIMITED)
    register(server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    # The engine holds the other end of this pipe. An engine that is killed sends no signal, but its end closes.
    if stat.S_ISFIFO(os.fstat(sys.stdin.fileno()).st_mode):
        threading.Thread(target=lambda: end(sys.stdin.buffer.read()), daemon=True).start()
    print(port, flush=True)
    server.wait_for_termination()
