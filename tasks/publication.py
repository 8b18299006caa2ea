"""From findings to the published letter and the written statement: each step owed, compiled once, recorded once."""

from datetime import datetime, timedelta
from pathlib import PurePosixPath

from sqlmodel import Session, select

from models.events import Event, Owed
from models.lifecycle import Stage
from models.settings import settings
from models.tables import Agency, Inspection, Letter, Statement
from models.tables.base import utc_now
from models.themes import theme
from models.timetable import add_working_days, working_days_between
from tasks import audit, store
from tasks.accuracy import corrections_of
from tasks.announce import ENGLAND, deadline
from tasks.canonical import sha256
from tasks.database import transaction
from tasks.findings import findings_of
from tasks.frozen import frame_of
from tasks.ledger import Claim, finish, inspection_of, move_stage, owe, tell
from tasks.letter_facts import facts_of, needs_statement
from tasks.letters import LetterFacts
from tasks.letters import compile as compile_letter
from tasks.notices import write_notice
from tasks.progress import day_of
from tasks.versions import KEEP_DAYS, cohort_in_force

DRAFT, PRE_PUBLICATION, PUBLISHED = "draft", "pre_publication", "published"
STATEMENT_TYPES = (".pdf", ".docx", ".odt")
_ACTOR = "system: compile-findings"
_REMIND_DAYS = 10


class PublicationRefusedError(ValueError):
    """A step towards publication cannot be taken now; the message says what is missing."""


def letter_name(claimed: Claim) -> str:
    """Return what people call the work: the area and which letter."""
    ref, status, number = claimed.subject.rsplit("/", 2)
    with transaction() as session:
        return f"{inspection_of(session, ref).area_name} - {status.replace('_', ' ')} letter v{number}"


def ask_for_draft(ref: str) -> None:
    """Owe a new draft of the letter, because a person asks for one.

    Raises:
        PublicationRefusedError: the inspection is not where drafts are made, or holds no finding.
    """
    with transaction() as session:
        inspection = inspection_of(session, ref, lock=True)
        if inspection.stage not in {Stage.FINDINGS_DRAFTING, Stage.FACTUAL_ACCURACY}:
            raise PublicationRefusedError(
                f"A draft is compiled after fieldwork; this inspection is {inspection.stage.replace('_', ' ')}."
            )
        if not findings_of(session, ref):
            raise PublicationRefusedError("No finding is recorded yet. Record findings on the portal, then try again.")
        made = session.exec(select(Letter).where(Letter.inspection == ref, Letter.status == DRAFT)).all()
        owe(session, Owed.COMPILE_LETTER, f"{ref}/{DRAFT}/{len(made) + 1}", ref)
        # A first draft may have been owed and found nothing to compile; its number is free again.
        _owe_again(session, ref, len(made) + 1)


def _owe_again(session: Session, ref: str, number: int) -> None:
    from models.tables import Work

    work = session.get_one(Work, (Owed.COMPILE_LETTER.value, f"{ref}/{DRAFT}/{number}"))
    if work.state == "done":
        work.state, work.attempts, work.failures, work.owed_at = "owed", 0, 0, utc_now()
        session.add(work)


def compile_owed(claimed: Claim) -> str:
    """Compile one owed letter, store its four formats, and take the step that follows it; safe to repeat."""
    ref, status, number = claimed.subject.rsplit("/", 2)
    with transaction() as session:
        inspection = inspection_of(session, ref)
        if not findings_of(session, ref):
            finish(session, claimed)
            return "no findings are recorded yet"
        frame = frame_of(cohort_in_force(session, ref))
        facts = facts_of(session, inspection, status, frame)
    files = compile_letter(facts)
    keep = utc_now() + timedelta(days=KEEP_DAYS) if status == PUBLISHED else None
    keys = [
        store.put_once(f"letters/{ref}/{status}/{number}/letter-{sha256(data)[:16]}.{kind}", data, keep_until=keep).key
        for kind, data in sorted(files.items())
    ]
    with transaction() as session:
        finish(session, claimed)
        inspection = inspection_of(session, ref, lock=True)
        letter = Letter(inspection=ref, status=status, version=int(number), keys=keys, sha256=sha256(files["pdf"]))
        session.add(letter)
        told = {"status": status, "version": letter.version, "pdf_sha256": letter.sha256}
        audit.append(session, ref, actor=_ACTOR, action="letter.compiled", subject=f"{status}/{number}", facts=told)
        _follow(session, inspection, status, facts)
    return f"{len(facts.findings)} findings"


def _follow(session: Session, inspection: Inspection, status: str, facts: LetterFacts) -> None:
    if status == DRAFT:
        _send_draft(session, inspection)
    elif status == PRE_PUBLICATION and inspection.stage == Stage.FACTUAL_ACCURACY:
        move_stage(session, inspection, Stage.PRE_PUBLICATION, actor=_ACTOR)
        day = day_of(session, inspection.ref, "publication")
        _tell_agencies(session, inspection, "pre_publication", {"publication": f"{day.day} {day:%B %Y}"})
    elif status == PUBLISHED and inspection.stage == Stage.PRE_PUBLICATION:
        _publish(session, inspection, facts)


def _send_draft(session: Session, inspection: Inspection) -> None:
    if inspection.stage == Stage.FINDINGS_DRAFTING:
        move_stage(session, inspection, Stage.FACTUAL_ACCURACY, actor=_ACTOR)
    day = day_of(session, inspection.ref, "factual_accuracy_due")
    _tell_agencies(session, inspection, "draft_letter", {"due": f"{day.day} {day:%B %Y}"})
    tell(session, Event.LETTER_DRAFTED, inspection.ref, inspection.ref)


def _publish(session: Session, inspection: Inspection, facts: LetterFacts) -> None:
    move_stage(session, inspection, Stage.PUBLISHED, actor=_ACTOR)
    tell(session, Event.PUBLISHED, inspection.ref, inspection.ref)
    extra = ""
    if facts.statement_due:
        move_stage(session, inspection, Stage.STATEMENT_DUE, actor=_ACTOR)
        due = facts.statement_due
        extra = f" A written statement by {facts.principal_authority} is due by {due.day} {due:%B %Y}."
    _tell_agencies(session, inspection, "published", {"statement": extra})


def _tell_agencies(session: Session, inspection: Inspection, kind: str, facts: dict[str, str]) -> None:
    for agency in session.exec(select(Agency).where(Agency.inspection == inspection.ref).order_by(Agency.id)):
        write_notice(session, kind, agency, once=f"{agency.id}/{kind}", sign_in=True, facts=facts)


def close_accuracy(ref: str, *, by: str) -> None:
    """Close the check of facts and owe the pre-publication letter.

    Raises:
        PublicationRefusedError: the check is not open, or comments wait for a decision.
    """
    with transaction() as session:
        inspection = inspection_of(session, ref, lock=True)
        if inspection.stage != Stage.FACTUAL_ACCURACY:
            raise PublicationRefusedError(f"The facts of {ref} are not being checked now.")
        waiting = sum(1 for row in corrections_of(session, ref) if row.outcome is None)
        if waiting:
            raise PublicationRefusedError(
                f"{waiting} {'comment waits' if waiting == 1 else 'comments wait'} for a decision on the portal."
            )
        facts = {"comments": len(corrections_of(session, ref))}
        audit.append(session, ref, actor=f"inspectorate: {by}", action="accuracy.closed", subject=ref, facts=facts)
        owe(session, Owed.COMPILE_LETTER, f"{ref}/{PRE_PUBLICATION}/1", ref)
        tell(session, Event.ACCURACY_CLOSED, ref, ref)


def publish(ref: str, *, needed: bool | None, by: str) -> None:
    """Determine whether a written statement is needed, by when, and owe the published letter.

    Args:
        ref: the inspection.
        needed: the determination; None follows the findings: needed where there is a priority action.
        by: who publishes.

    Raises:
        PublicationRefusedError: the letter is not ready, an address that the law wants in it is not recorded, or it is
            not yet the day of publication.
    """
    with transaction() as session:
        inspection = inspection_of(session, ref, lock=True)
        if inspection.stage != Stage.PRE_PUBLICATION:
            raise PublicationRefusedError(
                f"The letter of {ref} is published after the facts are checked; the inspection is "
                f"{inspection.stage.replace('_', ' ')}."
            )
        today = inspection.now().astimezone(ENGLAND).date()
        planned = day_of(session, ref, "publication")
        if today < planned:
            raise PublicationRefusedError(f"The letter is published on {planned:%d/%m/%Y}, not before.")
        _check_addresses(session, inspection)
        decided = needs_statement(session, ref) if needed is None else needed
        statement = _statement(session, inspection, decided, _statement_due(session, inspection))
        session.add(statement)
        facts = {"statement_needed": decided, "due": statement.due_at.date().isoformat(), "published": str(today)}
        audit.append(session, ref, actor=f"inspectorate: {by}", action="letter.publish", subject=ref, facts=facts)
        owe(session, Owed.COMPILE_LETTER, f"{ref}/{PUBLISHED}/1", ref)


def _check_addresses(session: Session, inspection: Inspection) -> None:
    wanted = theme(inspection.theme_id).letter.recipients
    agencies = session.exec(select(Agency).where(Agency.inspection == inspection.ref).order_by(Agency.id))
    lacking = [one.name for one in agencies if one.kind in wanted and not (one.postal_address and one.web_address)]
    if lacking:
        raise PublicationRefusedError(
            f"The law wants the postal and web address of every recipient in the letter. Record those of "
            f"{', '.join(lacking)} with record-recipient, then publish."
        )


def _statement_due(session: Session, inspection: Inspection) -> datetime:
    """Count the theme's working days from receipt, which is the day of publication (regulation 4 of SI 2015/1792)."""
    asked = theme(inspection.theme_id)
    days = next(step.working_days for step in asked.timetable.steps if step.step == "statement_due")
    return deadline(asked, add_working_days(inspection.now().astimezone(ENGLAND).date(), days))


def _statement(session: Session, inspection: Inspection, needed: bool, due: datetime) -> Statement:
    authority = session.get_one(Agency, f"{inspection.ref}/local_authority")
    found = session.get(Statement, inspection.ref) or Statement(
        inspection=inspection.ref, needed=needed, principal_authority=authority.name, due_at=due
    )
    found.needed, found.due_at = needed, due
    return found


def receive_statement(ref: str, *, filename: str, data: bytes, by: str) -> None:
    """Store the written statement, once, with its receipt in the audit chain.

    Raises:
        PublicationRefusedError: none is due, or the file is not of a kind that is read.
    """
    kind = PurePosixPath(filename.replace("\\", "/")).suffix.lower()
    if kind not in STATEMENT_TYPES:
        raise PublicationRefusedError("The selected file must be a PDF, DOCX or ODT file.")
    if not 0 < len(data) <= settings().max_upload_bytes:
        raise PublicationRefusedError("The selected file is empty or too large.")
    with transaction() as session:
        inspection = inspection_of(session, ref, lock=True)
        if inspection.stage != Stage.STATEMENT_DUE:
            raise PublicationRefusedError("No written statement is due from you now.")
        statement = session.get_one(Statement, ref)
        stored = store.put_once(f"statements/{ref}/{sha256(data)[:16]}{kind}", data)
        statement.key, statement.sha256, statement.received_at = stored.key, stored.sha256, inspection.now()
        session.add(statement)
        facts = {"sha256": stored.sha256, "size": stored.size, "late": inspection.now() > statement.due_at}
        move_stage(session, inspection, Stage.STATEMENT_RECEIVED, actor=by, facts=facts)
        tell(session, Event.STATEMENT_RECEIVED, ref, ref)


def chase_statements() -> list[tuple[str, str, str]]:
    """Remind of and chase written statements, each notice once; return inspection, area and what was sent."""
    done = []
    with transaction() as session:
        for statement in session.exec(select(Statement).where(Statement.needed, Statement.received_at == None)):  # noqa: E711
            inspection = inspection_of(session, statement.inspection)
            if inspection.stage != Stage.STATEMENT_DUE:
                continue
            days = working_days_between(
                inspection.now().astimezone(ENGLAND).date(), statement.due_at.astimezone(ENGLAND).date()
            )
            kind = "statement_overdue" if days < 0 else "statement_reminder" if days <= _REMIND_DAYS else None
            if kind:
                authority = session.get_one(Agency, f"{inspection.ref}/local_authority")
                due = f"{statement.due_at.astimezone(ENGLAND):%d %B %Y}"
                once = f"{inspection.ref}/{kind}"
                write_notice(session, kind, authority, once=once, sign_in=True, facts={"due": due})
                done.append((inspection.ref, inspection.area_name, kind.replace("_", " ")))
    return done
