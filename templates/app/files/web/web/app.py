"""The application: health, the log of requests, the page."""

import logging
import time
import uuid

from flask import Flask, Response, g, request

HEALTH = ("/livez", "/readyz")
log = logging.getLogger("web")


class Service:
    """What the process is doing: whether it is stopping. What it has to close goes into `close`."""

    def __init__(self) -> None:
        self.stopping = False

    def stop(self) -> None:
        self.stopping = True

    def close(self) -> None:
        """Requests are finished."""


def create_app() -> Flask:
    app = Flask(__name__)
    service = app.extensions["slipway"] = Service()

    @app.get("/livez")
    def livez() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/readyz")
    def readyz() -> tuple[dict[str, str], int]:
        return ({"status": "stopping"}, 503) if service.stopping else ({"status": "ok"}, 200)

    @app.get("/")
    def page() -> Response:
        return app.send_static_file("index.html")

    @app.before_request
    def begin() -> None:
        g.began = time.monotonic()
        g.request_id = request.headers.get("X-Amzn-Trace-Id") or uuid.uuid4().hex

    @app.after_request
    def end(response: Response) -> Response:
        if request.path not in HEALTH:
            fields = {
                "request_id": g.request_id,
                "method": request.method,
                "path": request.path,
                "status": response.status_code,
                "ms": round((time.monotonic() - g.began) * 1000, 1),
            }
            log.info("request", extra={"fields": fields})
        return response

    return app
