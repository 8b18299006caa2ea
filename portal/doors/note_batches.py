"""The door for notes: it takes batches by their writer's pen, and gives nothing back but that they are taken."""

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from models.roles import Act
from models.tables import Person
from portal.pages.attempts import id_of, note_attempt
from portal.pages.bodies import body_of
from portal.pages.session import signed_in_of
from tasks.notes.batches import MOST_BYTES, BatchShapeError
from tasks.notes.pens import is_pen
from tasks.notes.taking import LogTakenError, take
from tasks.people.access import door_for

router = APIRouter()


def has_pen(request: Request, ref: str, person: str) -> None:
    """Refuse whoever has not the writer's pen.

    Raises:
        HTTPException: the pen is missing, or of somebody else or another inspection.
    """
    given = request.headers.get("x-pen", "")
    if not is_pen(ref, person, given):
        if given:
            note_attempt("pen", id_of(Person, person))
        raise HTTPException(401)


@router.post("/api/notes/{ref}/{person}", dependencies=[Depends(has_pen)])
async def take_batch(request: Request, ref: str, person: str) -> Response:
    """Take one batch; 401 without its writer's pen, 422 for what is no batch, 409 where its place is taken.

    No session is needed: words that were typed arrive after a sign-out and after a role has ended. They wait then, and
    the answer is 202, so that the page neither says that they count nor goes on showing them.
    """
    body = await body_of(request, MOST_BYTES)
    return await run_in_threadpool(_take, request, ref, person, body)


def _take(request: Request, ref: str, person: str, body: bytes) -> Response:
    visitor = signed_in_of(request)
    writer = visitor is not None and visitor.person == person and door_for(visitor.doors, Act.RECORD_FINDINGS, ref)
    try:
        take(ref, person, body, signed_in=bool(writer))
    except BatchShapeError:
        return JSONResponse({"taken": False}, 422)
    except LogTakenError:
        return JSONResponse({"taken": False}, 409)
    return JSONResponse({"taken": True}, 200 if writer else 202)
