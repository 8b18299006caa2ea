"""Gathers the facts of a letter, and of what stands behind it, from the ledger and the store."""

import json
from collections.abc import Iterable, Iterator
from datetime import date

import polars as pl
from sqlmodel import Session, col, select

from models.ids import agency_id
from models.keys import extension_of
from models.returns import EVALUATION
from models.states import LetterStatus
from models.tables import Agency, Correction, Inspection, Letter, Request, SampleDraw, Statement, TimetableStep
from models.tables import Finding as FindingRow
from models.themes import Theme
from tasks.accuracy.comments import corrections_of
from tasks.accuracy.replying import change_of
from tasks.cohort.versions import cohort_in_force, newest_draw
from tasks.disclosure.leaving import leave
from tasks.disclosure.tables import Method, Published
from tasks.drafting.loading import current_draft
from tasks.drafting.putting_together import pieces
from tasks.findings.evidence import Trace, traces
from tasks.findings.findings import findings_of, words_of
from tasks.ground import store
from tasks.inspection.days import day_of
from tasks.ledger.anchored import Anchored
from tasks.ledger.themes import theme_of
from tasks.letters.determination import proposed, usual_due
from tasks.letters.disclosure import numbers, publication_of, published_in
from tasks.letters.facts import (
    DatedStep,
    Determination,
    EvidenceFacts,
    EvidenceReference,
    LetterAddressee,
    LetterFacts,
    LetterFinding,
    LetterSignatory,
    Numbers,
    Passage,
    Recipient,
)
from tasks.people.letter_people import addressees_of, body_of, signatory_of
from tasks.sampling.draws import sample_now

SECRETARY_OF_STATE = Recipient(
    "Secretary of State for Education",
    "Department for Education, Sanctuary Buildings, Great Smith Street, London SW1P 3BT",
    "https://www.gov.uk/government/organisations/department-for-education",
)
_CASE_KINDS = {"case_tracking": "T", "case_sampling": "S"}


def facts_of(
    session: Session,
    inspection: Inspection,
    status: LetterStatus,
    published: date | None = None,
    anchor: Anchored | None = None,
) -> LetterFacts:
    """Return the facts of one letter, published on a day or not yet; the same ledger gives the same facts."""
    ref, theme_ = inspection.ref, theme_of(inspection)
    return LetterFacts(
        area_name=inspection.area_name,
        gss=inspection.area_gss,
        theme=theme_,
        rehearsal=inspection.rehearsal,
        dates=_steps(session, ref),
        inspectorates=theme_.inspectorates,
        passages=tuple(_passages(session, ref)),
        addressees=tuple(
            LetterAddressee(row.name, row.office, body_of(session, row)) for row in addressees_of(session, ref)
        ),
        signatories=_signatories(session, inspection, published),
        determination=_determination(session, inspection),
        recipients=_recipients(session, ref, theme_.letter.recipients),
        status=status,
        published=published,
        anchor=anchor,
    )


def evidence_of(
    session: Session, inspection: Inspection, letter: LetterFacts, frame: pl.DataFrame, *, by: str
) -> EvidenceFacts:
    """Return what stands behind a letter; of children it has counts and labels alone (L5)."""
    tracked, sampled = _sizes(session, newest_draw(session, inspection.ref))
    return EvidenceFacts(
        letter=letter,
        findings=tuple(_finding(session, row) for row in findings_of(session, inspection.ref)),
        numbers=_numbers(session, inspection, frame, by),
        tracked=tracked,
        sampled=sampled,
        corrections=_corrections(session, inspection.ref) if letter.status != LetterStatus.DRAFT else (),
        list_holders=_list_holders(session, inspection.ref),
    )


def _passages(session: Session, ref: str) -> Iterator[Passage]:
    """Yield what people wrote, or where nobody did, what is put together from findings for them to write from.

    About whom a passage is follows from its findings.
    """
    findings = findings_of(session, ref)
    agencies = {row.id: row.agencies for row in findings}

    def about(ids: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(kind for each in ids for kind in agencies.get(each, ())))

    draft = current_draft(session, ref)
    for section in draft.sections:
        for each in section.paragraphs:
            yield Passage(section.code, each.text, each.heading, about(each.findings))
    if not draft.paragraphs:
        for piece in pieces([(row, words_of(row)) for row in findings], [section.code for section in draft.sections]):
            words = piece.words
            yield Passage(piece.section, words.text, words.heading, about(words.findings))


def _signatories(session: Session, inspection: Inspection, published: date | None) -> tuple[LetterSignatory, ...]:
    """Return who signs on the day of publication; nobody of flesh and blood signs a rehearsal."""
    bodies, day = theme_of(inspection).inspectorates, published or day_of(session, inspection.ref, "publication")
    if inspection.rehearsal:
        return tuple(LetterSignatory("Made-up name", "Chief inspector in this rehearsal", body) for body in bodies)
    rows = ((body, signatory_of(session, body, day)) for body in bodies)
    return tuple(LetterSignatory(row.name, row.office, body) for body, row in rows if row)


def _determination(session: Session, inspection: Inspection) -> Determination:
    """Return what was determined, or before anybody did, what is proposed: a statement by the council."""
    statement = session.get(Statement, inspection.ref)
    if statement is None:
        council = session.get_one(Agency, agency_id(inspection.ref, "local_authority"))
        offer = proposed(session, inspection)
        return Determination(True, council.name, offer.send_to, usual_due(session, inspection))
    due = statement.due_day if statement.needed else None
    return Determination(statement.needed, statement.principal_authority, statement.send_to, due)


def _numbers(session: Session, inspection: Inspection, frame: pl.DataFrame, by: str) -> Numbers:
    version, method = cohort_in_force(session, inspection.ref).version, Method(theme_of(inspection).letter.counts)
    publication = publication_of(frame, version=version, method=method)
    before = letters_unrecorded(session, inspection.ref)
    shown = leave(session, inspection.ref, publication, by=by, unrecorded=before).shown
    return numbers(frame, shown, version=version, method=method)


def letters_unrecorded(session: Session, ref: str) -> tuple[Published, ...]:
    """Return the figures of the letters of an inspection from before figures were recorded as they left."""
    letters = session.exec(select(Letter).where(Letter.inspection == ref).order_by(Letter.status, col(Letter.version)))
    keys = [key for letter in letters for key in letter.keys if extension_of(key) == "json"]
    if not keys:
        return ()
    version = cohort_in_force(session, ref).version
    records = [json.loads(store.get(key)) for key in keys]
    # Letters of today hold no numbers; of those that did, some say whether they are rounded, and theirs are recorded.
    counted = [record for record in records if "numbers" in record and "rounded" not in record["numbers"]]
    return tuple(published_in(record, version) for record in counted)


def _sizes(session: Session, drawn: SampleDraw | None) -> tuple[int, int]:
    if drawn is None:
        return 0, 0
    chosen = sample_now(session, drawn).chosen()
    return sum(row.set == "tracked" for row in chosen), sum(row.set == "sampled" for row in chosen)


def _steps(session: Session, ref: str) -> tuple[DatedStep, ...]:
    rows = session.exec(select(TimetableStep).where(TimetableStep.inspection == ref)).all()
    return tuple(
        DatedStep(row.step, row.label, row.day) for row in sorted(rows, key=lambda row: (row.day, row.position))
    )


def _finding(session: Session, row: FindingRow) -> LetterFinding:
    words = words_of(row)
    steps = traces(session, row.inspection, row.cases)
    theme_ = theme_of(session.get_one(Inspection, row.inspection))
    evidence: list[EvidenceReference] = []
    for kind in sorted(row.evidence_kinds):
        letter = _CASE_KINDS.get(kind)
        own = [trace for trace in steps if letter and trace.case.startswith(letter)]
        if own:
            evidence += [_traced(kind, trace, theme_) for trace in own]
        else:
            evidence += [
                EvidenceReference(kind=kind, agency=agency) for agency in sorted(row.agencies) or ["partnership"]
            ]
    return LetterFinding(
        id=row.id,
        category=row.category,  # type: ignore[arg-type]  # checked when it was recorded
        area=row.area,
        heading=words.heading,
        text=words.text,
        tags=tuple(row.tags),
        agencies=tuple(row.agencies),
        evidence=tuple(evidence),
    )


def _traced(kind: str, trace: Trace, theme_: Theme) -> EvidenceReference:
    return EvidenceReference(
        kind=kind,
        agency=theme_.kind_of_source(trace.return_code),
        case=trace.case,
        code=trace.return_code,
        version=str(trace.version),
        rows=trace.rows,
        digest=trace.sha256,
    )


def _recipients(session: Session, ref: str, names: tuple[str, ...]) -> tuple[Recipient, ...]:
    agencies = session.exec(select(Agency).where(Agency.inspection == ref).order_by(Agency.id)).all()
    recipients = []
    for name in names:
        of_kind = [agency for agency in agencies if agency.kind == name]
        recipients += [Recipient(agency.name, agency.postal_address, agency.web_address) for agency in of_kind]
        # Recipient by law and no agency of the area, so it has no row.
        if not of_kind and name == SECRETARY_OF_STATE.name:
            recipients.append(SECRETARY_OF_STATE)
    return tuple(recipients)


def _list_holders(session: Session, ref: str) -> tuple[str, ...]:
    """Return the agencies to which a list of children was released, by name."""
    requests = session.exec(select(Request).where(Request.inspection == ref, Request.return_code == EVALUATION))
    return tuple(sorted(session.get_one(Agency, row.agency_id).name for row in requests if row.cases))


def _corrections(session: Session, ref: str) -> tuple[str, ...]:
    names = {agency.id: agency.name for agency in session.exec(select(Agency).where(Agency.inspection == ref))}
    # A comment that was accepted and changed nothing is no correction of the letter (L13).
    return tuple(
        f"{what} after a comment by {names[row.agency_id]}."
        for row in corrections_of(session, ref)
        if (what := _corrected(row))
    )


def _corrected(row: Correction) -> str:
    """Return what was changed because of a comment; of one of an earlier release that is a finding."""
    if change := change_of(row):
        return change.sentence
    if row.changed_finding:
        return f"Finding {row.changed_finding} was changed"
    return ""
