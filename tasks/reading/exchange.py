"""Findings, notes and their codes as a project that other programs read; taking one away is recorded."""

from collections.abc import Iterable, Mapping, Sequence

from sqlmodel import Session, select

from models.ids import guid_of
from models.tables import Finding, ImportedNote, Inspection
from models.words import plural, titled
from tasks.findings.findings import CATEGORIES, findings_of, words_of
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.ledger.rows import inspection_of
from tasks.ledger.themes import theme_of
from tasks.notes.batches import CODES
from tasks.notes.importing import TITLES, codebook, guid_of_finding, guid_of_note, scope_of
from tasks.reading.notes import READ, WrittenNote, written_notes
from tasks.reading.qdpx import QdaProject, QdaText, groups, written
from tasks.reading.visibility import Reader

EXPORTED = "exchange.exported"


def export_project(ref: str, reader: Reader, person: str) -> bytes:
    """Return the notes that somebody sees and all findings as a QDPX file; the audit records how many were taken."""
    with transaction() as session:
        inspection = inspection_of(session, ref)
        notes = written_notes(session, ref, reader, person)
        findings = findings_of(session, ref)
        data = written(project_of(session, inspection, notes, findings))
        facts: dict[str, object] = {"notes": len(notes), "findings": len(findings)}
        # In the same transaction, so that nobody takes words away without an entry (L6).
        audit.append(session, ref, actor=reader.by, action=EXPORTED, subject=ref, facts=facts)
        audit.append(session, ref, actor=reader.by, action=READ, subject=ref, facts={"notes": len(notes)})
    return data


def project_of(
    session: Session, inspection: Inspection, notes: Sequence[WrittenNote], findings: Sequence[Finding]
) -> QdaProject:
    """Return the project of an inspection: notes as sources, findings as notes, codes, children as cases."""
    ref, theme_ = inspection.ref, theme_of(inspection)
    listed, scope = codebook(session, ref), scope_of(theme_)
    listed = {**listed, "category": dict(CATEGORIES), "tag": {tag: titled(tag) for tag in theme_.finding_tags}}
    came = {row.note: row.guid for row in session.exec(select(ImportedNote).where(ImportedNote.inspection == ref))}
    guids = {each.note.id: came.get(each.note.id) or guid_of_note(ref, each.note.id) for each in notes}
    sources = tuple(
        QdaText(
            guids[each.note.id],
            " ".join(filter(None, ("Note", each.note.id, "" if each.relabelled else each.note.child))),
            each.text,
            guid_of("person", each.note.person_id),
            each.note.begun_at,
            each.note.changed_at,
            _codes(listed, scope, _codes_of_note(each)),
        )
        for each in notes
    )
    memos = tuple(_memo(ref, row, listed, scope) for row in findings)
    people = sorted({each.note.person_id for each in notes} | {row.recorded_by for row in findings})
    labels = sorted({each.note.child for each in notes if each.note.child and not each.relabelled})
    about = {
        label: tuple(guids[each.note.id] for each in notes if each.note.child == label and not each.relabelled)
        for label in labels
    }
    return QdaProject(
        name=ref,
        # By reference: names of staff stand in the tables of people alone (L5).
        users=tuple((guid_of("person", person), person) for person in people),
        codes=groups([(name, TITLES[name], labels_) for name, labels_ in listed.items()], *scope),
        sources=sources,
        notes=memos,
        cases=tuple((guid_of(ref, "case", label), label, texts) for label, texts in about.items()),
        description=f"{plural(len(notes), 'note')} and {plural(len(findings), 'finding')} of {ref}.",
    )


def _codes_of_note(each: WrittenNote) -> list[tuple[str, str]]:
    # A label that was given anew since may stand for another child, so it is no code of this note.
    return [(name, getattr(each.note, name)) for name in CODES if not (name == "child" and each.relabelled)]


def _memo(ref: str, row: Finding, listed: Mapping[str, Mapping[str, str]], scope: tuple[str, ...]) -> QdaText:
    words = words_of(row)
    codes = [("category", row.category), ("area", row.area)]
    codes += [("tag", tag) for tag in row.tags] + [("agency", kind) for kind in row.agencies]
    codes += [("kind", kind) for kind in row.evidence_kinds] + [("child", case) for case in row.cases]
    return QdaText(
        guid_of_finding(ref, row.id),
        f"Finding {row.id}: {words.heading}",
        f"{words.heading}\n\n{words.text}",
        guid_of("person", row.recorded_by),
        row.recorded_at,
        row.recorded_at,
        _codes(listed, scope, codes),
    )


def _codes(
    listed: Mapping[str, Mapping[str, str]], scope: tuple[str, ...], codes: Iterable[tuple[str, str]]
) -> tuple[str, ...]:
    return tuple(guid_of(*scope, name, code) for name, code in codes if code in listed.get(name, {}))
