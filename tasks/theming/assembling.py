"""Puts a thematic report together from sources, texts, and what people wrote. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from models.themes import Theme
from tasks.theming.grouping import grouped
from tasks.theming.practice import subjects
from tasks.theming.report import Children, Earlier, Quotation, Recommendation, ThematicReport, messages_of
from tasks.theming.sources import ReportSource, SourceText


@dataclass(frozen=True, slots=True)
class Material:
    """What a report is made from.

    Attributes:
        sources: letters, or inspections whose letters are published.
        texts: by which messages are counted: findings, or sentences of letters.
        letter_texts: paragraphs and sentences of the published letters, from which practice is quoted.
        findings: source -> finding -> paragraphs of its letter that rest on it.
        letters: source -> where its letter is, relative to the report's page.
    """

    sources: tuple[ReportSource, ...]
    texts: tuple[SourceText, ...]
    letter_texts: tuple[SourceText, ...]
    findings: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    letters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReportWriting:
    """What people wrote for a report.

    Attributes:
        prose: part -> paragraphs.
        recommendations: in order.
    """

    prose: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    recommendations: tuple[Recommendation, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportStanding:
    """What a report is at a moment.

    Attributes:
        ref: by which it is known.
        published: the day; None while it is a draft.
        rehearsal: whether it is none, but a rehearsal.
    """

    ref: str
    published: date | None = None
    rehearsal: bool = False


def assembled(
    standing: ReportStanding,
    theme: Theme,
    digest: str,
    material: Material,
    *,
    written: ReportWriting | None = None,
    before: Theme | None = None,
    children: Children | None = None,
) -> ThematicReport:
    """Return the report.

    Args:
        standing: what it is now.
        theme: whose report.
        digest: SHA-256 of the theme's file.
        material: what it is made from.
        written: what people wrote; nothing yet, where it is None.
        before: the theme whose report came before.
        children: counts after disclosure control.
    """
    words, messages = written or ReportWriting(), messages_of(theme)
    sources = tuple(sorted(material.sources, key=lambda source: (source.area, source.id)))
    earlier = Earlier(before.title, grouped(messages_of(before), sources, material.texts)) if before else None
    return ThematicReport(
        ref=standing.ref,
        theme=theme,
        theme_sha256=digest,
        status="published" if standing.published else "draft",
        rehearsal=standing.rehearsal,
        published=standing.published,
        sources=sources,
        messages=grouped(messages, sources, material.texts),
        subjects=subjects(messages, sources, material.letter_texts),
        prose=words.prose,
        recommendations=words.recommendations,
        earlier=earlier,
        children=children,
        findings=material.findings,
        paragraphs=_paragraphs(material.letter_texts),
        letters=material.letters,
    )


def _paragraphs(texts: Sequence[SourceText]) -> dict[str, dict[str, Quotation]]:
    """Return the paragraphs that rest on findings, by source and id."""
    by_source: dict[str, dict[str, Quotation]] = {}
    for text in texts:
        if text.findings:
            own = by_source.setdefault(text.source, {})
            own[text.place] = Quotation(text.source, text.place, text.page, text.text, text.heading, text.findings)
    return by_source
