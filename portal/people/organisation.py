"""The page of one organisation: its controller, its data protection contact, and the agreement or notice in force."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session
from starlette.exceptions import HTTPException

from models.england import world_today
from models.legal_bases import ITEM_LABELS, ItemKind
from models.refusals import Mistake, Refusal
from models.roles import Act
from models.states import Instrument
from models.tables import Organisation
from portal.pages.forms import Form, date_of, text_of
from portal.pages.frame import page, to
from portal.pages.session import acting
from portal.people.register import Keeper
from tasks.basis.holding import held_agencies
from tasks.basis.recording import EnteredSharing, record_sharing
from tasks.basis.standing import history, organisation_standing, sentences
from tasks.ground.database import transaction
from tasks.inspection.releasing import look_again_at
from tasks.people.organisations import NOT_INSPECTED, people_of

router = APIRouter(prefix="/people/organisations/{organisation}")

INSTRUMENTS = {
    Instrument.NOTICE: "A notice of the inspectorates, where a duty in law reaches the organisation",
    Instrument.AGREEMENT: "A data sharing agreement that both controllers have signed",
}


def inspected(session: Session, organisation: str) -> Organisation:
    """Return an organisation that is inspected or asked for data, by its id.

    Raises:
        HTTPException: there is none, or it is an inspectorate or oversees them.
    """
    row = session.get(Organisation, organisation)
    if row is None or row.kind in NOT_INSPECTED:
        raise HTTPException(404)
    return row


@router.get("")
def show(request: Request, organisation: str, _: Keeper) -> Response:
    """Show on what the organisation hands over data, with what is missing and the records of before."""
    return _show(request, organisation)


def _show(
    request: Request,
    organisation: str,
    mistakes: tuple[Mistake, ...] = (),
    entered: Mapping[str, Any] | None = None,
) -> Response:
    today = world_today()
    with transaction() as session:
        body = inspected(session, organisation)
        standing = organisation_standing(session, body, today)
        facts: dict[str, Any] = {
            "body": body,
            "records": history(session, body.id),
            "lacking": sentences(standing.lacks, standing.sharing),
            "bases": [(ITEM_LABELS[item], standing.bases[item]) for item in ItemKind],
            "people": people_of(session, body.id),
            "held": [inspection for inspection, _ in held_agencies(session, body.id)],
            "instruments": INSTRUMENTS,
            "today": today,
            "entered": entered or {},
        }
    title = f"Data protection of {body.name}"
    status = 422 if mistakes else 200
    return page(request, "organisation", title, status=status, mistakes=mistakes, back="/people", **facts)


@router.post("")
def enter(request: Request, organisation: str, visitor: Keeper, form: Form) -> Response:
    """Keep a new record; requests that waited for it go out."""
    chosen = text_of(form, "instrument")
    # A last day that does not exist must not be kept as none: the agreement would then never end.
    has_end = any(text_of(form, f"until_day-{part}") for part in ("day", "month", "year"))
    entered = EnteredSharing(
        controller=text_of(form, "controller"),
        contact=text_of(form, "contact"),
        instrument=Instrument(chosen) if chosen in set(Instrument) else None,
        title=text_of(form, "title"),
        from_day=date_of(form, "from_day"),
        until_day=date_of(form, "until_day"),
    )
    if has_end and entered.until_day is None:
        return _show(request, organisation, (Mistake("until_day", "Enter a last day that exists, or none."),), form)
    try:
        with transaction() as session:
            body = inspected(session, organisation)
            record_sharing(session, body, entered, by=acting(visitor, Act.KEEP_PEOPLE))
            look_again_at(session, body)
    except Refusal as refused:
        return _show(request, organisation, refused.mistakes, form)
    return to(f"/people/organisations/{organisation}")
