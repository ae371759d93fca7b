"""gunicorn, as a pod behind a load balancer runs it."""

import os
import socket
import time
from contextlib import suppress

from gunicorn.util import close_graceful
from gunicorn.workers.gthread import ThreadWorker

# gunicorn waits as long for a connection's first byte, but for the rest of a body without end.
BODY_SECONDS = 5


class Deadline:
    """A request's socket. The time is for the whole body, or a byte now and then would hold a thread for ever."""

    def __init__(self, sock):
        self.sock = sock
        self.end = time.monotonic() + BODY_SECONDS

    def recv(self, size):
        """TimeoutError: Werkzeug answers 400, then gunicorn closes the connection."""
        self.sock.settimeout(max(self.end - time.monotonic(), 0.001))
        try:
            return self.sock.recv(size)
        finally:
            self.sock.settimeout(None)


class Worker(ThreadWorker):
    """Whoever sends slowly, or does not end a connection, holds one thread for some seconds."""

    def handle_request(self, req, conn):
        req.unreader.sock = Deadline(conn.sock)
        try:
            return super().handle_request(req, conn)
        finally:
            req.unreader.sock = conn.sock

    def handle(self, conn):
        """gunicorn would await the client's end of a connection in the loop that accepts the others."""
        keep = super().handle(conn)
        if not keep:
            close_graceful(conn.sock.dup())
            with suppress(OSError):
                conn.sock.shutdown(socket.SHUT_RD)
        return keep


bind = f"0.0.0.0:{os.environ.get('PORT', '8080')}"
worker_class = Worker
workers = 1
threads = 32
# Above the load balancer's 60 seconds: whoever closes first must be the balancer, or requests are answered by 502.
keepalive = 75
graceful_timeout = 25
# A heartbeat file must not wait for a disk.
worker_tmp_dir = "/dev/shm"  # noqa: S108  # of the container
control_socket_disable = True
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "web.logs.JsonFormatter"}},
    "handlers": {"stdout": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "json"}},
    "root": {"level": "INFO", "handlers": ["stdout"]},
    "loggers": {
        "gunicorn.error": {"level": "INFO", "handlers": ["stdout"], "propagate": False},
        "gunicorn.access": {"level": "CRITICAL", "handlers": [], "propagate": False},
    },
}
