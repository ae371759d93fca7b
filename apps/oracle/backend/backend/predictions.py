"""`/api/predictions`: ask, list, delete."""

import logging
from datetime import UTC, datetime
from typing import Annotated, Any, cast

from flask import Blueprint, current_app, g, request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator
from sqlalchemy import CursorResult, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from tenacity import retry, retry_if_exception_type, stop_after_attempt
from werkzeug.exceptions import BadRequest

from backend import oracle
from backend.database import Prediction
from backend.errors import ProblemError
from backend.person import LONGEST_NAME, OLDEST, Person, plain

LARGEST_ID = 2**63 - 1
ATTEMPTS = 5
log = logging.getLogger("backend")
blueprint = Blueprint("predictions", __name__, url_prefix="/api/predictions")

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_NAME)]


class Question(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    first_name: Name
    name: Name
    age: int = Field(ge=0, le=OLDEST)

    @field_validator("first_name", "name")
    @classmethod
    def storable(cls, value: str) -> str:
        if "\0" in value:
            raise ValueError("must not hold a NUL character")
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise ValueError("must be valid Unicode text") from error
        if not plain(value):
            raise ValueError("must hold a character that can be seen")
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
        raise ProblemError(400, "not_json", "the body must be JSON: an object with first_name, name and age") from error


def _json(prediction: Prediction) -> dict[str, Any]:
    return {
        "id": prediction.id,
        "first_name": prediction.first_name,
        "name": prediction.name,
        "age": prediction.age,
        "date_of_death": prediction.date_of_death.isoformat(),
        "sentence": prediction.sentence,
        "created_at": prediction.created_at.isoformat() + "Z",
    }


def _known(session: Session, person: Person) -> Prediction | None:
    return session.scalar(select(Prediction).where(Prediction.person == person.key))


# Between the look and the insert another replica can write the same person: the next look finds it.
@retry(retry=retry_if_exception_type(IntegrityError), stop=stop_after_attempt(ATTEMPTS), reraise=True)
def _known_or_made(person: Person) -> tuple[dict[str, Any], int]:
    with _session() as session, session.begin():
        if known := _known(session, person):
            return _json(known), 200
        made = Prediction(
            person=person.key,
            first_name=person.first_name,
            name=person.name,
            age=person.age,
            date_of_death=oracle.date_of_death(person, datetime.now(UTC).date()),
            sentence=oracle.sentence(person),
        )
        session.add(made)
        session.flush()
        session.refresh(made)
        return _json(made), 201


@blueprint.post("")
def ask() -> tuple[dict[str, Any], int]:
    """201 with a new prediction; 200 with the one that this person got before."""
    given = _valid(Question, _body())
    person = Person(first_name=given.first_name, name=given.name, age=given.age)
    answer, status = _known_or_made(person)
    fields = {"request_id": g.request_id, "years_left": round(oracle.years_left(person), 2), "known": status == 200}
    log.debug("asked", extra={"fields": fields})
    return answer, status


@blueprint.get("")
def page() -> dict[str, Any]:
    """Newest first; `next` is the `before` of the following page, or null."""
    asked = _valid(Page, request.args.to_dict())
    query = select(Prediction).order_by(Prediction.id.desc()).limit(asked.limit + 1)
    if asked.before is not None:
        query = query.where(Prediction.id < asked.before)
    with _session() as session:
        found = session.scalars(query).all()
    shown = found[: asked.limit]
    return {"predictions": [_json(p) for p in shown], "next": shown[-1].id if len(found) > asked.limit else None}


@blueprint.delete("/<int:number>")
def remove(number: int) -> tuple[str, int]:
    if number > LARGEST_ID:
        raise ProblemError(404, "not_found", f"there is no prediction {number}")
    with _session() as session, session.begin():
        deleted = cast("CursorResult[Any]", session.execute(delete(Prediction).where(Prediction.id == number)))
        if deleted.rowcount == 0:
            raise ProblemError(404, "not_found", f"there is no prediction {number}")
    return "", 204
