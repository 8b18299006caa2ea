"""Whose records each inspectorate sees in an inspection: read by the team, narrowed by its lead inspector."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from models.lifecycle import ENDED
from models.refusals import Mistake
from models.roles import Act
from models.tables import Inspection
from models.words import plain
from portal.pages.forms import Form, text_of, texts_of
from portal.pages.frame import page, to
from portal.pages.reader import reader_for
from portal.pages.session import Inspector, NotTheirsError, Visitor, member_who_may
from tasks.ground.database import transaction
from tasks.ledger.themes import theme_of
from tasks.reading.visibility import (
    SightRefusedError,
    decisions_on_sight,
    kinds_seen,
    narrow,
    sight,
)

router = APIRouter(prefix="/inspections/{ref}/visibility")


def who_sees_all(ref: str, member: Inspector) -> Visitor:
    """Return a member of the team from whom no agency's records are kept back.

    Raises:
        NotTheirsError: for others a page that lays records of several agencies next to each other does not exist.
    """
    with transaction() as session:
        if reader_for(session, ref, member).kinds is not None:
            raise NotTheirsError
    return member


SeesAll = Annotated[Visitor, Depends(who_sees_all)]
"""Sees children by the records of all agencies at once."""


@router.get("")
def show(request: Request, ref: str, _: Inspector) -> Response:
    """Show whose records each inspectorate sees."""
    return _show(request, ref)


def _show(request: Request, ref: str, mistakes: tuple[Mistake, ...] = ()) -> Response:
    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
        theme_ = theme_of(inspection)
        most = {name: kinds_seen(theme_, name) or frozenset(theme_.in_scope) for name in theme_.inspectorates}
        facts: dict[str, Any] = {"seen": sight(session, ref), "decisions": decisions_on_sight(session, ref)}
    facts |= {
        "inspection": inspection,
        "kinds": [(kind, plain(kind).capitalize()) for kind in theme_.in_scope],
        "most": most,
        "ended": inspection.stage in ENDED,
    }
    status = 422 if mistakes else 200
    return page(request, "sight", "Who sees whose records", status=status, mistakes=mistakes, **facts)


@router.post("")
def decide(
    request: Request, ref: str, member: Annotated[Visitor, Depends(member_who_may(Act.NARROW_SIGHT))], form: Form
) -> Response:
    """Narrow what one inspectorate sees, or take that back."""
    try:
        with transaction() as session:
            narrow(session, ref, text_of(form, "inspectorate"), texts_of(form, "kinds"), by=member.by)
    except SightRefusedError as refused:
        return _show(request, ref, (Mistake("kinds", str(refused)),))
    return to(f"/inspections/{ref}/visibility", "sight")
