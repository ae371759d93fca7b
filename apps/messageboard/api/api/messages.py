"""`/api/messages`: create, list, delete."""

from typing import Annotated, Any, cast

from flask import Blueprint, current_app, request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator
from sqlalchemy import CursorResult, delete, select
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest

from api.database import AUTHOR_LENGTH, TEXT_LENGTH, Message
from api.errors import ProblemError

LARGEST_ID = 2**63 - 1
blueprint = Blueprint("messages", __name__, url_prefix="/api/messages")


def _text(longest: int) -> StringConstraints:
    return StringConstraints(strip_whitespace=True, min_length=1, max_length=longest)


class NewMessage(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    author: Annotated[str, _text(AUTHOR_LENGTH)]
    text: Annotated[str, _text(TEXT_LENGTH)]

    @field_validator("author", "text")
    @classmethod
    def storable(cls, value: str) -> str:
        if "\0" in value:
            raise ValueError("must not hold a NUL character")
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise ValueError("must be valid Unicode text") from error
        return value


class Page(BaseModel):
    model_config = ConfigDict(extra="forbid")

    limit: int = Field(20, ge=1, le=100)
    before: int | None = Field(None, ge=1, le=LARGEST_ID)


def _session() -> Session:
    return Session(current_app.extensions["slipway"].engine)


def _valid(model: type[BaseModel], values: Any) -> Any:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False, include_context=False)
        lines = [f"{'.'.join(map(str, one['loc'])) or 'body'}: {one['msg']}" for one in found]
        raise ProblemError(400, "invalid", "; ".join(lines)) from error


def _body() -> Any:
    try:
        return request.get_json()
    # RecursionError: brackets within brackets within brackets.
    except (BadRequest, RecursionError) as error:
        raise ProblemError(400, "not_json", "the body must be JSON: an object with author and text") from error


def _json(message: Message) -> dict[str, Any]:
    return {
        "id": message.id,
        "author": message.author,
        "text": message.text,
        "created_at": message.created_at.isoformat() + "Z",
    }


@blueprint.post("")
def create() -> tuple[dict[str, Any], int]:
    given = _valid(NewMessage, _body())
    with _session() as session, session.begin():
        message = Message(author=given.author, text=given.text)
        session.add(message)
        session.flush()
        session.refresh(message)
        return _json(message), 201


@blueprint.get("")
def page() -> dict[str, Any]:
    """Newest first; `next` is the `before` of the following page, or null."""
    asked = _valid(Page, request.args.to_dict())
    query = select(Message).order_by(Message.id.desc()).limit(asked.limit + 1)
    if asked.before is not None:
        query = query.where(Message.id < asked.before)
    with _session() as session:
        found = session.scalars(query).all()
    shown = found[: asked.limit]
    return {"messages": [_json(m) for m in shown], "next": shown[-1].id if len(found) > asked.limit else None}


@blueprint.delete("/<int:number>")
def remove(number: int) -> tuple[str, int]:
    if number > LARGEST_ID:
        raise ProblemError(404, "not_found", f"there is no message {number}")
    with _session() as session, session.begin():
        deleted = cast("CursorResult[Any]", session.execute(delete(Message).where(Message.id == number)))
        if deleted.rowcount == 0:
            raise ProblemError(404, "not_found", f"there is no message {number}")
    return "", 204
