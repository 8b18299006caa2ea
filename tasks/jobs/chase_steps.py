"""Chases what inspectors, the manager and agencies owe after fieldwork: draft, comments, publication and statement."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, select

from models.england import ENGLAND
from models.ids import once_key
from models.lifecycle import RequestState, Stage
from models.tables import Agency, Inspection, Statement
from models.themes import Rung, Theme
from models.timetable import deadline
from models.words import joined, moment
from tasks.accuracy.comments import corrections_of
from tasks.inspection.days import day_of
from tasks.jobs.ladder import rung_for
from tasks.ledger.themes import theme_of
from tasks.letters.owed_statement import owed_by
from tasks.people.notices import write_notice
from tasks.publishing.recipients import counting_letter, due_day, duties


@dataclass(frozen=True, slots=True)
class OwedStep:
    """A step of the timetable that somebody owes for as long as an inspection is in a stage.

    Attributes:
        stage: in which the step has not been taken yet.
        step: of the timetable, by whose end it is due.
        what: what is owed, in words.
    """

    stage: Stage
    step: str
    what: str


OWED_STEPS = (
    OwedStep(Stage.FINDINGS_DRAFTING, "draft_report", "The draft letter"),
    OwedStep(Stage.FACTUAL_ACCURACY, "pre_publication", "The letter before it is published"),
    OwedStep(Stage.PRE_PUBLICATION, "publication", "Publication of the letter"),
)
COMMENTS_DUE = "factual_accuracy_due"


def chase_steps(session: Session, inspection: Inspection) -> list[tuple[str, str]]:
    """Write the notices about an inspection's own steps that are due now, each once; return what and which rung.

    Inspectors and the manager owe the steps of `OWED_STEPS`; agencies may comment until a day, and are reminded of it;
    once that is over, the lead inspector owes a reply to each comment. The council owes the statement.
    """
    done = [
        chased for owed in OWED_STEPS if owed.stage == inspection.stage for chased in _step(session, inspection, owed)
    ]
    if inspection.stage == Stage.FACTUAL_ACCURACY:
        done += _comments(session, inspection)
    if inspection.stage == Stage.STATEMENT_DUE:
        done += _statement(session, inspection)
    return done + _recipients(session, inspection)


def _recipients(session: Session, inspection: Inspection) -> list[tuple[str, str]]:
    """Remind recipients who have not said where they published the letter, and tell the ladder's people later."""
    letter = counting_letter(session, inspection)
    silent = [duty for duty in duties(session, inspection) if duty.published_on is None]
    if letter is None or not silent:
        return []
    day = due_day(letter)
    due = deadline(_theme(inspection), day)
    rung = _rung(inspection, due)
    if rung is None:
        return []
    facts = {"due": moment(due)}
    written = []
    for duty in silent:
        agency = session.get_one(Agency, duty.agency_id)
        once = once_key(agency.id, "publication", f"{day:%Y%m%d}", rung.key)
        written.append(write_notice(session, "publication_reminder", agency, once=once, sign_in=True, facts=facts))
    late = {"what": f"Word from {joined([duty.agency for duty in silent])} of where they published the letter", **facts}
    for role in rung.tells:
        once = once_key(inspection.ref, "recipients", f"{day:%Y%m%d}", rung.key, role)
        written.append(write_notice(session, "step_overdue", role, once=once, inspection=inspection.ref, facts=late))
    return [("Publication by the recipients", rung.key)] if any(written) else []


def _rung(inspection: Inspection, due: datetime) -> Rung | None:
    now = inspection.now().astimezone(ENGLAND)
    return rung_for(_theme(inspection).chasing, RequestState.ISSUED, now, due.astimezone(ENGLAND), None)


def _theme(inspection: Inspection) -> Theme:
    return theme_of(inspection)


def _step(session: Session, inspection: Inspection, owed: OwedStep) -> list[tuple[str, str]]:
    day = day_of(session, inspection.ref, owed.step)
    due = deadline(_theme(inspection), day)
    rung = _rung(inspection, due)
    if rung is None:
        return []
    facts = {"what": owed.what, "due": moment(due)}
    return _climb(session, inspection, owed.step, day, rung, "lead", facts)


def _climb(
    session: Session, inspection: Inspection, step: str, day: date, rung: Rung, owes: str, facts: dict[str, Any]
) -> list[tuple[str, str]]:
    """Write one rung's notice to whoever owes a step, and to those whom the theme's ladder names besides."""
    kind = "step_reminder" if rung.notice == "reminder" else "step_overdue"
    # A step whose day is moved has a ladder of its own, as the deadline of a return has.
    once = once_key(inspection.ref, step, rung.key, f"{day:%Y%m%d}")
    roles = dict.fromkeys((owes, *rung.tells))
    written = [
        write_notice(session, kind, role, once=once_key(once, role), inspection=inspection.ref, facts=facts)
        for role in roles
    ]
    return [(str(facts["what"]), rung.key)] if any(written) else []


def _comments(session: Session, inspection: Inspection) -> list[tuple[str, str]]:
    day = day_of(session, inspection.ref, COMMENTS_DUE)
    due = deadline(_theme(inspection), day)
    rung = _rung(inspection, due)
    if rung is None:
        return []
    corrections = corrections_of(session, inspection.ref)
    if rung.notice == "reminder":
        return _remind_of_comments(session, inspection, day, due, {row.agency_id for row in corrections})
    waiting = sum(row.outcome is None for row in corrections)
    facts = {"what": "The reply to each comment", "due": moment(due), "waiting": waiting}
    return _climb(session, inspection, COMMENTS_DUE, day, rung, "lead", facts) if waiting else []


def _remind_of_comments(
    session: Session, inspection: Inspection, day: date, due: datetime, commented: set[str]
) -> list[tuple[str, str]]:
    """Remind the agencies that have not commented; they may well have nothing to say."""
    agencies = session.exec(select(Agency).where(Agency.inspection == inspection.ref).order_by(Agency.id))
    written = [
        write_notice(
            session,
            "comments_reminder",
            agency,
            once=once_key(agency.id, "comments", f"{day:%Y%m%d}"),
            sign_in=True,
            facts={"due": moment(due)},
        )
        for agency in agencies
        if agency.id not in commented
    ]
    return [("Comments on the draft letter", "reminder")] if any(written) else []


def _statement(session: Session, inspection: Inspection) -> list[tuple[str, str]]:
    """Remind the council once more, a working day before, and tell the ladder's people when it stays away."""
    statement = session.get(Statement, inspection.ref)
    rung = _rung(inspection, statement.due_at) if statement and statement.needed and not statement.received_at else None
    if statement is None or rung is None:
        return []
    what, facts = "The written statement", {"due": moment(statement.due_at)}
    if rung.notice == "reminder":
        authority = session.get_one(Agency, owed_by(statement))
        once = once_key(inspection.ref, "statement_reminder", "last")
        sent = write_notice(session, "statement_reminder", authority, once=once, sign_in=True, facts=facts)
        return [(what, rung.key)] if sent else []
    written = [
        write_notice(
            session,
            "step_overdue",
            role,
            once=once_key(inspection.ref, "statement", rung.key, role),
            inspection=inspection.ref,
            facts={"what": what, **facts},
        )
        for role in rung.tells
    ]
    return [(what, rung.key)] if any(written) else []
