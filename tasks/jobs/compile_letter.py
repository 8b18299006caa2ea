"""Compiles an owed letter with the evidence behind it, and takes the step of the lifecycle that follows it."""

import json
from collections.abc import Sequence
from datetime import UTC, date, timedelta
from typing import Any

from sqlmodel import Session, select

from models.events import Event, Owed
from models.ids import LetterSubject, PagesSubject, once_key
from models.keys import by_content, letter_folder
from models.lifecycle import Stage
from models.states import LetterStatus, ReadyFor
from models.tables import Agency, Inspection, Letter, Paragraph, ParagraphVersion, Statement
from models.tables.base import utc_now
from models.words import long, plain, plural
from tasks.accuracy.sent import record_sent
from tasks.assuring.readiness import readiness
from tasks.assuring.turns import tell_writers
from tasks.cohort.versions import KEEP_DAYS, cohort_in_force
from tasks.drafting.loading import newest_versions, paragraph_at, paragraphs_of
from tasks.drafting.putting_together import put_together
from tasks.drafting.writing import draft_refusal, removed_paragraphs
from tasks.findings.check_closed import is_check_closed
from tasks.ground import progress, store
from tasks.ground.database import transaction
from tasks.ground.digests import canonical_document, sha256
from tasks.ground.keys import pseudonym_key, seed_key_of
from tasks.ground.tables import table_at
from tasks.inspection.days import day_of
from tasks.ledger import audit
from tasks.ledger.anchors import newest_anchor
from tasks.ledger.moves import move_stage
from tasks.ledger.outbox import tell
from tasks.ledger.proof import SEEDS_REVEALED
from tasks.ledger.rows import inspection_of
from tasks.ledger.work import Claim, finish, owe, owed_at
from tasks.letters.compiling import compile as compile_letter
from tasks.letters.compiling import compile_evidence
from tasks.letters.embargo import tell_copy
from tasks.letters.facts import LetterFacts
from tasks.letters.gathering import evidence_of, facts_of
from tasks.letters.proofs import bound_sentences, prove
from tasks.people.notices import write_notice
from tasks.remit.writing import send_concerns

_ACTOR = "system: compile-findings"


def letter_name(claimed: Claim) -> str:
    """Return what people call the work: the area and which letter."""
    owed = LetterSubject.parse(claimed.subject)
    with transaction() as session:
        return f"{inspection_of(session, owed.ref).area_name} - {plain(owed.status)} letter v{owed.number}"


def compile_owed(claimed: Claim) -> str:
    """Compile one owed letter, store it with its evidence, and take the step that follows it; safe to repeat."""
    owed = LetterSubject.parse(claimed.subject)
    ref, status = owed.ref, owed.status
    if status == LetterStatus.DRAFT and (waits := _finished_early(claimed, ref)):
        return waits
    if status == LetterStatus.DRAFT:
        _put_together(ref)
    with transaction() as session:
        inspection = inspection_of(session, ref)
        anchored = newest_anchor(session, ref, by=owed_at(session, claimed).astimezone(UTC))
        facts = facts_of(session, inspection, status, _published(session, inspection, owed), anchored)
        paragraphs = newest_versions(session, ref)
        frame = table_at(cohort_in_force(session, ref).frame_key)
        evidence = evidence_of(session, inspection, facts, frame, by=_ACTOR)
    progress.at(0.2, "making the letter in its 5 formats")
    files, behind = compile_letter(facts), compile_evidence(evidence)
    # Only the published letter is under object lock: drafts are replaced, and need not outlive the inspection.
    keep = utc_now() + timedelta(days=KEEP_DAYS) if status == LetterStatus.PUBLISHED else None
    folder = letter_folder(ref, status, owed.number)

    def stored(name: str, made: dict[str, bytes]) -> list[str]:
        return [
            store.put_once(by_content(folder, name, sha256(data), kind), data, keep_until=keep).key
            for kind, data in sorted(made.items())
        ]

    keys, evidence_keys = stored("letter", files), stored("evidence", behind)
    # Beside the letter as well, where a program need not open it.
    stored("anchor", {"json": anchored.document()} if anchored else {})
    proof, openings = _proven(inspection, owed, files, behind, paragraphs)
    (proof_key,), (openings_key,) = stored("proof", {"json": proof}), stored("openings", {"json": openings})
    with transaction() as session:
        finish(session, claimed)
        inspection = inspection_of(session, ref, lock=True)
        letter = Letter(
            inspection=ref,
            status=status,
            version=owed.number,
            keys=keys,
            evidence_keys=evidence_keys,
            proof_key=proof_key,
            openings_key=openings_key,
            sha256=sha256(files["pdf"]),
            compiled_at=inspection.now(),
        )
        session.add(letter)
        record_sent(session, ref, status, owed.number, paragraphs)
        audit_facts = {"status": status, "version": letter.version, "pdf_sha256": letter.sha256}
        audit_facts |= {"proof_sha256": sha256(proof)}
        audit_facts |= {"anchor": anchored.number, "anchor_hash": anchored.hash} if anchored else {}
        audit.append(session, ref, actor=_ACTOR, action="letter.compiled", subject=owed.name, facts=audit_facts)
        _follow(session, inspection, status, facts, letter.version)
        if status == LetterStatus.PUBLISHED:
            owe(session, Owed.PUBLISH_PAGES, str(PagesSubject(ref, status, letter.version)), ref)
    if status == LetterStatus.DRAFT:
        tell_writers(ref)
    return plural(len(evidence.findings), "finding")


def _proven(
    inspection: Inspection,
    owed: LetterSubject,
    files: dict[str, bytes],
    behind: dict[str, bytes],
    paragraphs: Sequence[tuple[Paragraph, ParagraphVersion]],
) -> tuple[bytes, bytes]:
    """Return the proof of a letter, and the openings of its digests, as files; the same letter gives the same bytes."""
    evidence = {row["id"]: row["evidence"] for row in json.loads(behind["json"])["findings"]}
    written = ((each.id, each.text, each.findings) for each in (paragraph_at(version) for _, version in paragraphs))
    about: dict[str, Any] = {"inspection": owed.ref, "status": owed.status.value, "version": owed.number}
    about |= {"files": {kind: sha256(data) for kind, data in sorted(files.items())}}
    proof, openings = prove(bound_sentences(written, evidence), pseudonym_key(inspection), about)
    return canonical_document(proof), canonical_document({"openings": openings})


def _published(session: Session, inspection: Inspection, owed: LetterSubject) -> date | None:
    """Return the day on which a letter is published: that of the decision, or today where it replaces one."""
    statement = session.get(Statement, inspection.ref)
    if owed.status != LetterStatus.PUBLISHED or statement is None:
        return None
    return statement.published_on if owed.number == 1 else inspection.today()


def _put_together(ref: str) -> None:
    """Put paragraphs together from the findings where nobody has written any: agencies comment on paragraphs."""
    with transaction() as session:
        inspection = inspection_of(session, ref, lock=True)
        written = paragraphs_of(session, ref) or removed_paragraphs(session, ref)
        if written or draft_refusal(inspection) or is_check_closed(session, ref):
            return
    put_together(ref, by=_ACTOR)


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
        tell_copy(session, inspection)
        send_concerns(session, inspection)
        _tell_team(session, inspection, "pre_publication", {"publication": long(day)})
        statement = session.get(Statement, inspection.ref)
        if statement is None or not statement.decided_by:
            once, ref = once_key(inspection.ref, "determine"), inspection.ref
            write_notice(session, "determine", "lead", once=once, inspection=ref, facts={"publication": long(day)})
    elif status == LetterStatus.PUBLISHED and inspection.stage == Stage.PRE_PUBLICATION:
        move_stage(session, inspection, Stage.PUBLISHED, actor=_ACTOR)
        tell(session, Event.PUBLISHED, inspection.ref, inspection.ref)
        _reveal_seeds(session, inspection)
        sentence, due = "", facts.determination.due
        if due:
            # Two moves in one transaction: the lifecycle has no way past "published", and the audit shows both.
            move_stage(session, inspection, Stage.STATEMENT_DUE, actor=_ACTOR)
            sentence = f" A written statement by {facts.determination.authority} is due by {long(due)}."
        _tell_agencies(session, inspection, "published", {"statement": sentence})
        _tell_team(session, inspection, "published", {"statement": sentence})
    elif status == LetterStatus.PUBLISHED and version > 1:
        _tell_agencies(session, inspection, "letter_replaced", {"version": version})
        _tell_team(session, inspection, "letter_replaced", {"version": version})


def _reveal_seeds(session: Session, inspection: Inspection) -> None:
    """Record the key of the inspection's seeds: nothing is drawn any more, and anybody can derive each seed from it."""
    if key := seed_key_of(inspection):
        facts, ref = {"seed_key": key}, inspection.ref
        audit.append(session, ref, actor=_ACTOR, action=SEEDS_REVEALED, subject=ref, facts=facts)


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
