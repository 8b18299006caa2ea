"""Concerns on another inspectorate's remit: one inspectorate writes, a person of another reads and acknowledges."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import col, select

from models.refusals import Mistake, NothingThereError, Refusal
from models.tables import Inspection, Person, RemitConcern
from portal.pages.forms import Form, text_of
from portal.pages.frame import page, to
from portal.pages.listing import EVERYTHING, ListingColumn, Wanted, answer, arrange, wanted_in
from portal.pages.session import LetterReader, NotTheirsError, Visitor, Writer
from tasks.ground.database import transaction
from tasks.remit.people import body_of, receivers
from tasks.remit.writing import (
    LONGEST,
    NewerWordsError,
    acknowledge_concern,
    concern_for,
    concerns_for,
    remit_refusal,
    withdraw_concern,
    words_of,
    write_concern,
)

router = APIRouter(prefix="/inspections/{ref}/remit")


@router.get("")
def listed(request: Request, ref: str, member: LetterReader) -> Response:
    """Show the concerns that the reader's inspectorate has written, and those that were sent to them."""
    return _listed(request, ref, member, EVERYTHING)


@router.post("")
def some(request: Request, ref: str, member: LetterReader, form: Form) -> Response:
    """Show or download the concerns that are wanted, without their words."""
    return _listed(request, ref, member, wanted_in(form))


def _state(row: RemitConcern) -> str:
    if row.withdrawn_at:
        return "Taken back"
    return "Acknowledged" if row.acknowledged_at else "Sent" if row.sent_at else "Not sent yet"


_COLUMNS: tuple[ListingColumn[RemitConcern], ...] = (
    ListingColumn("from", "From", lambda row: row.from_body, chosen=True),
    ListingColumn("to", "To", lambda row: row.to_body, chosen=True),
    ListingColumn("person", "Whom", lambda row: row.person_id, person=True),
    ListingColumn("state", "State", _state, chosen=True),
    ListingColumn("sent", "Sent", lambda row: row.sent_at),
    ListingColumn("acknowledged", "Acknowledged", lambda row: row.acknowledged_at),
)
_TAGS = {"Taken back": "grey", "Acknowledged": "green", "Sent": "blue", "Not sent yet": "yellow"}


def _listed(request: Request, ref: str, member: Visitor, wanted: Wanted) -> Response:
    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
        rows = concerns_for(session, ref, member.person)
        people = select(Person.id, Person.name).where(col(Person.id).in_({row.person_id for row in rows}))
        facts: dict[str, Any] = {
            "inspection": inspection,
            "names": dict(session.exec(people).all()),
            "body": body_of(session, member.person),
            "refusal": remit_refusal(inspection),
        }
    facts |= {"state_of": _state, "tags": _TAGS, "back": f"/inspections/{ref}/letter"}
    listing, title = arrange(rows, _COLUMNS, wanted), "Concerns on another inspectorate's remit"
    return answer(request, "remit", title, listing, _COLUMNS, **facts)


@router.get("/new")
def new(request: Request, ref: str, member: Writer) -> Response:
    """Show where a concern is written."""
    return _form(request, ref, member, "", {"to": "", "text": "", "seen": "0"})


@router.post("/new")
def add(request: Request, ref: str, member: Writer, form: Form) -> Response:
    """Write a concern; it is sent with the copy before publication, or at once where that is out."""
    return _stored(request, ref, member, "", form)


@router.get("/{remit_concern}")
def show(request: Request, ref: str, remit_concern: str, member: LetterReader) -> Response:
    """Show a concern; the audit has who read it."""
    with transaction() as session:
        row = concern_for(session, ref, remit_concern, member.person)
        inspection = session.get_one(Inspection, ref)
        facts: dict[str, Any] = {
            "inspection": inspection,
            "row": row,
            "to_name": session.get_one(Person, row.person_id).name,
            "text": words_of(session, row, by=member.by),
            "own": body_of(session, member.person) == row.from_body,
            "addressed": row.person_id == member.person,
            "refusal": remit_refusal(inspection),
        }
    title, back = f"Concern of {row.from_body} for {row.to_body}", f"/inspections/{ref}/remit"
    return page(request, "remit_concern", title, back=back, **facts)


@router.get("/{remit_concern}/write")
def edit(request: Request, ref: str, remit_concern: str, member: Writer) -> Response:
    """Show a concern that is not sent, to be written again; the audit has who read it."""
    with transaction() as session:
        row = concern_for(session, ref, remit_concern, member.person)
        text = words_of(session, row, by=member.by)
    return _form(request, ref, member, remit_concern, {"to": row.person_id, "text": text, "seen": str(row.version)})


@router.post("/{remit_concern}/write")
def write(request: Request, ref: str, remit_concern: str, member: Writer, form: Form) -> Response:
    """Save a newer version of a concern that is not sent."""
    return _stored(request, ref, member, remit_concern, form)


@router.post("/{remit_concern}/withdraw")
def withdraw(ref: str, remit_concern: str, member: Writer, _: Form) -> Response:
    """Take back a concern that is not sent."""
    try:
        withdraw_concern(ref, remit_concern, by=member.by)
    except NothingThereError:
        raise NotTheirsError from None
    except Refusal:
        # It was sent meanwhile: its page says so.
        return to(f"/inspections/{ref}/remit/{remit_concern}", "remit_sent")
    return to(f"/inspections/{ref}/remit", "remit_withdrawn")


@router.post("/{remit_concern}/acknowledge")
def acknowledge(ref: str, remit_concern: str, member: LetterReader, _: Form) -> Response:
    """Record that the person to whom a concern was sent has it."""
    acknowledge_concern(ref, remit_concern, by=member.by)
    return to(f"/inspections/{ref}/remit/{remit_concern}", "remit_acknowledged")


def _stored(request: Request, ref: str, member: Visitor, identity: str, form: Any) -> Response:
    given = {"to": text_of(form, "to"), "text": text_of(form, "text"), "seen": text_of(form, "seen")}
    seen = int(given["seen"]) if given["seen"].isdecimal() else 0
    try:
        kept = write_concern(ref, identity, given["to"], given["text"], follows=seen, by=member.by)
    except NothingThereError:
        raise NotTheirsError from None
    except NewerWordsError as newer:
        mistakes = tuple(Mistake("text", each.text) for each in newer.mistakes)
        return _form(request, ref, member, identity, {**given, "seen": str(newer.version)}, mistakes, newer=True)
    except Refusal as refused:
        mistakes = tuple(Mistake(each.field or "text", each.text) for each in refused.mistakes)
        return _form(request, ref, member, identity, given, mistakes)
    return to(f"/inspections/{ref}/remit/{kept}", "remit_written")


def _form(
    request: Request,
    ref: str,
    member: Visitor,
    identity: str,
    given: dict[str, str],
    mistakes: tuple[Mistake, ...] = (),
    *,
    newer: bool = False,
) -> Response:
    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
        body = body_of(session, member.person)
        other = ""
        if newer:
            other = words_of(session, concern_for(session, ref, identity, member.person), by=member.by)
        facts: dict[str, Any] = {
            "inspection": inspection,
            "identity": identity,
            "body": body,
            "receivers": receivers(session, ref, body),
            "given": given,
            "other": other,
            "refusal": remit_refusal(inspection),
            "longest": LONGEST,
        }
    status, back = 422 if mistakes else 200, f"/inspections/{ref}/remit"
    title = "Write a concern on another inspectorate's remit"
    return page(request, "remit_write", title, status=status, mistakes=mistakes, back=back, **facts)
