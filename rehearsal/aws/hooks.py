"""The hook server: what the API server, HAProxy and `make up` ask the emulator."""

from __future__ import annotations

import uuid

from flask import Flask, Response, jsonify, request

from .ecr import push
from .eks import tokens
from .rds import modifications


def create_app() -> Flask:
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
        """Open every database's maintenance window at once; say which instances change by it."""
        return jsonify(modifications.maintain(None))

    return app
