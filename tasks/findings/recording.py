"""Records findings: words go to the evidence store, category, area and references of evidence to the ledger (L5)."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from models.actors import inspector
from models.keys import by_content, finding_folder
from models.lifecycle import Stage, at_stage
from models.refusals import FormRefusedError, Mistake, PersonsNumberError, Refusal, has_persons_number
from models.states import FindingLevel
from models.tables import Agency, Finding, FindingPass, Inspection, Note
from models.themes import Theme
from tasks.cohort.versions import newest_draw
from tasks.findings.check_closed import is_check_closed
from tasks.findings.findings import CATEGORIES, EVIDENCE_KINDS, FindingWords
from tasks.findings.note_pieces import NotePiece
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.digests import canonical_json, sha256
from tasks.ledger import audit
from tasks.ledger.rows import inspection_of
from tasks.ledger.themes import theme_of
from tasks.recognition.passing import NO_RECORDS, Recogniser, recogniser

_OPEN = frozenset({Stage.FIELDWORK, Stage.FINDINGS_DRAFTING, Stage.FACTUAL_ACCURACY})
_LONGEST = 4000


class FindingRefusedError(Refusal):
    """A finding cannot be recorded as given; the message says what to change."""


def check_finding(
    words: FindingWords,
    theme_: Theme,
    agencies: frozenset[str],
    cases: frozenset[str],
    people: Recogniser = NO_RECORDS,
    notes: frozenset[str] = frozenset(),
) -> tuple[Mistake, ...]:
    """Return what is wrong with a finding, field by field; empty when it can be recorded.

    Args:
        words: the finding.
        theme_: of the inspection.
        agencies: kinds of agency that take part.
        cases: labels of the children in the sample.
        people: recognises the people in the records: what is found goes into a letter that everybody reads.
        notes: ids of the evidence notes of the inspection.
    """
    mistakes = []
    if words.category not in CATEGORIES:
        mistakes.append(Mistake("category", "Choose what kind of finding this is."))
    if words.area not in {area.code for area in theme_.evaluation_areas}:
        mistakes.append(Mistake("area", "Choose the evaluation area that the finding belongs to."))
    for field, value in (("heading", words.heading), ("text", words.text)):
        if sentence := _text_mistake(field, value, people):
            mistakes.append(Mistake(field, sentence))
    if not words.evidence_kinds:
        sentence = "Choose at least one kind of evidence. A finding should rest on 2."
        mistakes.append(Mistake("evidence_kinds", sentence))
    mistakes += _unlisted("tags", "tag", words.tags, frozenset(theme_.finding_tags))
    mistakes += _unlisted("agencies", "agency", words.agencies, agencies)
    mistakes += _unlisted("evidence_kinds", "kind of evidence", words.evidence_kinds, frozenset(EVIDENCE_KINDS))
    mistakes += _unlisted("cases", "case", words.cases, cases)
    mistakes += _unlisted("against", "case", words.against, cases)
    named = tuple(NotePiece.parse(name).note for name in words.notes)
    mistakes += _unlisted("notes", "note", named, notes)
    if both := set(words.cases) & set(words.against):
        sentence = f"Case {min(both)} cannot show the finding and speak against it. Choose it once."
        mistakes.append(Mistake("against", sentence))
    return tuple(mistakes)


def _text_mistake(field: str, text: str, people: Recogniser) -> str:
    if not text.strip():
        return f"Enter the {field} of the finding."
    if len(text) > _LONGEST:
        return f"The {field} must be {_LONGEST:,} characters or fewer."
    if has_persons_number(text):
        return PersonsNumberError(field).sentence
    return people.sentence(text)


def _unlisted(field: str, what: str, given: tuple[str, ...], listed: frozenset[str]) -> list[Mistake]:
    codes = sorted(set(given) - listed)
    return [Mistake(field, f"There is no {what} {code[:40]!r}. Choose from the list.") for code in codes]


def case_labels(session: Session, ref: str) -> frozenset[str]:
    """Return the labels of the children in the approved sample."""
    drawn = newest_draw(session, ref)
    if drawn is None:
        return frozenset()
    # Draws bring polars, which starts threads; whoever shows a page or a board before there is a sample needs none.
    from tasks.sampling.draws import sample_now

    return frozenset(row.label for row in sample_now(session, drawn).chosen())


def record_finding(ref: str, words: FindingWords, *, by: str, finding_id: str | None = None) -> str:
    """Record a finding, or a new version of one, and return its id; the very same words again change nothing.

    Raises:
        FindingRefusedError: findings are not open.
        FormRefusedError: values are wrong; each mistake has its field.
    """
    body = canonical_json(asdict(words))
    with transaction() as session:
        inspection = inspection_of(session, ref, lock=True)
        if refusal := finding_refusal(inspection):
            raise FindingRefusedError(refusal)
        if is_check_closed(session, ref):
            raise FindingRefusedError("The check of the draft letter is closed, so no finding changes.")
        agencies = frozenset(session.exec(select(Agency.kind).where(Agency.inspection == ref)))
        cases, people = case_labels(session, ref), recogniser(session, ref)
        notes = frozenset(session.exec(select(Note.id).where(Note.inspection == ref)))
        mistakes = check_finding(words, theme_of(inspection), agencies, cases, people, notes)
        if mistakes:
            raise FormRefusedError(mistakes)
        rows = session.exec(select(Finding).where(Finding.inspection == ref).order_by(Finding.id)).all()
        # The digest stands for the words: the form sent twice is one finding, without reading any of them.
        standing = (row for row in rows if row.withdrawn_at is None)
        same = next((row for row in standing if row.text_sha256 == sha256(body)), None)
        if same is not None:
            return same.id
        row = _row(rows, inspection, finding_id)
        before = row.level
        _fill(row, words, body, by=by, at=inspection.now())
        written = FindingPass(
            inspection=ref, finding=row.id, version=row.version, level=row.level, by=by, at=row.recorded_at
        )
        session.add_all([row, written])
        facts = {"version": row.version, "category": row.category, "area": row.area, "sha256": row.text_sha256}
        # What somebody passed was another text: the change sets the finding back, and the audit says from where.
        facts |= {"set_back_from": before.value} if before != row.level else {}
        audit.append(session, ref, actor=inspector(by), action="finding.recorded", subject=row.id, facts=facts)
        return row.id


def finding_refusal(inspection: Inspection) -> str:
    """Return why no finding is recorded or changed now; an empty text where one is."""
    # Once a published letter is withdrawn, what was wrong in it can be put right.
    if inspection.stage in _OPEN or inspection.letter_open:
        return ""
    return (
        "Findings are recorded from fieldwork until the facts are checked. "
        f"This inspection is {at_stage(inspection.stage)}."
    )


def _row(rows: Any, inspection: Inspection, finding_id: str | None) -> Finding:
    if finding_id is None:
        return Finding(
            inspection=inspection.ref,
            id=f"F{len(rows) + 1:02}",
            version=0,
            category="",
            area="",
            level=FindingLevel.RECORDED,
            text_key="",
            text_sha256="",
            recorded_by="",
            recorded_at=inspection.now(),
        )
    finding: Finding | None = next((row for row in rows if row.id == finding_id), None)
    if finding is None:
        raise FindingRefusedError(f"There is no finding {finding_id} in this inspection.")
    if finding.withdrawn_at is not None:
        raise FindingRefusedError(f"Finding {finding_id} is withdrawn. Record a new one.")
    return finding


def _fill(row: Finding, words: FindingWords, body: bytes, *, by: str, at: datetime) -> None:
    row.version += 1
    row.category, row.area = words.category, words.area
    row.tags, row.agencies = list(words.tags), list(words.agencies)
    row.evidence_kinds, row.cases = list(words.evidence_kinds), list(words.cases)
    row.against, row.notes, row.level = list(words.against), list(words.notes), FindingLevel.RECORDED
    row.text_sha256, row.recorded_by, row.recorded_at = sha256(body), by, at
    folder = finding_folder(row.inspection, row.id)
    # A key by digest, so that a retry writes the same object and a change never overwrites one (L2).
    row.text_key = by_content(folder, f"v{row.version}", row.text_sha256, "json")
    store.put_once(row.text_key, body, content_type="application/json")
