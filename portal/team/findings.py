"""Findings: the list, the form to record or change one, and the evidence behind each."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from sqlmodel import Session

from models.refusals import Mistake, Refusal
from models.states import MARK_REASON_LABELS, FindingLevel
from models.tables import Agency, Finding, Inspection
from models.words import joined, titled
from portal.pages.forms import Form, text_of, texts_of
from portal.pages.frame import page, to
from portal.pages.listing import ListingColumn, Wanted, answer, arrange, wanted_in
from portal.pages.reader import reader_for
from portal.pages.session import FindingsReader, NotTheirsError, Recorder, Visitor
from portal.team.kept import kept_for, settled
from portal.team.marked import marked_in
from tasks.assuring.readiness import by_level
from tasks.assuring.threads import open_counts
from tasks.assuring.turns import tell_turns
from tasks.findings.findings import CATEGORIES, FindingWords, all_findings, findings_of, words_of
from tasks.findings.labels import EVIDENCE_KINDS
from tasks.findings.recording import case_labels, check_finding, finding_refusal, record_finding
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.ledger.themes import theme_of
from tasks.recognition.passing import NO_RECORDS

if TYPE_CHECKING:
    from tasks.reading.note_sources import NoteSource

router = APIRouter(prefix="/inspections/{ref}/findings")


def choices(session: Session, ref: str) -> dict[str, Any]:
    """Return the choices for a finding: its categories, areas, tags, agencies, kinds of evidence and cases."""
    from sqlmodel import select

    inspection = session.get_one(Inspection, ref)
    theme_ = theme_of(inspection)
    agencies = session.exec(select(Agency).where(Agency.inspection == ref).order_by(Agency.id)).all()
    # Tracked children first, then the wider sample; T2 before T10.
    labels = sorted(case_labels(session, ref), key=lambda label: (label[0] != "T", int(label[1:])))
    return {
        "inspection": inspection,
        "refusal": finding_refusal(inspection),
        "theme": theme_,
        "categories": CATEGORIES,
        "areas": {area.code: area.label for area in theme_.evaluation_areas},
        "tags": {tag: titled(tag) for tag in theme_.finding_tags},
        # A finding is about a kind of agency, which several may be of.
        "agencies": {
            kind: joined([agency.name for agency in agencies if agency.kind == kind])
            for kind in dict.fromkeys(agency.kind for agency in agencies)
        },
        "evidence_kinds": EVIDENCE_KINDS,
        "cases": labels,
    }


def columns_of(options: dict[str, Any]) -> tuple[ListingColumn[tuple[Finding, FindingWords]], ...]:
    """Return the columns of a list of findings; `options` are those of `choices`."""
    return (
        ListingColumn("finding", "Finding", lambda row: row[0].id),
        ListingColumn("category", "Category", lambda row: options["categories"][row[0].category], chosen=True),
        ListingColumn("area", "Area of evaluation", lambda row: options["areas"][row[0].area], chosen=True),
        ListingColumn("agencies", "Agencies", lambda row: [titled(kind) for kind in row[0].agencies], chosen=True),
        ListingColumn("heading", "Heading", lambda row: row[1].heading),
        ListingColumn("text", "Text", lambda row: row[1].text),
        ListingColumn("level", "Level", lambda row: titled(row[0].level.value), chosen=True),
        ListingColumn("cases", "Cases", lambda row: row[0].cases),
        ListingColumn("against", "Cases against", lambda row: row[0].against),
        ListingColumn("version", "Version", lambda row: row[0].version),
        ListingColumn("by", "Recorded by", lambda row: row[0].recorded_by, chosen=True, person=True),
        ListingColumn("at", "Recorded", lambda row: row[0].recorded_at),
    )


@router.get("")
def listed(request: Request, ref: str, member: FindingsReader) -> Response:
    """Show all findings; the audit records who read them, where there are any."""
    return _listed(request, ref, member, Wanted())


@router.post("")
def some(request: Request, ref: str, member: FindingsReader, form: Form) -> Response:
    """Show or download the findings that are wanted."""
    return _listed(request, ref, member, wanted_in(form))


def _listed(request: Request, ref: str, member: Visitor, wanted: Wanted) -> Response:
    with transaction() as session:
        options = choices(session, ref)
        rows = [(row, words_of(row)) for row in findings_of(session, ref)]
        withdrawn = [row.id for row in all_findings(session, ref) if row.withdrawn_at is not None]
        open_threads = open_counts(session, ref)
        if rows:
            _record(session, ref, member, "findings.read", ref, findings=len(rows))
    columns = columns_of(options)
    facts = {"counts": by_level([row for row, _ in rows]), "withdrawn": withdrawn, "open_threads": open_threads}
    return answer(request, "findings", "Findings", arrange(rows, columns, wanted), columns, **facts, **options)


@router.get("/new")
def new(request: Request, ref: str, member: Recorder) -> Response:
    """Show an empty form."""
    return _form(request, ref, member, FindingWords("", "", "", ""))


@router.post("/new")
def record(request: Request, ref: str, member: Recorder, form: Form) -> Response:
    """Record a new finding."""
    return _stored(request, ref, member, form, None)


@router.get("/from-notes")
def from_notes(
    request: Request,
    ref: str,
    member: Recorder,
    note: Annotated[list[str] | None, Query()] = None,
    finding: str = "",
    area: Annotated[str | None, Query()] = None,
    criterion: str = "",
) -> Response:
    """Show a form that grows from evidence notes, parts of them, or all of a place of the board; it is recorded.

    Where a finding is named, the notes are added to what it rests on.
    """
    from tasks.reading.note_sources import note_sources
    from tasks.reading.notes import READ, notes_seen

    base = words_of(standing_one(ref, finding)) if finding else None
    with transaction() as session:
        reader = reader_for(session, ref, member)
        names = list(dict.fromkeys(note or ()))
        if area is not None:
            on_board = [row for row in notes_seen(session, ref, reader, member.own) if row.characters]
            names += [row.id for row in on_board if (row.area, row.criterion) == (area, criterion)]
        sources, _ = note_sources(session, ref, names, reader, member.own)
        _record(session, ref, member, READ, ref, notes=len(sources))
        if finding:
            _record(session, ref, member, "findings.read", finding, findings=1)
    words = grown(sources)
    return _form(request, ref, member, added_to(base, words) if base else words, finding or None)


@router.get("/{finding_id}")
def edit(request: Request, ref: str, finding_id: str, member: Recorder) -> Response:
    """Show a finding in the form, to be changed; the audit records who read it."""
    finding = standing_one(ref, finding_id)
    with transaction() as session:
        _record(session, ref, member, "findings.read", finding_id, findings=1)
    return _form(request, ref, member, words_of(finding), finding_id)


def _record(session: Session, ref: str, member: Visitor, action: str, subject: str, **facts: int) -> None:
    audit.append(session, ref, actor=member.by, action=action, subject=subject, facts=facts)


def _sources(session: Session, ref: str, member: Visitor, names: Sequence[str]) -> tuple[list["NoteSource"], list[str]]:
    """Return the notes that a form names and its reader sees, and the names of the others, which it carries on."""
    from tasks.reading.note_sources import note_sources

    if not names:
        return [], []
    shown, _ = note_sources(session, ref, names, reader_for(session, ref, member), member.own)
    return shown, [name for name in names if name not in {each.name for each in shown}]


@router.post("/{finding_id}")
def change(request: Request, ref: str, finding_id: str, member: Recorder, form: Form) -> Response:
    """Record a new version of a finding."""
    standing_one(ref, finding_id)
    return _stored(request, ref, member, form, finding_id)


def standing_one(ref: str, finding_id: str) -> Finding:
    """Return a finding that was not withdrawn.

    Raises:
        NotTheirsError: there is none.
    """
    finding = one_of(ref, finding_id)
    if finding.withdrawn_at is not None:
        raise NotTheirsError
    return finding


def one_of(ref: str, finding_id: str) -> Finding:
    """Return a finding of an inspection.

    Raises:
        NotTheirsError: there is none.
    """
    with transaction() as session:
        finding = session.get(Finding, (ref, finding_id))
    if finding is None:
        raise NotTheirsError
    return finding


def _form(
    request: Request,
    ref: str,
    member: Visitor,
    words: FindingWords,
    finding_id: str | None = None,
    mistakes: tuple[Mistake, ...] = (),
) -> Response:
    with transaction() as session:
        options = choices(session, ref)
        saved = [words_of(session.get_one(Finding, (ref, finding_id))).text] if finding_id else []
        options["kept"] = kept_for(session, ref, member, f"finding-{finding_id or 'new'}", saved)
        options["marked"] = marked_in(session, ref, (words.heading, words.text)) if mistakes else ()
        options["reasons"] = MARK_REASON_LABELS
        options["sources"], options["hidden_notes"] = _sources(session, ref, member, words.notes)
        options["level"] = session.get_one(Finding, (ref, finding_id)).level if finding_id else None
    title = f"Change finding {finding_id}" if finding_id else "Record a finding"
    status, back = 422 if mistakes else 200, f"/inspections/{ref}/findings"
    return page(
        request, "finding", title, status=status, mistakes=mistakes, back=back, given=words, id=finding_id, **options
    )


def _stored(request: Request, ref: str, member: Visitor, form: Form, finding_id: str | None) -> Response:
    words = FindingWords(
        category=text_of(form, "category"),
        area=text_of(form, "area"),
        heading=text_of(form, "heading"),
        text=text_of(form, "text"),
        tags=texts_of(form, "tags"),
        agencies=texts_of(form, "agencies"),
        evidence_kinds=texts_of(form, "evidence_kinds"),
        cases=texts_of(form, "cases"),
        against=texts_of(form, "against"),
        notes=texts_of(form, "notes"),
    )
    # Read before it is recorded anew, which takes it back to the first level.
    passed = finding_id is not None and one_of(ref, finding_id).level != FindingLevel.RECORDED
    try:
        kept = record_finding(ref, words, by=member.by, finding_id=finding_id)
    except Refusal as refused:
        mistakes = tuple(Mistake(mistake.field or "category", mistake.text) for mistake in refused.mistakes)
        return _form(request, ref, member, words, finding_id, mistakes)
    with transaction() as session:
        settled(session, ref, member, f"finding-{finding_id or 'new'}")
    tell_turns(ref)
    if passed and one_of(ref, kept).level == FindingLevel.RECORDED:
        return to(f"/inspections/{ref}/findings", "changed_back", kept)
    return to(f"/inspections/{ref}/findings", "finding")


def mistakes_in(words: FindingWords, options: dict[str, Any]) -> tuple[Mistake, ...]:
    """Return what is wrong with a finding, field by field."""
    agencies, cases = frozenset(options["agencies"]), frozenset(options["cases"])
    return check_finding(words, options["theme"], agencies, cases, options.get("people", NO_RECORDS))


_OF_JUDGEMENT = {"strength": "strength", "concern": "improvement"}


def grown(sources: Sequence["NoteSource"]) -> FindingWords:
    """Return the finding with which a form begins that grows from notes: their codes, cases for and against, and words.

    What most of them judge is the finding's kind; a child on whom a note judges otherwise speaks against it. A label of
    an earlier draw may stand for another child now, so it is left out.
    """
    written = [source.written for source in sources]
    judged = Counter(each.note.judgement for each in written if each.note.judgement)
    most = judged.most_common(1)[0][0] if judged else ""
    cases = [each for each in written if each.note.child and not each.relabelled]
    shown = _once(each.note.child for each in cases if each.note.judgement in ("", most))
    against = [label for label in _once(each.note.child for each in cases) if label not in shown]
    areas = _once(each.note.area for each in written)
    return FindingWords(
        category=_OF_JUDGEMENT.get(most, ""),
        area=areas[0] if len(areas) == 1 else "",
        heading="",
        text="\n\n".join(each.text for each in written if each.text),
        tags=_once(each.note.criterion for each in written),
        agencies=_once(each.note.agency for each in written),
        evidence_kinds=_once(each.note.kind for each in written),
        cases=shown,
        against=tuple(against),
        notes=tuple(str(source.piece) for source in sources),
    )


def added_to(finding: FindingWords, notes: FindingWords) -> FindingWords:
    """Return a finding to whose evidence notes are added: its own kind, area, heading and words come first."""
    new = [name for name in notes.notes if name not in finding.notes]
    return FindingWords(
        category=finding.category,
        area=finding.area,
        heading=finding.heading,
        text="\n\n".join((finding.text, notes.text)) if new and notes.text else finding.text,
        tags=_once((*finding.tags, *notes.tags)),
        agencies=_once((*finding.agencies, *notes.agencies)),
        evidence_kinds=_once((*finding.evidence_kinds, *notes.evidence_kinds)),
        cases=_once((*finding.cases, *(case for case in notes.cases if case not in finding.against))),
        against=_once((*finding.against, *(case for case in notes.against if case not in finding.cases))),
        notes=_once((*finding.notes, *notes.notes)),
    )


def _once(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for code in codes if code))
