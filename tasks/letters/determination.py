"""The determination on the written statement: proposed by the lead inspector, confirmed by the programme manager."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlmodel import Session, select

from models.ids import agency_id
from models.lifecycle import Stage, at_stage
from models.refusals import Refusal
from models.settings import settings
from models.tables import Addressee, Agency, Inspection, Statement
from models.timetable import add_working_days, deadline, is_working_day
from tasks.ground.database import transaction
from tasks.inspection.days import day_of
from tasks.ledger import audit
from tasks.ledger.rows import inspection_of
from tasks.ledger.themes import theme_of
from tasks.people.letter_people import addressees_of, body_of
from tasks.people.persons import check_address


class DueReason(StrEnum):
    """Why the statement is due on another day than the regulation's; a reason from the list."""

    URGENT = "A priority action cannot wait so long"
    HOLIDAYS = "The day falls into holidays in the area"
    ELECTION = "An election is held in the area"
    AGREED = "The area and the inspectorates agreed on the day"


class DeterminationError(Refusal):
    """What was determined cannot stand; the sentence says what to change."""


@dataclass(frozen=True, slots=True)
class Determined:
    """What a person determines.

    Attributes:
        needed: whether a written statement is needed.
        authority: an agency's id, or an addressee's: who makes the statement.
        send_to: the address to which it is sent.
        due: the day by which it is due; None for the day that the regulation gives.
        reason: a name of `DueReason` where it is another day.
    """

    needed: bool
    authority: str
    send_to: str = ""
    due: date | None = None
    reason: str = ""


AT = frozenset({Stage.FACTUAL_ACCURACY, Stage.PRE_PUBLICATION})
"""The stages in which it is determined: from the first draft until the letter is published."""


def proposed(session: Session, inspection: Inspection) -> Determined:
    """Return what stands, or where nothing does, what is proposed: a statement by the council."""
    statement = session.get(Statement, inspection.ref)
    if statement is None or not statement.decided_by:
        council = agency_id(inspection.ref, "local_authority")
        return Determined(True, council, theme_of(inspection).letter.statement_to)
    due = statement.due_day if statement.due_reason else None
    chosen = statement.authority_agency or _addressee(session, statement)
    return Determined(statement.needed, chosen, statement.send_to, due, statement.due_reason)


def _addressee(session: Session, statement: Statement) -> str:
    rows = addressees_of(session, statement.inspection)
    return next((row.id for row in rows if in_office(session, row) == statement.principal_authority), "")


def in_office(session: Session, row: Addressee) -> str:
    """Return an addressee by office and body: a letter names the office that answers, and no record a person (L5)."""
    return ", ".join(part for part in (row.office, body_of(session, row)) if part)


def authorities(session: Session, ref: str) -> list[tuple[str, str]]:
    """Return who can be the principal authority, as pairs of id and words: the agencies, then addressees by office."""
    agencies = session.exec(select(Agency).where(Agency.inspection == ref).order_by(Agency.id))
    council = agency_id(ref, "local_authority")
    rows = sorted(agencies, key=lambda row: row.id != council)
    return [(row.id, row.name) for row in rows] + [(r.id, in_office(session, r)) for r in addressees_of(session, ref)]


def usual_due(session: Session, inspection: Inspection, published: date | None = None) -> date:
    """Return the day by which a statement is due where nobody says otherwise, from the day of publication."""
    theme_ = theme_of(inspection)
    days = next(step.working_days for step in theme_.timetable.steps if step.step == "statement_due")
    return add_working_days(published or day_of(session, inspection.ref, "publication"), days)


def determination_refusal(inspection: Inspection, statement: Statement | None) -> str:
    """Return why nothing is determined on the written statement now; an empty text where it can be."""
    if inspection.stage not in AT:
        return (
            "The written statement is determined between the first draft and publication. This inspection is "
            f"{at_stage(inspection.stage)}."
        )
    if statement and statement.published_on:
        return "Publication is decided already, with what was determined."
    return ""


def determine(ref: str, determined: Determined, *, by: str, second: str) -> str:
    """Record the determination, and return in a sentence what it is.

    Raises:
        DeterminationError: it is not the time for it or too late, nobody of the list makes the statement, the address
            is none, or the day is none of work, not after publication, or another than usual without a reason.
    """
    with transaction() as session:
        inspection = inspection_of(session, ref, lock=True)
        statement = session.get(Statement, ref)
        if refusal := determination_refusal(inspection, statement):
            raise DeterminationError(refusal)
        names = dict(authorities(session, ref))
        if determined.authority not in names:
            raise DeterminationError("Choose who makes the statement from the list.", field="authority")
        send_to = check_address(determined.send_to, "send_to") if determined.needed else determined.send_to.strip()
        usual = usual_due(session, inspection)
        due = _due(session, inspection, determined, usual)
        statement = statement or Statement(
            inspection=ref, needed=True, principal_authority="", due_at=deadline(theme_of(inspection), usual)
        )
        of_agency = session.get(Agency, determined.authority) is not None
        statement.needed, statement.send_to = determined.needed, send_to
        statement.principal_authority = names[determined.authority]
        statement.authority_agency = determined.authority if of_agency else None
        statement.due_at = deadline(theme_of(inspection), due)
        statement.due_reason = determined.reason if due != usual else ""
        statement.decided_by, statement.confirmed_by = by, second
        session.add(statement)
        facts = {
            "needed": statement.needed,
            "authority": determined.authority,
            "due": due.isoformat(),
            "reason": statement.due_reason,
            "confirmed_by": second,
        }
        audit.append(session, ref, actor=by, action="statement.determined", subject=ref, facts=facts)
    return f"A written statement is {'' if determined.needed else 'not '}needed"


def _due(session: Session, inspection: Inspection, determined: Determined, usual: date) -> date:
    due = determined.due or usual
    if due == usual:
        return usual
    if due <= day_of(session, inspection.ref, "publication"):
        raise DeterminationError("The statement must be due after the letter is published.", field="due-day")
    if not is_working_day(due):
        raise DeterminationError("The statement must be due on a working day.", field="due-day")
    if determined.reason not in DueReason.__members__:
        raise DeterminationError("Choose why the statement is due on another day than the usual one.", field="reason")
    return due


def determination_page(ref: str) -> str:
    """Return the address of the page on which the lead inspector determines."""
    return settings().at_portal(f"/inspections/{ref}/determination")
