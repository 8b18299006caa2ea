"""How the agencies of the rehearsal answer what the story does not tell of one by one."""

from datetime import date
from typing import TYPE_CHECKING

from sqlmodel import select

from deployments.demo.returns import file_of
from deployments.demo.watch import REF, clock, settled, until
from models.ids import agency_kind, within
from models.lifecycle import RequestState
from models.returns import EVALUATION
from models.tables import Request
from tasks.ground.database import transaction

if TYPE_CHECKING:
    from deployments.demo.story import Story

TOLD = ("la-da", "pol-1", "pro-1", "hea-1")
"""The returns of which the story tells one by one; all others come in one step."""
NOT_HELD = ("health", "HEA-2")
"""What an agency of the kind holds none of: here, the ambulance service keeps the attendances of all."""


def returns_asked() -> list[Request]:
    """Return the requests for returns, without the evaluations."""
    with transaction() as session:
        query = select(Request).where(Request.inspection == REF, Request.return_code != EVALUATION).order_by(Request.id)
        return list(session.exec(query))


def all_others_send(story: "Story") -> str:
    """Everybody sends what else they are asked for; one agency says that it holds no such records."""
    others = [each for each in returns_asked() if within(REF, each.id) not in TOLD]
    if any(each.state == RequestState.ISSUED for each in others):
        clock(date(2025, 2, 27), 11)
    for each in others:
        if each.state == RequestState.ISSUED:
            _answer(story, each)
    for each in others:
        code = within(REF, each.id)
        until(f"{code} has its verdict", lambda code=code: settled(code))  # type: ignore[misc]
    nil = sum(each.state == RequestState.NIL_DECLARED for each in returns_asked())
    return f"{len(others)} returns of {len({each.agency_id for each in others})} agencies, {nil} of them nil"


def _answer(story: "Story", request_: Request) -> None:
    kind, page = agency_kind(request_.agency_id), f"/requests/{request_.id}"
    if (kind, request_.return_code) == NOT_HELD:
        declared = {"declare": "yes", "reason": "held_elsewhere"}
        story.person(kind).submit(f"{page}/nil", f"{page}/nil", declared)
    else:
        story.person(kind).upload(request_.id, file_of(story.folder / "clean", kind, request_.return_code))
