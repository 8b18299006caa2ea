"""Gathers the facts of a letter from the ledger and the store; of children it has counts and labels alone (L5)."""

import json

import polars as pl
from sqlmodel import Session, col, select

from models.ids import agency_id
from models.keys import extension_of
from models.returns import EVALUATION
from models.states import LetterStatus
from models.tables import Agency, Inspection, Letter, Request, SampleDraw, Statement, TimetableStep
from models.tables import Finding as FindingRow
from models.themes import Theme
from tasks.cohort.versions import cohort_in_force, newest_draw
from tasks.disclosure.leaving import leave
from tasks.disclosure.tables import Method, Published
from tasks.findings.comments import change_of, corrections_of
from tasks.findings.evidence import Trace, traces
from tasks.findings.findings import findings_of, words_of
from tasks.ground import store
from tasks.ledger.themes import theme_of
from tasks.letters import DatedStep, Evidence, LetterFacts, LetterFinding, Numbers, Recipient, numbers
from tasks.letters.disclosure import publication_of, published_in
from tasks.people.persons import lead_name
from tasks.sampling.draws import sample_now

SECRETARY_OF_STATE = Recipient(
    "Secretary of State for Education",
    "Department for Education, Sanctuary Buildings, Great Smith Street, London SW1P 3BT",
    "https://www.gov.uk/government/organisations/department-for-education",
)
_CASE_KINDS = {"case_tracking": "T", "case_sampling": "S"}


def needs_statement(session: Session, ref: str) -> bool:
    """Return whether the findings call for a written statement: there is an area for priority action."""
    return any(row.category == "priority_action" for row in findings_of(session, ref))


def facts_of(
    session: Session, inspection: Inspection, status: LetterStatus, frame: pl.DataFrame, *, by: str
) -> LetterFacts:
    """Return the facts of one letter, whose counts leave with it; the same ledger gives the same facts.

    Args:
        session: a transaction.
        inspection: that the letter is of.
        status: which letter it is.
        frame: of the cohort in force.
        by: who lets the counts leave, as the audit names them.

    Raises:
        DisclosureRefusedError: its counts cannot leave.
    """
    theme_ = theme_of(inspection)
    drawn = newest_draw(session, inspection.ref)
    tracked, sampled = _sizes(session, drawn)
    # Once determined, the statement's own row decides: a finding recorded later must not change what was published.
    statement = session.get(Statement, inspection.ref)
    needed = statement.needed if statement else needs_statement(session, inspection.ref)
    steps = _steps(session, inspection.ref)
    due = {step.step: step.date for step in steps}["statement_due"]
    authority = session.get_one(Agency, agency_id(inspection.ref, "local_authority"))
    return LetterFacts(
        area_name=inspection.area_name,
        gss=inspection.area_gss,
        theme=theme_,
        rehearsal=inspection.rehearsal,
        dates=steps,
        lead_inspector=lead_name(session, inspection.ref),
        inspectorates=theme_.inspectorates,
        findings=tuple(_finding(session, row) for row in findings_of(session, inspection.ref)),
        numbers=_numbers(session, inspection, theme_, frame, by),
        tracked=tracked,
        sampled=sampled,
        statement_needed=needed,
        principal_authority=authority.name,
        statement_due=(statement.due_at.date() if statement else due) if needed else None,
        recipients=_recipients(session, inspection.ref, theme_.letter.recipients),
        status=status,
        corrections=_corrections(session, inspection.ref) if status != LetterStatus.DRAFT else (),
        list_holders=_list_holders(session, inspection.ref),
    )


def _numbers(session: Session, inspection: Inspection, theme_: Theme, frame: pl.DataFrame, by: str) -> Numbers:
    version, method = cohort_in_force(session, inspection.ref).version, Method(theme_.letter.counts)
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
    # A letter of today says whether its numbers are rounded; what it shows is recorded.
    return tuple(published_in(record, version) for record in records if "rounded" not in record["numbers"])


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
    evidence: list[Evidence] = []
    for kind in sorted(row.evidence_kinds):
        letter = _CASE_KINDS.get(kind)
        own = [trace for trace in steps if letter and trace.case.startswith(letter)]
        if own:
            evidence += [_traced(kind, trace, theme_) for trace in own]
        else:
            evidence += [Evidence(kind=kind, agency=agency) for agency in sorted(row.agencies) or ["partnership"]]
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


def _traced(kind: str, trace: Trace, theme_: Theme) -> Evidence:
    return Evidence(
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
        f"{change.sentence} after a comment by {names[row.agency_id]}."
        for row in corrections_of(session, ref)
        if (change := change_of(row))
    )
