"""Everything that stands behind one finding, each piece with where it opens: notes, evaluations, forms, documents."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import polars as pl
from sqlmodel import Session, col, select

from models.ids import agency_kind
from models.tables import Agency, Finding, Request, Submission
from tasks.findings.note_pieces import NotePiece
from tasks.judging.sampled_forms import newest_of
from tasks.reading.closed import closed_to
from tasks.reading.documents import documents_seen
from tasks.reading.notes import written_notes
from tasks.reading.sampled import forms_seen
from tasks.reading.triangulation import KINDS, is_behind, is_of_agency, kind_of_note
from tasks.reading.visibility import Reader
from tasks.returns.accepted import accepted_evaluations, tables_of

GREW = "The finding grew from it"
MATCHES = "It is on the finding’s area, and on its cases or agencies"
ABOUT, AGAINST = "It is about a case that shows the finding", "It is about a case that speaks against the finding"
OF_AGENCY = "It is of an agency that the finding names"


@dataclass(frozen=True, slots=True)
class PieceBehind:
    """One piece of evidence and where it opens.

    Attributes:
        kind: what it is, in words.
        name: which, in words.
        why: why it stands here.
        case: label of the child whom it is about; empty where it is about none.
        agency: whose it is; empty where it is of none.
        by: who recorded it, by reference; empty for what agencies sent.
        path: where it opens, below the inspection.
    """

    kind: str
    name: str
    why: str
    case: str
    agency: str
    by: str
    path: str


def pieces_behind(session: Session, finding: Finding, reader: Reader, person: str) -> list[PieceBehind]:
    """Return the evaluations, forms, documents and notes behind a finding that somebody sees.

    Rows of returns are `tasks.findings.evidence.traces`.
    """
    ref = finding.inspection
    rows = session.exec(select(Agency.id, Agency.kind, Agency.name).where(Agency.inspection == ref)).all()
    names = {identity: name for identity, _, name in rows}
    # Backwards, so that of several agencies of a kind the first one gives the name.
    kinds = {kind: name for _, kind, name in sorted(rows, reverse=True)}
    return [
        *_evaluations(session, finding, reader, names),
        *_forms(session, finding, reader, person, kinds),
        *_documents(session, finding, reader),
        *_notes(session, finding, reader, person, kinds),
    ]


def submissions_seen(session: Session, identities: Iterable[str], reader: Reader) -> set[str]:
    """Return those of some versions whose agency a reader sees."""
    query = select(Submission.id, Request.agency_id).join(Request, col(Request.id) == Submission.request_id)
    return {
        each
        for each, agency in session.exec(query.where(col(Submission.id).in_(set(identities))))
        if reader.sees(agency)
    }


def _why(finding: Finding, case: str) -> str:
    return ABOUT if case in finding.cases else AGAINST


def _cases(finding: Finding) -> list[str]:
    return [*finding.cases, *finding.against]


def _evaluations(session: Session, finding: Finding, reader: Reader, names: dict[str, str]) -> Iterator[PieceBehind]:
    closed = closed_to(session, finding.inspection, reader)
    cases = [case for case in _cases(finding) if not closed.hides(case)]
    for request, submission in accepted_evaluations(session, finding.inspection):
        if not reader.sees(request.agency_id):
            continue
        for sheet, frame in tables_of(submission).items():
            if "sample_ref" not in frame.columns:
                continue
            own = frame.filter(pl.col("sample_ref").is_in(cases)).select("sample_ref", "row")
            for case, row in own.iter_rows():
                path = f"returns/{submission.id}/rows?sheet={sheet}&at={row}"
                why, agency = _why(finding, case), names[request.agency_id]
                yield PieceBehind(KINDS["evaluation"], f"Evaluation of {case}", why, case, agency, "", path)


def _forms(
    session: Session, finding: Finding, reader: Reader, person: str, kinds: dict[str, str]
) -> Iterator[PieceBehind]:
    for form in newest_of(forms_seen(session, finding.inspection, reader, person)):
        if form.child in _cases(finding):
            agency, path = kinds.get(form.agency, form.agency), f"sampled/{form.child}"
            why, name = _why(finding, form.child), f"Form on {form.child}, version {form.version}"
            yield PieceBehind(KINDS["form"], name, why, form.child, agency, form.person_id, path)


def _documents(session: Session, finding: Finding, reader: Reader) -> Iterator[PieceBehind]:
    for row in documents_seen(session, finding.inspection, reader):
        case = row.item.child or ""
        if case not in _cases(finding) and not is_of_agency(finding, case, agency_kind(row.item.agency_id)):
            continue
        why = _why(finding, case) if case else OF_AGENCY
        for version, _ in row.versions:
            if version.readable:
                name, path = (
                    f"{row.item.name}, version {version.version}",
                    f"documents/{row.item.id}/files/{version.version}",
                )
                yield PieceBehind(KINDS["document"], name, why, case, row.agency, "", path)


def _notes(
    session: Session, finding: Finding, reader: Reader, person: str, kinds: dict[str, str]
) -> Iterator[PieceBehind]:
    own = {NotePiece.parse(name).note for name in finding.notes}
    for written in written_notes(session, finding.inspection, reader, person):
        note = written.note
        if note.id not in own and not is_behind(finding, written):
            continue
        why = GREW if note.id in own else MATCHES
        case = note.child if not written.relabelled else ""
        agency, kind = kinds.get(note.agency, note.agency), KINDS[kind_of_note(written)]
        yield PieceBehind(kind, f"Note, version {note.version}", why, case, agency, note.person_id, f"notes/{note.id}")
