"""A server behind a load balancer of the tests."""

import threading

from flask import Flask, Response, request
from werkzeug.serving import make_server

from rehearsal import paths


class Backend:
    """A server that answers with its name; `healthy` decides its health check, `release` ends a slow request."""

    def __init__(self, name: str) -> None:
        self.healthy, self.release, self.entered = True, threading.Event(), threading.Event()
        app = Flask(name)

        @app.get("/readyz")
        def ready() -> Response:
            return Response(status=200 if self.healthy else 503)

        @app.get("/slow")
        def slow() -> str:
            self.entered.set()
            self.release.wait(20)
            return "done"

        @app.get("/", defaults={"path": ""})
        @app.get("/<path:path>")
        def answer(path: str) -> Response:
            request_values = {
                "path": path,
                "name": name,
                "peer": request.remote_addr or "",
                "for": request.headers["X-Forwarded-For"],
            }
            return Response(name, headers={f"X-Seen-{key}": value for key, value in request_values.items()})

        self.server = make_server(paths.NODE_ADDRESS, 0, app, threaded=True)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
