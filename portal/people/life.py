"""The page of an organisation's life: its code with its source, the day it ends, and what takes its place."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session, select
from starlette.exceptions import HTTPException

from models.england import world_today
from models.refusals import Mistake, Refusal
from models.roles import Act
from models.tables import Organisation
from portal.pages.forms import Form, date_of, text_of
from portal.pages.frame import page, to
from portal.pages.session import acting
from portal.people.organisation import inspected
from portal.people.register import Keeper
from tasks.ground.database import transaction
from tasks.people.organisations import OrganisationCode, end_organisation, give_code, succeed

router = APIRouter(prefix="/people/organisations/{organisation}/life")


@router.get("")
def show(request: Request, organisation: str, _: Keeper) -> Response:
    """Show the code, the days and the successor of an organisation, with a form for each."""
    return _show(request, organisation)


def _show(
    request: Request,
    organisation: str,
    mistakes: tuple[Mistake, ...] = (),
    entered: Mapping[str, Any] | None = None,
) -> Response:
    with transaction() as session:
        row = inspected(session, organisation)
        same = select(Organisation).where(Organisation.kind == row.kind, Organisation.id != row.id)
        others = list(session.exec(same.order_by(Organisation.name, Organisation.id)))
        before = [each for each in others if each.successor_id == row.id]
    facts: dict[str, Any] = {
        "row": row,
        "others": others,
        "before": before,
        "successor": next((each for each in others if each.id == row.successor_id), None),
        "today": world_today(),
        "entered": entered or {},
    }
    title, status = f"Code, end and successor of {row.name}", 422 if mistakes else 200
    return page(request, "organisation_life", title, status=status, mistakes=mistakes, back="/people", **facts)


@router.post("")
def change(request: Request, organisation: str, visitor: Keeper, form: Form) -> Response:
    """Keep a code, a successor or an end, each with its day."""
    by, what = acting(visitor, Act.KEEP_PEOPLE), text_of(form, "act")
    if what not in _CHANGES:
        raise HTTPException(404)
    field, sentence = _DAYS[what]
    day = date_of(form, field)
    if day is None:
        return _show(request, organisation, (Mistake(field, sentence),), form)
    try:
        with transaction() as session:
            _CHANGES[what](session, inspected(session, organisation), day, form, by)
    except Refusal as refused:
        return _show(request, organisation, refused.mistakes, form)
    return to(f"/people/organisations/{organisation}/life", f"organisation_{what}")


def _code(session: Session, row: Organisation, day: date, form: Form, by: str) -> None:
    give_code(
        session, row, OrganisationCode(text_of(form, "code"), text_of(form, "source"), day), by=by, today=world_today()
    )


def _successor(session: Session, row: Organisation, day: date, form: Form, by: str) -> None:
    chosen = session.get(Organisation, text_of(form, "organisation"))
    # Itself is refused in the same sentence as no choice is.
    succeed(session, row, chosen or row, day, by=by)


def _end(session: Session, row: Organisation, day: date, _: Form, by: str) -> None:
    end_organisation(session, row, day, by=by)


_CHANGES = {"code": _code, "successor": _successor, "end": _end}
_DAYS = {
    "code": ("checked", "Enter the day on which you read the code."),
    "successor": ("day", "Enter the day from which the other organisation takes its place."),
    "end": ("end", "Enter the day from which the organisation is no more."),
}
