"""The process: configuration, logs, and a server that finishes what it has taken on when it is told to stop."""

import logging
import os
import sys

import uvicorn

from backend.app import create_app
from backend.config import load_or_exit
from backend.database import engine_of
from backend.logs import JsonFormatter

config = load_or_exit(os.environ)
handler = logging.StreamHandler(sys.stdout)
handler.setFormatter(JsonFormatter())
logging.basicConfig(level=logging.INFO, handlers=[handler])
engine = engine_of(config)
uvicorn.run(
    create_app(engine),
    host="0.0.0.0",  # noqa: S104  # of a pod
    port=config.port,
    log_config=None,
    access_log=False,
    proxy_headers=False,
    # Above the gateway's 60 seconds: whoever closes first must be the gateway, or requests are answered by 502.
    timeout_keep_alive=75,
    timeout_graceful_shutdown=25,
)
engine.dispose()
