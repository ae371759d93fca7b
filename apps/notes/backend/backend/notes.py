"""`/api/notes`: create, list, search, read, change, delete.

A note has a version, which is its ETag. Whoever changes or deletes one says by If-Match which version they have seen; if
somebody else was quicker, they get 412 with the note as it is now.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, StringConstraints, field_validator
from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from backend.database import TEXT_LENGTH, TITLE_LENGTH, Note
from backend.errors import Problem, ProblemError

LARGEST_ID = 2**63 - 1


class Draft(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=TITLE_LENGTH)]
    text: Annotated[str, StringConstraints(max_length=TEXT_LENGTH)]

    @field_validator("title", "text")
    @classmethod
    def storable(cls, value: str) -> str:
        if "\0" in value:
            raise ValueError("must not hold a NUL character")
        return value


class Stored(BaseModel):
    id: int
    version: int
    title: str
    text: str
    changed_at: datetime

    @field_validator("changed_at")
    @classmethod
    def in_utc(cls, value: datetime) -> datetime:
        """The database's clock says UTC, but its type does not."""
        return value.replace(tzinfo=UTC)


class Page(BaseModel):
    notes: list[Stored]
    next: int | None


class Conflict(Problem):
    current: Stored


def _session(request: Request) -> Iterator[Session]:
    with Session(request.app.state.engine) as session, session.begin():
        yield session


Database = Annotated[Session, Depends(_session)]
NoteId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
IfMatch = Annotated[str | None, Header(description='The ETag of the version that was seen, such as "3"')]
MISSING = {404: {"model": Problem, "description": "There is no such note"}}
CONDITIONAL = MISSING | {
    412: {"model": Conflict, "description": "Somebody else changed the note; `current` is what it is now"},
    428: {"model": Problem, "description": "If-Match is missing"},
}
router = APIRouter(
    prefix="/api/notes",
    tags=["notes"],
    responses={
        422: {"model": Problem, "description": "The request does not keep a rule, which is named"},
        503: {"model": Problem, "description": "The database does not answer"},
    },
)


def _etag(note: Note) -> str:
    return f'"{note.version}"'


def _stored(note: Note, response: Response | None = None) -> Stored:
    if response is not None:
        response.headers["ETag"] = _etag(note)
    return Stored.model_validate(note, from_attributes=True)


def _found(session: Session, number: int) -> Note:
    note = session.get(Note, number)
    if note is None:
        raise ProblemError(404, "not_found", f"there is no note {number}")
    return note


def _seen(session: Session, number: int, if_match: str | None) -> Note:
    """The note, if its present version is the one that the caller has seen."""
    if if_match is None:
        raise ProblemError(428, "precondition_required", "say by If-Match which version you have seen")
    note = _found(session, number)
    if if_match != _etag(note):
        raise _conflict(note)
    return note


def _conflict(note: Note) -> ProblemError:
    current = _stored(note).model_dump(mode="json")
    return ProblemError(412, "changed", "somebody else has changed this note meanwhile", current=current)


@router.post("", status_code=201)
def create(draft: Draft, session: Database, response: Response) -> Stored:
    note = Note(title=draft.title, text=draft.text)
    session.add(note)
    session.flush()
    session.refresh(note)
    return _stored(note, response)


@router.get("")
def page(
    session: Database,
    search: Annotated[str, Query(max_length=TITLE_LENGTH)] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    before: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None,
) -> Page:
    """Newest first, those that hold the search in title or text; `next` is the `before` of the following page, or null."""
    query = select(Note).order_by(Note.id.desc()).limit(limit + 1)
    if search:
        query = query.where(or_(column.icontains(search, autoescape=True) for column in (Note.title, Note.text)))
    if before is not None:
        query = query.where(Note.id < before)
    found = session.scalars(query).all()
    shown = [_stored(note) for note in found[:limit]]
    return Page(notes=shown, next=shown[-1].id if len(found) > limit else None)


@router.get("/{number}", responses=MISSING)
def read(number: NoteId, session: Database, response: Response) -> Stored:
    return _stored(_found(session, number), response)


@router.put("/{number}", responses=CONDITIONAL)
def change(number: NoteId, draft: Draft, session: Database, response: Response, if_match: IfMatch = None) -> Stored:
    version = _seen(session, number, if_match).version
    values = {"title": draft.title, "text": draft.text, "version": version + 1}
    changed = session.execute(update(Note).where(Note.id == number, Note.version == version).values(values))
    # A row lock may have made this wait for somebody else's change: then it is no longer the version that was seen.
    session.expire_all()
    note = _found(session, number)
    if changed.rowcount == 0:
        raise _conflict(note)
    return _stored(note, response)


@router.delete("/{number}", status_code=204, responses=CONDITIONAL)
def remove(number: NoteId, session: Database, if_match: IfMatch = None) -> None:
    version = _seen(session, number, if_match).version
    session.expunge_all()
    if session.execute(delete(Note).where(Note.id == number, Note.version == version)).rowcount == 0:
        raise _conflict(_found(session, number))
