"""The application: health, the log of requests, the page."""

import logging
import time
import uuid

from flask import Flask, Response, g, request
from redis import Redis
from redis.exceptions import RedisError

from vote import page

HEALTH = ("/livez", "/readyz")
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
log = logging.getLogger("vote")


class Service:
    """What the process holds: its queue."""

    def __init__(self, redis: Redis) -> None:
        self.redis = redis

    def close(self) -> None:
        self.redis.close()

    def problem(self) -> str | None:
        """Why no request should come here, or None."""
        try:
            self.redis.ping()
        except RedisError as error:
            return f"redis: {type(error).__name__}"
        return None


def create_app(redis: Redis) -> Flask:
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = 4096
    service = app.extensions["slipway"] = Service(redis)
    app.register_blueprint(page.blueprint)

    @app.get("/livez")
    def livez() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/readyz")
    def readyz() -> tuple[dict[str, str], int]:
        problem = service.problem()
        return ({"status": problem}, 503) if problem else ({"status": "ok"}, 200)

    @app.before_request
    def begin() -> None:
        g.began = time.monotonic()
        g.request_id = request.headers.get("X-Amzn-Trace-Id") or uuid.uuid4().hex

    @app.after_request
    def end(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        # A form that another origin cannot read may still say where it was sent from.
        response.headers["Referrer-Policy"] = "same-origin"
        if request.endpoint != "static":
            response.headers["Cache-Control"] = "no-store"
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
