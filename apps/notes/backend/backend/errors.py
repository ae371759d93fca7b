"""Errors as JSON: `{"error": {"code", "message"}}`."""

import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

log = logging.getLogger("backend")
CODES = {404: "not_found", 405: "method_not_allowed"}


class Reason(BaseModel):
    code: str
    message: str


class Problem(BaseModel):
    error: Reason


class ProblemError(Exception):
    """What the caller did wrong; `beside` goes into the body beside the error."""

    def __init__(self, status: int, code: str, message: str, **beside: Any) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.beside = status, code, message, beside


def _answer(status: int, code: str, message: str, headers: Any = None, **beside: Any) -> JSONResponse:
    return JSONResponse({"error": {"code": code, "message": message}, **beside}, status, headers)


def register(app: FastAPI) -> None:
    @app.exception_handler(ProblemError)
    def problem(request: Request, error: ProblemError) -> JSONResponse:
        return _answer(error.status, error.code, error.message, **error.beside)

    @app.exception_handler(HTTPException)
    def http(request: Request, error: HTTPException) -> JSONResponse:
        if error.status_code == HTTPStatus.BAD_REQUEST:
            # A body that is no text: one more rule that was not kept.
            return _answer(422, "invalid", str(error.detail))
        return _answer(error.status_code, CODES.get(error.status_code, "error"), str(error.detail), error.headers)

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        lines = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]
        return _answer(422, "invalid", "; ".join(lines))

    @app.exception_handler(Exception)
    def unforeseen(request: Request, error: Exception) -> JSONResponse:
        """Starlette raises it again for the server, which logs it."""
        return _answer(500, "internal", "something went wrong here")

    @app.exception_handler(SQLAlchemyError)
    def database(request: Request, error: SQLAlchemyError) -> JSONResponse:
        # The text could hold a statement's values, which are people's notes.
        log.error("the database does not answer", extra={"fields": {"error": type(error).__name__}})
        return _answer(503, "unavailable", "the database does not answer; try again")
