"""From findings to the published letter: each step is owed, done and recorded once."""

from datetime import date

from sqlmodel import Session, select

from models.actors import inspectorate
from models.england import ENGLAND
from models.events import Event, Owed
from models.ids import LetterSubject, agency_name
from models.lifecycle import Stage, at_stage
from models.refusals import Refusal
from models.settings import settings
from models.states import LetterStatus, ReadyFor
from models.tables import Agency, Inspection, Letter, Statement
from models.timetable import deadline
from models.words import joined, long, plural
from tasks.accuracy.comments import corrections_of
from tasks.accuracy.replies import tell_replies
from tasks.accuracy.replying import in_the_way
from tasks.assuring.readiness import readiness
from tasks.assuring.saying import owe_draft
from tasks.drafting.checking import marked_paragraphs
from tasks.ground.database import transaction
from tasks.inspection.days import day_of
from tasks.ledger import audit
from tasks.ledger.outbox import tell
from tasks.ledger.rows import inspection_of
from tasks.ledger.themes import theme_of
from tasks.ledger.work import is_underway, owe
from tasks.letters.determination import determination_page, usual_due
from tasks.people.letter_people import addressees_of, signatory_of


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
                f"A draft is compiled after fieldwork. This inspection is {at_stage(inspection.stage)}."
            )
        _check_undecided(session, ref, LetterStatus.PRE_PUBLICATION)
        _check_ready(session, inspection, ReadyFor.DRAFT)
        made = session.exec(select(Letter).where(Letter.inspection == ref, Letter.status == LetterStatus.DRAFT)).all()
        owe_draft(session, ref, len(made) + 1)


def close_accuracy(ref: str, *, by: str) -> None:
    """Close the check of facts; agencies have the replies and the pre-publication letter is owed from then on.

    Raises:
        PublicationRefusedError: the check is not open or is closed already, a comment waits for its reply, what was
            accepted is undone, or findings and letter are not ready for publication.
    """
    with transaction() as session:
        inspection = inspection_of(session, ref, lock=True)
        if inspection.stage != Stage.FACTUAL_ACCURACY:
            raise PublicationRefusedError(f"The draft letter of {ref} is not being checked now.")
        _check_undecided(session, ref, LetterStatus.PRE_PUBLICATION)
        _check_comments(session, ref)
        _check_ready(session, inspection, ReadyFor.PUBLICATION)
        facts = {"comments": len(corrections_of(session, ref))}
        audit.append(session, ref, actor=inspectorate(by), action="accuracy.closed", subject=ref, facts=facts)
        owe(session, Owed.COMPILE_LETTER, str(LetterSubject(ref, LetterStatus.PRE_PUBLICATION, 1)), ref)
        tell_replies(session, inspection)
        tell(session, Event.ACCURACY_CLOSED, ref, ref)


def publish(ref: str, *, by: str) -> None:
    """Decide that the letter is published today; the published letter is owed from then on.

    Raises:
        PublicationRefusedError: the letter is not ready or somebody's turn is left, publication is decided already, the
            written statement is not determined, an address or a person that the letter needs is not recorded, or the
            day has not come.
    """
    with transaction() as session:
        inspection = inspection_of(session, ref, lock=True)
        if inspection.stage != Stage.PRE_PUBLICATION:
            raise PublicationRefusedError(
                f"The letter of {ref} is published after the facts are checked. "
                f"The inspection is {at_stage(inspection.stage)}."
            )
        _check_undecided(session, ref, LetterStatus.PUBLISHED)
        # By the calendar in England: in summer, for an hour after midnight, the day in UTC is still the day before.
        today = inspection.now().astimezone(ENGLAND).date()
        planned = day_of(session, ref, "publication")
        if today < planned:
            raise PublicationRefusedError(f"The letter can be published on {long(planned)}, and not before.")
        statement = session.get(Statement, ref)
        if statement is None or not statement.decided_by:
            raise PublicationRefusedError(
                "Nobody has determined yet whether the area must make a written statement. The lead inspector proposes "
                f"it at {determination_page(ref)}, and the programme manager confirms it."
            )
        if statement.needed and statement.due_reason and statement.due_day <= today:
            raise PublicationRefusedError(
                f"The written statement would be due by {long(statement.due_day)}, which is over. "
                f"Determine another day at {determination_page(ref)}, then publish."
            )
        _check_comments(session, ref)
        check_can_leave(session, inspection, today)
        # The working days count from receipt, which is the day of publication (regulation 4 of SI 2015/1792).
        if not statement.due_reason:
            statement.due_at = deadline(theme_of(inspection), usual_due(session, inspection, today))
        statement.published_on = today
        session.add(statement)
        due = statement.due_day.isoformat()
        facts = {"statement_needed": statement.needed, "due": due, "published": str(today)}
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


def _check_comments(session: Session, ref: str) -> None:
    """Refuse a step while a comment waits for its reply, or what was accepted stands in the letter no more.

    Raises:
        PublicationRefusedError: one does; the sentences say what to do.
    """
    if sentences := in_the_way(session, ref):
        raise PublicationRefusedError(" ".join(sentences))


def _check_ready(session: Session, inspection: Inspection, purpose: ReadyFor) -> None:
    """Refuse a letter whose findings are not ready, with whose turn it is, or that could tell who a child is.

    Raises:
        PublicationRefusedError: somebody's turn is left, or a paragraph is to be changed or passed.
    """
    state = readiness(session, inspection, purpose)
    if not state.is_ready:
        raise PublicationRefusedError(state.sentence)
    if marked := marked_paragraphs(session, inspection.ref):
        where = settings().at_portal(f"/inspections/{inspection.ref}/draft/{marked[0]}")
        raise PublicationRefusedError(
            f"The draft could tell who a child is, in {plural(len(marked), 'paragraph')}: {joined(marked)}. "
            f"Open {where} and save the paragraph again: its page shows what to change, or whom to ask."
        )


def check_can_leave(session: Session, inspection: Inspection, today: date) -> None:
    """Check that a letter can leave today: who sends and who receives it is recorded, and nobody's turn is left.

    Raises:
        PublicationRefusedError: an address that the law requires is not recorded, nobody is addressed, nobody signs, or
            somebody's turn is left.
    """
    _check_addresses(session, inspection)
    _check_people(session, inspection, today)
    _check_ready(session, inspection, ReadyFor.PUBLICATION)


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


def _check_people(session: Session, inspection: Inspection, today: date) -> None:
    lacking = [] if addressees_of(session, inspection.ref) else ["the people to whom it is addressed"]
    bodies = () if inspection.rehearsal else theme_of(inspection).inspectorates
    lacking += [f"who signs for {body}" for body in bodies if signatory_of(session, body, today) is None]
    if lacking:
        where = settings().at_portal(f"/inspections/{inspection.ref}/addressees")
        raise PublicationRefusedError(f"The letter lacks {joined(lacking)}. Enter them at {where}, then publish.")
