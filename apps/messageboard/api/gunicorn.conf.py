"""gunicorn, as a pod behind a load balancer runs it."""

import os
from typing import Any

from api.config import load_or_exit

bind = f"0.0.0.0:{os.environ.get('PORT', '8080')}"
worker_class = "gthread"
workers = 1
# A slow client holds one until the load balancer gives it up, after 60 seconds without a byte.
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
    "formatters": {"json": {"()": "api.logs.JsonFormatter"}},
    "handlers": {"stdout": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "json"}},
    "root": {"level": "INFO", "handlers": ["stdout"]},
    "loggers": {
        "gunicorn.error": {"level": "INFO", "handlers": ["stdout"], "propagate": False},
        "gunicorn.access": {"level": "CRITICAL", "handlers": [], "propagate": False},
    },
}


def on_starting(server: object) -> None:
    """A worker that refuses its environment would be replaced for ever: the process that starts them refuses it first."""
    load_or_exit(os.environ)


def worker_exit(server: object, worker: Any) -> None:
    """Requests are finished: the pool can go."""
    worker.app.callable.extensions["slipway"].close()
