"""Errors as JSON: `{"error": {"code", "message"}}`."""

import logging
from typing import Any

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

log = logging.getLogger("backend")
CODES = {400: "bad_request", 404: "not_found", 405: "method_not_allowed", 413: "too_large", 415: "not_json"}


class ProblemError(Exception):
    """What the caller did wrong."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


def _body(code: str, message: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": message}}


def register(app: Flask) -> None:
    @app.errorhandler(ProblemError)
    def problem(error: ProblemError) -> tuple[dict[str, Any], int]:
        return _body(error.code, error.message), error.status

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> tuple[dict[str, Any], int]:
        status = error.code or 500
        return _body(CODES.get(status, "error"), error.description or error.name), status

    @app.errorhandler(SQLAlchemyError)
    def database(error: SQLAlchemyError) -> tuple[dict[str, Any], int]:
        # The text could hold a statement's values: personal data.
        log.error("the database does not answer", extra={"fields": {"error": type(error).__name__}})
        return _body("unavailable", "the database does not answer; try again"), 503
