"""Gathers a thematic report from the ledger and the store: findings, letters, cases, and what people wrote."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from models.england import ENGLAND
from models.keys import extension_of, stem_of
from models.states import LetterStatus, ReportStatus
from models.tables import CompiledReport, Inspection, Letter, ThemeReport
from models.themes import Theme, path_of, theme
from tasks.cohort.versions import newest_draw
from tasks.disclosure.tables import Method, Published
from tasks.drafting.draft import DraftParagraph, LetterDraft
from tasks.drafting.loading import current_draft
from tasks.findings.findings import FindingWords, findings_of, words_of
from tasks.ground import store
from tasks.ground.digests import canonical_json, sha256
from tasks.sampling.draws import sample_now
from tasks.theming.assembling import Material, ReportStanding, assembled
from tasks.theming.children import Case, cases_behind, counted, left, publication_of
from tasks.theming.grouping import grouped
from tasks.theming.leaning import by_heading, by_words
from tasks.theming.report import Children, ThematicReport, messages_of
from tasks.theming.sources import AgreedFinding, ReportSource, SourceText, texts_of_findings
from tasks.theming.writing import newest_versions, parts, written

CERTIFICATE = "certificate"


@dataclass(frozen=True, slots=True)
class Gathered:
    """A report as it stands now.

    Attributes:
        report: the value.
        digest: covers everything that it was made from.
        certificate: of the counts of children; empty where the theme counts none.
    """

    report: ThematicReport
    digest: str
    certificate: bytes = b""


@dataclass(frozen=True, slots=True)
class _Inspected:
    """One inspection of a report: its letter, findings and draft by paragraphs."""

    inspection: Inspection
    letter: Letter
    findings: tuple[tuple[str, FindingWords], ...]
    draft: LetterDraft


def gathered(session: Session, row: ThemeReport) -> Gathered:
    """Return a report as it stands now; the same ledger and store give the same.

    Raises:
        DisclosureRefusedError: its counts of children cannot leave.
    """
    theme_ = theme(row.theme_id)
    inspected = [_inspected(session, ref) for ref in row.inspections]
    material = _material(inspected)
    children, certificate = _children(session, row, theme_, inspected, material)
    texts = {part.name: part.text for part in parts(session, row)}
    earlier = theme(theme_.report.compares_with) if theme_.report.compares_with else None
    report = assembled(
        ReportStanding(row.ref, row.published_on, row.rehearsal),
        theme_,
        sha256(path_of(row.theme_id).read_bytes()),
        material,
        written=written(theme_, texts),
        before=earlier,
        children=children,
    )
    return Gathered(report, content_digest(session, row), certificate)


def content_digest(session: Session, row: ThemeReport) -> str:
    """Return what covers all that a report is made from: letters, findings, the theme's file, and written parts."""
    before = theme(row.theme_id).report.compares_with
    facts: dict[str, Any] = {
        "theme": sha256(path_of(row.theme_id).read_bytes()),
        "before": sha256(path_of(before).read_bytes()) if before else "",
        "letters": {ref: published_letter(session, ref).sha256 for ref in row.inspections},
        "findings": {
            ref: {each.id: [each.version, each.text_key] for each in findings_of(session, ref)}
            for ref in row.inspections
        },
        "parts": {name: part.text_sha256 for name, part in newest_versions(session, row).items()},
    }
    return sha256(canonical_json(facts))


def published_letter(session: Session, ref: str) -> Letter:
    """Return the newest published letter of an inspection of a report."""
    query = select(Letter).where(Letter.inspection == ref, Letter.status == LetterStatus.PUBLISHED)
    return session.exec(query.order_by(col(Letter.version).desc()).limit(1)).one()


def _inspected(session: Session, ref: str) -> _Inspected:
    rows = tuple((row.id, words_of(row)) for row in findings_of(session, ref))
    return _Inspected(
        session.get_one(Inspection, ref), published_letter(session, ref), rows, current_draft(session, ref)
    )


def _material(inspected: list[_Inspected]) -> Material:
    sources = tuple(_source(each) for each in inspected)
    texts = [
        text
        for each, source in zip(inspected, sources, strict=True)
        for text in texts_of_findings((_agreed(identity, words) for identity, words in each.findings), source)
    ]
    return Material(
        sources=sources,
        texts=tuple(texts),
        letter_texts=tuple(text for each in inspected for text in _letter_texts(each)),
        findings={each.inspection.ref: _resting(each.draft) for each in inspected},
        letters={each.inspection.ref: f"../../letters/{each.inspection.ref}/index.html" for each in inspected},
    )


def _source(each: _Inspected) -> ReportSource:
    # The day that people in England had: by UTC, the first hour of a summer's day is of the day before.
    row, day = each.inspection, each.letter.compiled_at.astimezone(ENGLAND).date()
    return ReportSource(row.ref, row.area_name, "findings", row.area_gss, day, each.letter.sha256)


def _agreed(identity: str, words: FindingWords) -> AgreedFinding:
    return AgreedFinding(identity, words.category, words.area, words.heading, words.text, words.tags)


def _letter_texts(each: _Inspected) -> Iterator[SourceText]:
    """Yield the paragraphs of a published letter, each with the tags of the findings that it rests on."""
    tags = {identity: words.tags for identity, words in each.findings}
    for section in each.draft.sections:
        for paragraph in section.paragraphs:
            lean = by_heading(section.code, paragraph.heading) or by_words(paragraph.text)
            yield SourceText(
                *(each.inspection.ref, paragraph.id, section.code, paragraph.text, lean),
                tags=tuple(dict.fromkeys(tag for identity in paragraph.findings for tag in tags.get(identity, ()))),
                heading=paragraph.heading,
                findings=paragraph.findings,
            )


def _resting(draft: LetterDraft) -> dict[str, tuple[str, ...]]:
    """Return which paragraphs rest on each finding."""
    resting: dict[str, list[str]] = {}
    paragraphs: tuple[DraftParagraph, ...] = draft.paragraphs
    for paragraph in paragraphs:
        for identity in paragraph.findings:
            resting.setdefault(identity, []).append(paragraph.id)
    return {identity: tuple(places) for identity, places in resting.items()}


def _children(
    session: Session, row: ThemeReport, theme_: Theme, inspected: list[_Inspected], material: Material
) -> tuple[Children | None, bytes]:
    """Return the counts of tracked children, where the theme counts them, with their certificate."""
    if not theme_.report.children:
        return None, b""
    cases = {(each.inspection.ref, identity): [*words.cases] for each in inspected for identity, words in each.findings}
    messages = grouped(messages_of(theme_), material.sources, material.texts)
    behind = {message.message.code: cases_behind(message, cases) for message in messages}
    tracked = frozenset(case for each in inspected for case in _tracked(session, each.inspection.ref))
    publication = publication_of(row.ref, Method(theme_.letter.counts), tracked, behind)
    return counted(publication, _left_before(session, row))


def _tracked(session: Session, ref: str) -> Iterator[Case]:
    drawn = newest_draw(session, ref)
    if drawn is not None:
        yield from ((ref, each.label) for each in sample_now(session, drawn).chosen() if each.set == "tracked")


def _left_before(session: Session, row: ThemeReport) -> tuple[Published, ...]:
    """Return the counts that left with the published form of this report, if it was published before."""
    query = select(CompiledReport).where(
        CompiledReport.report == row.ref, CompiledReport.status == ReportStatus.PUBLISHED
    )
    keys = [key for each in session.exec(query) for key in each.keys if f"/{CERTIFICATE}-" in key]
    return tuple(left(store.get(key)) for key in keys)


def file_name(key: str) -> str:
    """Return what a file of a compiled report is called, such as `report.pdf`."""
    return f"{stem_of(key)}.{extension_of(key)}"
