"""The application: health, the log of requests, notes, and their OpenAPI page at /docs."""

import logging
import time
import uuid
from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request, Response
from fastapi_offline import FastAPIOffline
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from backend import errors, notes
from backend.database import is_migrated

HEALTH = ("/livez", "/readyz")
log = logging.getLogger("backend")


def problem(app: FastAPI) -> str | None:
    """Why no request should come here, or None."""
    if app.state.stopping:
        return "stopping"
    try:
        return None if is_migrated(app.state.engine) else "the schema is of another version"
    # OSError: a certificate file that cannot be read.
    except (SQLAlchemyError, OSError) as error:
        return f"database: {type(error).__name__}"


def create_app(engine: Engine) -> FastAPI:
    # The page's scripts come from here, not from a CDN.
    # Redirections to another slash would leave TLS, which the load balancer ends.
    app = FastAPIOffline(title="Notes", version="1", redoc_url=None, static_url="/docs/assets", redirect_slashes=False)
    app.state.engine = engine
    app.state.stopping = False
    app.include_router(notes.router)
    errors.register(app)

    @app.get("/livez", include_in_schema=False)
    async def livez() -> dict[str, str]:
        """Without a thread: all may be waiting for the database."""
        return {"status": "ok"}

    @app.get("/readyz", include_in_schema=False)
    def readyz(response: Response) -> dict[str, str]:
        found = problem(app)
        response.status_code = 503 if found else 200
        return {"status": found or "ok"}

    @app.middleware("http")
    async def logged(request: Request, call: Callable[[Request], Awaitable[Response]]) -> Response:
        began = time.monotonic()
        response = await call(request)
        if request.url.path not in HEALTH:
            fields = {
                "request_id": request.headers.get("X-Request-ID") or uuid.uuid4().hex,
                "method": request.method,
                "path": request.url.path,
                "status": response.status_code,
                "ms": round((time.monotonic() - began) * 1000, 1),
            }
            log.info("request", extra={"fields": fields})
        return response

    return app
