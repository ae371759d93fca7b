"""`/`: the page with two buttons, and what they send."""

import logging
import re
import uuid

from flask import Blueprint, Response, abort, current_app, g, make_response, redirect, render_template, request
from redis.exceptions import RedisError
from werkzeug.exceptions import HTTPException

from vote import queue

CHOICES = {"a": "Cats", "b": "Dogs"}
VOTER = re.compile(r"[0-9a-f]{32}")
YEAR_SECONDS = 365 * 24 * 60 * 60
blueprint = Blueprint("page", __name__)
log = logging.getLogger("vote")


def _voter() -> str:
    """Who asks; somebody new if the browser has no cookie yet."""
    if "voter" not in g:
        known = request.cookies.get("voter", "")
        g.voter = known if VOTER.fullmatch(known) else uuid.uuid4().hex
    voter: str = g.voter
    return voter


def _remember(answer: Response, **cookies: str) -> Response:
    secure = request.headers.get("X-Forwarded-Proto") == "https"
    for name, value in cookies.items():
        answer.set_cookie(name, value, max_age=YEAR_SECONDS, httponly=True, samesite="Lax", secure=secure)
    return answer


def _page(status: int = 200, problem: str | None = None) -> tuple[str, int]:
    chosen = request.cookies.get("choice")
    results = re.sub(r"^vote\.", "result.", request.host)
    page = render_template(
        "page.html", choices=CHOICES, chosen=chosen if chosen in CHOICES else None, results=f"//{results}/", problem=problem
    )
    return page, status


def _is_from_elsewhere() -> bool:
    """Whether another site's page sends this form. Browsers say so by themselves; pages cannot change it."""
    origin = request.headers.get("Origin")
    return request.headers.get("Sec-Fetch-Site") in {"cross-site", "same-site"} or (
        origin is not None and origin not in {f"http://{request.host}", f"https://{request.host}"}
    )


@blueprint.get("/")
def show() -> Response:
    """The browser is known before it votes: a double click is one voter's."""
    return _remember(make_response(_page()), voter=_voter())


@blueprint.post("/")
def vote() -> Response:
    choice = request.form.get("choice")
    if _is_from_elsewhere():
        abort(403, "Votes are taken from this page alone.")
    if choice not in CHOICES:
        abort(400, "One votes for one of the two.")
    queue.cast(current_app.extensions["slipway"].redis, _voter(), choice)
    return _remember(make_response(redirect("/", 303)), voter=_voter(), choice=choice)


@blueprint.app_errorhandler(HTTPException)
def refused(error: HTTPException) -> tuple[str, int]:
    return _page(error.code or 500, error.description)


@blueprint.app_errorhandler(RedisError)
def down(error: RedisError) -> Response:
    log.error("redis does not answer", extra={"fields": {"error": type(error).__name__}})
    page = _page(503, "Your vote was not taken: the ballot box does not answer. Try again.")
    # It may have taken the vote and answered too late: the next try is the same voter's.
    return _remember(make_response(page), voter=_voter())
