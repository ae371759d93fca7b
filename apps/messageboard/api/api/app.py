"""The application: health, the log of requests, messages."""

import logging
import time
import uuid

from flask import Flask, Response, g, request
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from api import errors, messages
from api.database import is_migrated

LARGEST_BODY = 64 * 1024
HEALTH = ("/livez", "/readyz")
log = logging.getLogger("api")


class Service:
    """What the process holds: its engine."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def close(self) -> None:
        self.engine.dispose()

    def problem(self) -> str | None:
        """Why no request should come here, or None."""
        try:
            return None if is_migrated(self.engine) else "the schema is of another version"
        # OSError: a certificate file that cannot be read.
        except (SQLAlchemyError, OSError) as error:
            return f"database: {type(error).__name__}"


def create_app(engine: Engine) -> Flask:
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    service = app.extensions["slipway"] = Service(engine)
    app.register_blueprint(messages.blueprint)
    errors.register(app)

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
