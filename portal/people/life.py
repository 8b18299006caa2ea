"""The page of an organisation's life: its code with its source, its mailbox, its end and what follows."""

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
from tasks.people.organisations import OrganisationCode, correct_mailbox, end_organisation, give_code, succeed

router = APIRouter(prefix="/people/organisations/{organisation}/life")


@router.get("")
def show(request: Request, organisation: str, _: Keeper) -> Response:
    """Show the code, mailbox, days and successor of an organisation, with a form for each."""
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
    title, status = f"Code, mailbox, end and successor of {row.name}", 422 if mistakes else 200
    return page(request, "organisation_life", title, status=status, mistakes=mistakes, back="/people", **facts)


@router.post("")
def change(request: Request, organisation: str, visitor: Keeper, form: Form) -> Response:
    """Keep a code, a successor or an end, each with its day, or a shared mailbox."""
    by, what = acting(visitor, Act.KEEP_PEOPLE), text_of(form, "act")
    if what not in _CHANGES:
        raise HTTPException(404)
    try:
        with transaction() as session:
            _CHANGES[what](session, inspected(session, organisation), form, by)
    except Refusal as refused:
        return _show(request, organisation, refused.mistakes, form)
    return to(f"/people/organisations/{organisation}/life", f"organisation_{what}")


def _code(session: Session, row: Organisation, form: Form, by: str) -> None:
    day = _day(form, "checked", "Enter the day on which you read the code.")
    code = OrganisationCode(text_of(form, "code"), text_of(form, "source"), day)
    give_code(session, row, code, by=by, today=world_today())


def _successor(session: Session, row: Organisation, form: Form, by: str) -> None:
    day = _day(form, "day", "Enter the day from which the other organisation takes its place.")
    chosen = session.get(Organisation, text_of(form, "organisation"))
    # Itself is refused in the same sentence as no choice is.
    succeed(session, row, chosen or row, day, by=by)


def _end(session: Session, row: Organisation, form: Form, by: str) -> None:
    end_organisation(session, row, _day(form, "end", "Enter the day from which the organisation is no more."), by=by)


def _mailbox(session: Session, row: Organisation, form: Form, by: str) -> None:
    correct_mailbox(session, row, text_of(form, "mailbox"), by=by)


def _day(form: Form, field: str, sentence: str) -> date:
    """Return the day of a field, or refuse the form in a sentence."""
    day = date_of(form, field)
    if day is None:
        raise Refusal(sentence, field=field)
    return day


_CHANGES = {"code": _code, "successor": _successor, "end": _end, "mailbox": _mailbox}
