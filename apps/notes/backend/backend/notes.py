"""`/api/notes`: create, list, search, read, change, delete.

A note has a version, which is its ETag. Whoever changes or deletes one says by If-Match which version they have seen; if
somebody else was quicker, they get 412 with the note as it is now.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, StringConstraints, field_validator
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from backend.database import TEXT_LENGTH, TITLE_LENGTH, Note
from backend.errors import Problem, ProblemError

LARGEST_ID = 2**63 - 1
EPOCH = datetime(1970, 1, 1)  # as the columns hold times
NO_NUL = r"^[^\x00]*$"
NO_NUL_BUT_A_SIGN = r"^[^\x00]*[^\s\x00][^\x00]*$"


class Draft(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    title: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=TITLE_LENGTH, pattern=NO_NUL_BUT_A_SIGN)
    ]
    text: Annotated[str, StringConstraints(max_length=TEXT_LENGTH, pattern=NO_NUL)]


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
    next: str | None


class Conflict(Problem):
    current: Stored


def _session(request: Request) -> Iterator[Session]:
    with Session(request.app.state.engine) as session, session.begin():
        yield session


# It ends with the function, not with the request: what is answered is committed.
Database = Annotated[Session, Depends(_session, scope="function")]
NoteId = Annotated[int, Path(description="The note's id")]
IfMatch = Annotated[str | None, Header(description='The ETag of the version that was seen, such as "3"; required')]
Cursor = Annotated[str | None, Query(pattern=r"^[0-9]{1,16}-[0-9]{1,18}$", description="The `next` of the page before")]
Responses = dict[int | str, dict[str, Any]]
ETAG = {"headers": {"ETag": {"description": "The note's version", "required": True, "schema": {"type": "string"}}}}
MISSING: Responses = {404: {"model": Problem, "description": "There is no such note"}}
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


def _found(session: Session, number: int, *, lock: bool = False) -> Note:
    note = session.get(Note, number, with_for_update=lock or None) if abs(number) <= LARGEST_ID else None
    if note is None:
        raise ProblemError(404, "not_found", f"there is no note {number}")
    return note


def _seen(session: Session, number: int, if_match: str | None) -> Note:
    """The note, locked, if its present version is the one that the caller has seen."""
    if if_match is None:
        raise ProblemError(428, "precondition_required", "say by If-Match which version you have seen")
    note = _found(session, number, lock=True)
    if if_match != _etag(note):
        current = _stored(note).model_dump(mode="json")
        raise ProblemError(412, "changed", "somebody else has changed this note meanwhile", current=current)
    return note


def _cursor(note: Note) -> str:
    return f"{(note.changed_at - EPOCH) // timedelta(microseconds=1)}-{note.id}"


@router.post("", status_code=201, responses={201: ETAG})
def create(draft: Draft, session: Database, response: Response) -> Stored:
    note = Note(title=draft.title, text=draft.text)
    session.add(note)
    session.flush()
    return _stored(note, response)


@router.get("")
def page(
    session: Database,
    search: Annotated[str, Query(max_length=TITLE_LENGTH, pattern=NO_NUL)] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    before: Cursor = None,
) -> Page:
    """Newest change first, those that hold the search in title or text; `next` is the `before` of the following page, or null."""
    query = select(Note).order_by(Note.changed_at.desc(), Note.id.desc()).limit(limit + 1)
    if search:
        query = query.where(or_(*(column.icontains(search, autoescape=True) for column in (Note.title, Note.text))))
    if before is not None:
        microseconds, number = map(int, before.split("-"))
        time = EPOCH + timedelta(microseconds=microseconds)
        query = query.where(Note.changed_at <= time, or_(Note.changed_at < time, Note.id < number))
    found = session.scalars(query).all()
    shown = found[:limit]
    return Page(notes=[_stored(note) for note in shown], next=_cursor(shown[-1]) if len(found) > limit else None)


@router.get("/{number}", responses=MISSING | {200: ETAG})
def read(number: NoteId, session: Database, response: Response) -> Stored:
    return _stored(_found(session, number), response)


@router.put("/{number}", responses=CONDITIONAL | {200: ETAG})
def change(number: NoteId, draft: Draft, session: Database, response: Response, if_match: IfMatch = None) -> Stored:
    note = _seen(session, number, if_match)
    note.title, note.text, note.version = draft.title, draft.text, note.version + 1
    session.flush()
    return _stored(note, response)


@router.delete("/{number}", status_code=204, responses=CONDITIONAL)
def remove(number: NoteId, session: Database, if_match: IfMatch = None) -> None:
    session.delete(_seen(session, number, if_match))
