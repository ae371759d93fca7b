"""The hook server: requests of the API server, HAProxy, `make up` and the tests to the emulator."""

from __future__ import annotations

import uuid

from flask import Flask, Response, jsonify, request

from rehearsal.aws import identity, throttle
from rehearsal.aws.ecr import push
from rehearsal.aws.eks import tokens
from rehearsal.aws.rds import modifications


def create_app() -> Flask:
    """Return the hook server's application."""
    app = Flask(__name__)
    boot_id = str(uuid.uuid4())

    @app.get("/account")
    def account() -> Response:
        return jsonify(boot_id=boot_id)

    @app.post("/token-review")
    def token_review() -> Response:
        review = request.get_json()
        return jsonify({**review, "status": tokens.review(review["spec"]["token"])})

    @app.put("/v2/<path:name>/manifests/<reference>")
    def manifest(name: str, reference: str) -> Response:
        return push.put_manifest(name, reference, request.get_data(), request.content_type or "")

    @app.post("/rds/maintenance")
    def maintenance() -> Response:
        """Open the maintenance window of every database now; return the instances that it changes."""
        return jsonify(modifications.maintain(None))

    add_switches(app)
    return app


def add_switches(app: Flask) -> None:
    """Add the routes that only tests use: throttle requests, and expire sessions."""

    @app.put("/throttle")
    def throttle_next() -> Response:
        throttle.burst(request.get_json()["refusals"])
        return jsonify(refused=throttle.refused())

    @app.get("/throttle")
    def throttled() -> Response:
        return jsonify(refused=throttle.refused())

    @app.put("/sessions/<key_id>/expired")
    def expire_session(key_id: str) -> Response:
        return jsonify(expired=identity.expire(key_id))
