"""Compiles an owed letter in its five formats, and takes the step of the lifecycle that follows it."""

from datetime import timedelta
from typing import Any

from sqlmodel import Session, select

from models.events import Event
from models.ids import LetterSubject, once_key
from models.keys import by_content, letter_folder
from models.lifecycle import Stage
from models.states import LetterStatus, ReadyFor
from models.tables import Agency, Inspection, Letter
from models.tables.base import utc_now
from models.words import long, plain, plural
from tasks.assuring.readiness import readiness
from tasks.cohort.frozen import frame_of
from tasks.cohort.versions import KEEP_DAYS, cohort_in_force
from tasks.ground import progress, store
from tasks.ground.database import transaction
from tasks.ground.digests import sha256
from tasks.inspection.days import day_of
from tasks.ledger import audit
from tasks.ledger.moves import move_stage
from tasks.ledger.outbox import tell
from tasks.ledger.rows import inspection_of
from tasks.ledger.work import Claim, finish
from tasks.letters import LetterFacts
from tasks.letters import compile as compile_letter
from tasks.letters.gathering import facts_of
from tasks.people.notices import write_notice

_ACTOR = "system: compile-findings"


def letter_name(claimed: Claim) -> str:
    """Return what people call the work: the area and which letter."""
    owed = LetterSubject.parse(claimed.subject)
    with transaction() as session:
        return f"{inspection_of(session, owed.ref).area_name} - {plain(owed.status)} letter v{owed.number}"


def compile_owed(claimed: Claim) -> str:
    """Compile one owed letter, store its five formats, and take the step that follows it; safe to repeat."""
    owed = LetterSubject.parse(claimed.subject)
    ref, status = owed.ref, owed.status
    if status == LetterStatus.DRAFT and (waits := _finished_early(claimed, ref)):
        return waits
    with transaction() as session:
        inspection = inspection_of(session, ref)
        frame = frame_of(cohort_in_force(session, ref))
        facts = facts_of(session, inspection, status, frame)
    progress.at(0.2, "making the letter in its 5 formats")
    files = compile_letter(facts)
    # Only the published letter is under object lock: drafts are replaced, and need not outlive the inspection.
    keep = utc_now() + timedelta(days=KEEP_DAYS) if status == LetterStatus.PUBLISHED else None
    folder = letter_folder(ref, status, owed.number)
    keys = [
        store.put_once(by_content(folder, "letter", sha256(data), kind), data, keep_until=keep).key
        for kind, data in sorted(files.items())
    ]
    with transaction() as session:
        finish(session, claimed)
        inspection = inspection_of(session, ref, lock=True)
        letter = Letter(
            inspection=ref,
            status=status,
            version=owed.number,
            keys=keys,
            sha256=sha256(files["pdf"]),
            compiled_at=inspection.now(),
        )
        session.add(letter)
        audit_facts = {"status": status, "version": letter.version, "pdf_sha256": letter.sha256}
        audit.append(session, ref, actor=_ACTOR, action="letter.compiled", subject=owed.name, facts=audit_facts)
        _follow(session, inspection, status, facts, letter.version)
    return plural(len(facts.findings), "finding")


def _finished_early(claimed: Claim, ref: str) -> str:
    """Finish a draft whose findings are not ready, and return whose turn it is; an empty text where they are.

    Fieldwork may end before findings are ready: the quality assurer's word, or compile-findings, owes the draft again.
    """
    with transaction() as session:
        # Locked, as it is where the quality assurer says so: a word that comes meanwhile finds this work finished.
        state = readiness(session, inspection_of(session, ref, lock=True), ReadyFor.DRAFT)
        if not state.is_ready:
            finish(session, claimed)
        return state.sentence


def _follow(session: Session, inspection: Inspection, status: LetterStatus, facts: LetterFacts, version: int) -> None:
    """Take the step that a compiled letter is for; a letter that comes after its stage changes nothing."""
    if status == LetterStatus.DRAFT:
        # A draft that is compiled again goes out as well, though the stage moved with the first one.
        if inspection.stage == Stage.FINDINGS_DRAFTING:
            move_stage(session, inspection, Stage.FACTUAL_ACCURACY, actor=_ACTOR)
        day = day_of(session, inspection.ref, "factual_accuracy_due")
        sent = {"due": long(day), "version": version}
        _tell_agencies(session, inspection, "draft_letter", sent)
        _tell_team(session, inspection, "draft_to_read", sent)
        tell(session, Event.LETTER_DRAFTED, inspection.ref, inspection.ref)
    elif status == LetterStatus.PRE_PUBLICATION and inspection.stage == Stage.FACTUAL_ACCURACY:
        move_stage(session, inspection, Stage.PRE_PUBLICATION, actor=_ACTOR)
        day = day_of(session, inspection.ref, "publication")
        _tell_agencies(session, inspection, "pre_publication", {"publication": long(day)})
        _tell_team(session, inspection, "pre_publication", {"publication": long(day)})
    elif status == LetterStatus.PUBLISHED and inspection.stage == Stage.PRE_PUBLICATION:
        move_stage(session, inspection, Stage.PUBLISHED, actor=_ACTOR)
        tell(session, Event.PUBLISHED, inspection.ref, inspection.ref)
        sentence, due = "", facts.statement_due
        if due:
            # Two moves in one transaction: the lifecycle has no way past "published", and the audit shows both.
            move_stage(session, inspection, Stage.STATEMENT_DUE, actor=_ACTOR)
            sentence = f" A written statement by {facts.principal_authority} is due by {long(due)}."
        _tell_agencies(session, inspection, "published", {"statement": sentence})
        _tell_team(session, inspection, "published", {"statement": sentence})


def _tell_agencies(session: Session, inspection: Inspection, kind: str, facts: dict[str, Any]) -> None:
    for agency in session.exec(select(Agency).where(Agency.inspection == inspection.ref).order_by(Agency.id)):
        write_notice(session, kind, agency, once=once_key(agency.id, kind, *_again(facts)), sign_in=True, facts=facts)


def _tell_team(session: Session, inspection: Inspection, kind: str, facts: dict[str, Any]) -> None:
    """Tell those who read the letter besides the agencies, the quality assurer among them."""
    for role in ("inspector", "assurer", "manager"):
        once = once_key(inspection.ref, kind, role, *_again(facts))
        write_notice(session, kind, role, once=once, inspection=inspection.ref, facts=facts)


def _again(facts: dict[str, Any]) -> list[int]:
    """Return what makes the notice of a newer draft one of its own; the first keeps the name that it always had."""
    return [facts["version"]] if facts.get("version", 1) > 1 else []
