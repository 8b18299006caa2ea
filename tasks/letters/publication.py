"""From findings to the published letter and the written statement: each step is owed, done and recorded once."""

from datetime import datetime

from sqlmodel import Session, select

from models.actors import inspectorate
from models.england import ENGLAND
from models.events import Event, Owed
from models.ids import LetterSubject, agency_id, agency_name
from models.lifecycle import Stage
from models.refusals import Refusal
from models.states import LetterStatus, ReadyFor
from models.tables import Agency, Inspection, Letter, Statement
from models.timetable import add_working_days, deadline
from models.words import long, noun, plain
from tasks.assuring.readiness import readiness
from tasks.assuring.saying import owe_draft
from tasks.findings.comments import corrections_of
from tasks.ground.database import transaction
from tasks.inspection.days import day_of
from tasks.ledger import audit
from tasks.ledger.outbox import tell
from tasks.ledger.rows import inspection_of
from tasks.ledger.themes import theme_of
from tasks.ledger.work import is_underway, owe
from tasks.letters.gathering import needs_statement


class PublicationRefusedError(Refusal):
    """A step towards publication cannot be taken now; the message says what is missing."""


def ask_for_draft(ref: str) -> None:
    """Record that a new draft of the letter is owed, because a person asks for one.

    Raises:
        PublicationRefusedError: the inspection is not at a stage with drafts, or its findings are not ready.
    """
    with transaction() as session:
        inspection = inspection_of(session, ref, lock=True)
        if inspection.stage not in {Stage.FINDINGS_DRAFTING, Stage.FACTUAL_ACCURACY}:
            raise PublicationRefusedError(
                f"A draft is compiled after fieldwork. This inspection is {plain(inspection.stage)}."
            )
        _check_undecided(session, ref, LetterStatus.PRE_PUBLICATION)
        _check_ready(session, inspection, ReadyFor.DRAFT)
        made = session.exec(select(Letter).where(Letter.inspection == ref, Letter.status == LetterStatus.DRAFT)).all()
        owe_draft(session, ref, len(made) + 1)


def close_accuracy(ref: str, *, by: str) -> None:
    """Close the check of facts; the pre-publication letter is owed from then on.

    Raises:
        PublicationRefusedError: the check is not open or is closed already, comments wait for a decision, or findings
            and letter are not ready for publication.
    """
    with transaction() as session:
        inspection = inspection_of(session, ref, lock=True)
        if inspection.stage != Stage.FACTUAL_ACCURACY:
            raise PublicationRefusedError(f"The draft letter of {ref} is not being checked now.")
        _check_undecided(session, ref, LetterStatus.PRE_PUBLICATION)
        waiting = sum(1 for row in corrections_of(session, ref) if row.outcome is None)
        if waiting:
            raise PublicationRefusedError(
                f"{waiting} {noun(waiting, 'comment waits', 'comments wait')} for a decision on the portal."
            )
        _check_ready(session, inspection, ReadyFor.PUBLICATION)
        facts = {"comments": len(corrections_of(session, ref))}
        audit.append(session, ref, actor=inspectorate(by), action="accuracy.closed", subject=ref, facts=facts)
        owe(session, Owed.COMPILE_LETTER, str(LetterSubject(ref, LetterStatus.PRE_PUBLICATION, 1)), ref)
        tell(session, Event.ACCURACY_CLOSED, ref, ref)


def publish(ref: str, *, needed: bool | None, by: str) -> None:
    """Determine whether and by when a written statement is needed; the published letter is owed from then on.

    Args:
        ref: the inspection.
        needed: the determination; None follows the findings: needed where there is a priority action.
        by: who publishes.

    Raises:
        PublicationRefusedError: the letter is not ready or somebody's turn is left, publication is decided already, an
            address that the law requires is not recorded, or the day of publication has not come.
    """
    with transaction() as session:
        inspection = inspection_of(session, ref, lock=True)
        if inspection.stage != Stage.PRE_PUBLICATION:
            raise PublicationRefusedError(
                f"The letter of {ref} is published after the facts are checked. "
                f"The inspection is {plain(inspection.stage)}."
            )
        _check_undecided(session, ref, LetterStatus.PUBLISHED)
        # By the calendar in England: in summer, for an hour after midnight, the day in UTC is still the day before.
        today = inspection.now().astimezone(ENGLAND).date()
        planned = day_of(session, ref, "publication")
        if today < planned:
            raise PublicationRefusedError(f"The letter can be published on {long(planned)}, and not before.")
        _check_addresses(session, inspection)
        _check_ready(session, inspection, ReadyFor.PUBLICATION)
        decided = needs_statement(session, ref) if needed is None else needed
        # The working days count from receipt, which is the day of publication (regulation 4 of SI 2015/1792).
        theme_ = theme_of(inspection)
        days = next(step.working_days for step in theme_.timetable.steps if step.step == "statement_due")
        statement = _statement(session, inspection, decided, deadline(theme_, add_working_days(today, days)))
        session.add(statement)
        facts = {"statement_needed": decided, "due": statement.due_at.date().isoformat(), "published": str(today)}
        audit.append(session, ref, actor=inspectorate(by), action="letter.publish", subject=ref, facts=facts)
        owe(session, Owed.COMPILE_LETTER, str(LetterSubject(ref, LetterStatus.PUBLISHED, 1)), ref)


_DECIDED = {
    LetterStatus.PRE_PUBLICATION: "The check of facts of {} is closed already, and the letter that follows is owed.",
    LetterStatus.PUBLISHED: "Publication of {} is decided already, and the published letter is owed.",
}


def _check_undecided(session: Session, ref: str, status: LetterStatus) -> None:
    """Refuse a step that is decided: until its letter is made, the stage alone does not say so.

    Raises:
        PublicationRefusedError: it is.
    """
    if is_underway(session, Owed.COMPILE_LETTER, str(LetterSubject(ref, status, 1))):
        raise PublicationRefusedError(_DECIDED[status].format(ref))


def _check_ready(session: Session, inspection: Inspection, purpose: ReadyFor) -> None:
    """Refuse a letter whose findings are not ready, with whose turn it is.

    Raises:
        PublicationRefusedError: somebody's turn is left.
    """
    state = readiness(session, inspection, purpose)
    if not state.is_ready:
        raise PublicationRefusedError(state.sentence)


def _check_addresses(session: Session, inspection: Inspection) -> None:
    kinds = theme_of(inspection).letter.recipients
    agencies = session.exec(select(Agency).where(Agency.inspection == inspection.ref).order_by(Agency.id))
    recipients = [agency for agency in agencies if agency.kind in kinds]
    lacking = [
        f"{agency.name} ({agency_name(agency.id)})"
        for agency in recipients
        if not (agency.postal_address and agency.web_address)
    ]
    if lacking:
        raise PublicationRefusedError(
            f"The law requires the postal and web address of every recipient in the letter. Record those of "
            f"{', '.join(lacking)} with record-recipient, then publish."
        )


def _statement(session: Session, inspection: Inspection, needed: bool, due: datetime) -> Statement:
    authority = session.get_one(Agency, agency_id(inspection.ref, "local_authority"))
    statement = session.get(Statement, inspection.ref) or Statement(
        inspection=inspection.ref, needed=needed, principal_authority=authority.name, due_at=due
    )
    statement.needed, statement.due_at = needed, due
    return statement
