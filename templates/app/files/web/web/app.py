"""The application: health, the log of requests, the page."""

import logging
import time
import uuid

from flask import Flask, Response, g, request

LARGEST_BODY = 64 * 1024
HEALTH = ("/livez", "/readyz")
log = logging.getLogger("web")


def create_app() -> Flask:
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY

    @app.get("/livez")
    def livez() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/readyz")
    def readyz() -> dict[str, str]:
        """Report whether all dependencies answer: so far, there are none."""
        return {"status": "ok"}

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
