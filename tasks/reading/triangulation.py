"""What stands behind each finding, area and criterion: kinds of evidence, from how many agencies and inspectorates."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl
from sqlmodel import Session, col, select

from models.ids import agency_kind, evidence_source
from models.keys import PUT_ASIDE
from models.tables import Agency, Finding, Organisation, Person, Request, SampledForm, Submission
from models.themes import Theme
from models.words import joined
from tasks.cohort.versions import cohort_of, newest_draw
from tasks.findings.findings import findings_of
from tasks.findings.labels import EVIDENCE_KINDS
from tasks.findings.note_pieces import NotePiece
from tasks.ground.tables import table_at
from tasks.judging.sampled_forms import newest_of, sampled_children
from tasks.ledger.rows import inspection_of
from tasks.ledger.themes import theme_of
from tasks.reading.closed import closed_to
from tasks.reading.documents import documents_seen
from tasks.reading.notes import WrittenNote, written_notes
from tasks.reading.sampled import forms_seen
from tasks.reading.visibility import Reader
from tasks.returns.accepted import accepted_evaluations, tables_of
from tasks.sampling.draws import sample_now

KINDS: Mapping[str, str] = {
    "evaluation": "Agencies’ evaluations",
    "record": "Agencies’ records",
    "conversation": "Notes of conversations",
    "observation": "Observations",
    "document": "Documents and data",
    "form": "Forms on the wider sample",
    "note": "Notes that name no kind",
}
"""What can stand behind a finding. A note that does not say what it is of is shown, and counts as no kind."""

_UNSAID = "note"
_OF_DOCUMENTS = frozenset({"documents", "performance_data"})
_OF_STATED: Mapping[str, str] = {
    "case_tracking": "record",
    "case_sampling": "form",
    "views": "conversation",
    "observation": "observation",
    "staff": "conversation",
    "documents": "document",
    "performance_data": "document",
    "local_audit": "evaluation",
}


@dataclass(frozen=True, slots=True)
class EvidencePiece:
    """One piece of evidence.

    Attributes:
        kind: a key of `KINDS`.
        source: what it is, by which the same piece counts once.
        agency: the kind of agency that it is of; empty where it is of none.
        inspectorate: whose inspector recorded it; empty for what agencies sent.
    """

    kind: str
    source: str
    agency: str = ""
    inspectorate: str = ""


@dataclass(frozen=True, slots=True)
class Behind:
    """What stands behind a finding, an area or a criterion.

    Attributes:
        code: of what it stands behind.
        counts: pieces by kind.
        agencies: kinds of agency that they are of.
        inspectorates: whose inspectors recorded them.
        unrecorded: kinds of evidence that a finding names and of which nothing is here, in words.
    """

    code: str
    counts: Mapping[str, int]
    agencies: tuple[str, ...]
    inspectorates: tuple[str, ...]
    unrecorded: tuple[str, ...] = ()

    @property
    def kinds(self) -> list[str]:
        """Return the kinds of evidence there are, those that say what they are alone."""
        return [kind for kind in KINDS if kind != _UNSAID and self.counts.get(kind)]

    @property
    def sentence(self) -> str:
        """Return what is thin about it; empty where at least two kinds stand behind it."""
        if not any(self.counts.values()):
            return "Nothing stands behind it yet."
        if not self.kinds:
            return "Only notes that do not say what they are of."
        return f"One kind of evidence alone: {KINDS[self.kinds[0]].lower()}." if len(self.kinds) == 1 else ""


@dataclass(frozen=True, slots=True)
class InspectionEvidence:
    """Everything of one inspection that a reader sees and that may stand behind something.

    Attributes:
        notes: of the team, each with whose inspector wrote it.
        forms: on the wider sample, newest versions, each with whose inspector filled it in.
        of_cases: label of a child -> what agencies sent about it.
        theme: of the inspection.
        documents: that came and can be opened, each with the label of the child whom it is about; empty for none.
    """

    notes: Sequence[tuple[WrittenNote, str]]
    forms: Sequence[tuple[SampledForm, str]]
    of_cases: Mapping[str, Sequence[EvidencePiece]]
    theme: Theme
    documents: Sequence[tuple[str, EvidencePiece]] = ()


@dataclass(frozen=True, slots=True)
class Triangulation:
    """What stands behind each finding, area of evaluation and criterion."""

    findings: tuple[Behind, ...]
    areas: tuple[Behind, ...]
    criteria: tuple[Behind, ...]
    agencies: Mapping[str, str] = field(default_factory=dict)


def triangulation(session: Session, ref: str, reader: Reader, person: str) -> Triangulation:
    """Return what stands behind everything of an inspection, as somebody sees it; a fixed number of queries."""
    theme_ = theme_of(inspection_of(session, ref))
    findings = findings_of(session, ref)
    notes = written_notes(session, ref, reader, person)
    forms = _forms(session, ref, reader, person)
    bodies = _inspectorates(session, {each.note.person_id for each in notes} | {form.person_id for form in forms})
    evidence = InspectionEvidence(
        [(each, bodies.get(each.note.person_id, "")) for each in notes],
        [(form, bodies.get(form.person_id, "")) for form in forms],
        _of_cases(session, ref, reader),
        theme_,
        _documents(session, ref, reader),
    )
    rows = session.exec(select(Agency.kind, Agency.name).where(Agency.inspection == ref).order_by(Agency.id)).all()
    names = {kind: joined([name for each, name in rows if each == kind]) for kind, _ in rows}
    return Triangulation(
        tuple(behind_finding(finding, evidence) for finding in findings),
        tuple(behind_area(area.code, findings, evidence) for area in theme_.evaluation_areas),
        tuple(behind_criterion(tag, findings, evidence) for tag in theme_.finding_tags),
        names,
    )


def behind_finding(finding: Finding, evidence: InspectionEvidence) -> Behind:
    """Return what stands behind a finding.

    That is what agencies sent about its cases, documents of its agencies where it rests on documents, forms on its
    cases, and notes on its area that are about one of its cases, or about no child and one of its agencies or none; and
    each note that it says it grew from.
    """
    pieces = [*_pieces_of_cases(finding, evidence)]
    own = {NotePiece.parse(name).note for name in finding.notes}
    for written, body in evidence.notes:
        if written.note.id in own or is_behind(finding, written):
            pieces.append(_piece_of(written, body))
    stated = {kind: _OF_STATED[kind] for kind in finding.evidence_kinds if kind in _OF_STATED}
    there = {piece.kind for piece in pieces}
    unrecorded = tuple(EVIDENCE_KINDS[kind] for kind, of in stated.items() if of not in there)
    return summed(finding.id, pieces, unrecorded)


def is_behind(finding: Finding, written: WrittenNote) -> bool:
    """Return whether a note is on a finding's area, and on one of its cases, or on no child and one of its agencies."""
    note = written.note
    of_cases = note.child in finding.cases and not written.relabelled if note.child else True
    of_agencies = note.child or not note.agency or not finding.agencies or note.agency in finding.agencies
    return bool(note.area == finding.area and of_cases and of_agencies)


def is_of_agency(finding: Finding, child: str, agency: str) -> bool:
    """Return whether a document about no child is of an agency that a finding names, which rests on documents."""
    return bool(_OF_DOCUMENTS & set(finding.evidence_kinds)) and not child and agency in finding.agencies


def behind_area(code: str, findings: Iterable[Finding], evidence: InspectionEvidence) -> Behind:
    """Return what stands behind an area: its notes, forms of its decision points, and the cases of its findings."""
    pieces = [_piece_of(written, body) for written, body in evidence.notes if written.note.area == code]
    points = {key for key, point in evidence.theme.sampled.points.items() if point.area == code}
    pieces += [_piece_of_form(form, body) for form, body in evidence.forms if form.point in points]
    for finding in findings:
        pieces += _pieces_of_cases(finding, evidence) if finding.area == code else []
    return summed(code, pieces)


def behind_criterion(code: str, findings: Iterable[Finding], evidence: InspectionEvidence) -> Behind:
    """Return what stands behind a criterion: its notes, and the cases of the findings that carry it as a tag."""
    pieces = [_piece_of(written, body) for written, body in evidence.notes if written.note.criterion == code]
    for finding in findings:
        pieces += _pieces_of_cases(finding, evidence) if code in finding.tags else []
    return summed(code, pieces)


def summed(code: str, pieces: Iterable[EvidencePiece], unrecorded: tuple[str, ...] = ()) -> Behind:
    """Return the sum of pieces of evidence, each counted once."""
    once = set(pieces)
    counts = Counter(piece.kind for piece in once)
    agencies = sorted({piece.agency for piece in once} - {""})
    bodies = sorted({piece.inspectorate for piece in once} - {""})
    return Behind(code, {kind: counts[kind] for kind in KINDS}, tuple(agencies), tuple(bodies), unrecorded)


def _pieces_of_cases(finding: Finding, evidence: InspectionEvidence) -> list[EvidencePiece]:
    sent = [piece for case in finding.cases for piece in evidence.of_cases.get(case, ())]
    sent += [
        piece
        for child, piece in evidence.documents
        if child in finding.cases or is_of_agency(finding, child, piece.agency)
    ]
    return sent + [_piece_of_form(form, body) for form, body in evidence.forms if form.child in finding.cases]


def kind_of_note(written: WrittenNote) -> str:
    """Return what a note is of, a key of `KINDS`."""
    kind = written.note.kind
    # A note on a sampled case is what its writer saw in records; the form is another thing.
    return "record" if kind == "case_sampling" else _OF_STATED.get(kind, _UNSAID)


def _piece_of(written: WrittenNote, body: str) -> EvidencePiece:
    return EvidencePiece(kind_of_note(written), written.note.id, written.note.agency, body)


def _piece_of_form(form: SampledForm, body: str) -> EvidencePiece:
    return EvidencePiece("form", evidence_source(form.child, form.person_id, form.agency), form.agency, body)


def _forms(session: Session, ref: str, reader: Reader, person: str) -> list[SampledForm]:
    now = {child.label for child in sampled_children(session, ref) if not child.withdrawn}
    newest = newest_of(forms_seen(session, ref, reader, person))
    return [form for form in newest if form.child in now]


def _inspectorates(session: Session, people: set[str]) -> dict[str, str]:
    query = select(Person.id, Organisation.name).join(Organisation, col(Organisation.id) == Person.organisation_id)
    return dict(session.exec(query.where(col(Person.id).in_(people))).all())


def _of_cases(session: Session, ref: str, reader: Reader) -> dict[str, list[EvidencePiece]]:
    """Return what agencies that a reader sees sent about each child of the sample: records and evaluations.

    Nothing of a child whose use is restricted stands behind anything meanwhile.
    """
    drawn = newest_draw(session, ref)
    if drawn is None:
        return {}
    closed = closed_to(session, ref, reader)
    chosen = [row for row in sample_now(session, drawn).chosen() if not closed.hides(row.label)]
    labels = {row.child: row.label for row in chosen}
    cohort = cohort_of(session, drawn)
    ids = {str(used["submission"]): str(used["code"]) for used in cohort.inputs}
    query = select(Submission.id, Request.agency_id).join(Request, col(Request.id) == Submission.request_id)
    senders = {
        ids[row]: agency
        for row, agency in session.exec(
            # What was sent in error stands behind nothing.
            query.where(col(Submission.id).in_(ids), ~col(Submission.key).startswith(PUT_ASIDE))
        )
    }
    pieces: dict[str, list[EvidencePiece]] = {label: [] for label in labels.values()}
    links = table_at(cohort.links_key).filter(pl.col("child").is_in(list(labels)))
    # The second health body's rows stand under the return's own name, with its number in the row.
    from validation.files.senders import named_apart

    for child, name in named_apart(links).select("child", "return").unique().sort("child", "return").iter_rows():
        agency = senders.get(name, "")
        if agency and reader.sees(agency):
            pieces[labels[child]].append(
                EvidencePiece("record", evidence_source(labels[child], name), agency_kind(agency))
            )
    for label, agency in _evaluated(session, ref):
        if label in pieces and reader.sees(agency):
            pieces[label].append(EvidencePiece("evaluation", evidence_source(label, agency), agency_kind(agency)))
    return pieces


def _documents(session: Session, ref: str, reader: Reader) -> list[tuple[str, EvidencePiece]]:
    """Return the documents that a reader sees and can open, each once whatever its versions are."""
    return [
        (row.item.child or "", EvidencePiece("document", row.item.id, agency_kind(row.item.agency_id)))
        for row in documents_seen(session, ref, reader)
        if any(version.readable for version, _ in row.versions)
    ]


def _evaluated(session: Session, ref: str) -> list[tuple[str, str]]:
    """Return each child and agency of an accepted evaluation."""
    pairs = []
    for request, submission in accepted_evaluations(session, ref):
        for frame in tables_of(submission).values():
            refs = frame["sample_ref"].drop_nulls().unique().to_list() if "sample_ref" in frame.columns else []
            pairs += [(str(label), request.agency_id) for label in refs]
    return sorted(set(pairs))
