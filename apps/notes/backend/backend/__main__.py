"""The process: configuration, logs, and a server that finishes what it has taken on when it is told to stop."""

import logging
import os
import sys
from types import FrameType
from typing import cast

import uvicorn
from fastapi import FastAPI

from backend.app import create_app
from backend.config import load_or_exit
from backend.database import engine_of
from backend.logs import JsonFormatter


class Server(uvicorn.Server):
    """To be told to stop is no failure: uvicorn's own handler would raise the signal anew at the end."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        cast(FastAPI, self.config.app).state.stopping = True
        self.should_exit = True


def main() -> None:
    config = load_or_exit(os.environ)
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    engine = engine_of(config)
    settings = uvicorn.Config(
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
    Server(settings).run()
    engine.dispose()


if __name__ == "__main__":
    main()
