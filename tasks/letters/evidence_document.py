"""The evidence behind a letter as a document of its own, for the team and the archive alone."""

from collections.abc import Iterable, Iterator

from models.words import joined, long, noun, plain
from tasks.letters.blocks import Block, Bullets, Document, RunningText, Section, Subheading, TableBlock
from tasks.letters.evidence_tables import full_rows, kinds_in_words, triangulation
from tasks.letters.facts import EvidenceFacts, LetterFinding
from tasks.letters.figures import number_blocks

_BANNER = "For the inspection team and the archive alone."


def evidence_document(facts: EvidenceFacts) -> Document:
    """Compose the evidence: findings, what stands behind each, corrections, and the children in numbers."""
    letter = facts.letter
    start, end = letter.date_of("fieldwork_start"), letter.date_of("fieldwork_end")
    sections = (
        Section("Questions to answer before publication", tuple(_questions(facts))),
        Section("Findings", tuple(_findings(facts.findings))),
        Section("The evidence behind each finding", tuple(_evidence(facts))),
        Section("Corrections made", tuple(_corrections(facts))),
        Section("The children in numbers", tuple(number_blocks(facts))),
    )
    return Document(
        title=f"Evidence behind the letter for {letter.area_name}",
        subtitle=letter.theme.title,
        banner=" ".join((*(("Rehearsal. This is not a real inspection.",) if letter.rehearsal else ()), _BANNER)),
        details=(
            ("Local area", f"{letter.area_name} ({letter.gss})"),
            ("Letter", plain(letter.status).capitalize()),
            *((("Inspectors on site", f"{long(start)} to {long(end)}"),) if start and end else ()),
        ),
        sections=tuple(section for section in sections if section.blocks),
    )


def _questions(facts: EvidenceFacts) -> Iterator[Block]:
    queries = triangulation(facts.findings)
    if queries:
        yield Bullets(tuple(query.message for query in queries))


def _findings(findings: Iterable[LetterFinding]) -> Iterator[Block]:
    for finding in findings:
        yield Subheading(f"{finding.id}. {finding.heading}")
        yield RunningText(finding.text)
        yield RunningText(f"{plain(finding.category).capitalize()}. {kinds_in_words(finding)}.")


def _evidence(facts: EvidenceFacts) -> Iterator[Block]:
    if not facts.findings:
        return
    yield RunningText(_who_can_tell(facts))
    yield TableBlock(
        caption="Evidence recorded for each finding",
        header=("Finding", "Kind", "Agency", "Case", "Source", "Digest"),
        rows=tuple(tuple(row) for row in full_rows(facts.findings)),
        widths=(9, 24, 16, 7, 28, 16),
    )


def _corrections(facts: EvidenceFacts) -> Iterator[Block]:
    if facts.corrections:
        yield RunningText("Changed after comments on factual accuracy:")
        yield Bullets(facts.corrections)


def _who_can_tell(facts: EvidenceFacts) -> str:
    """Return who can tell which child a label stands for: each agency that holds a list of its own children."""
    labels = "Labels such as T3 stand for children in the sample. This document does not say who they are."
    if not facts.list_holders:
        return labels
    names, number = joined(facts.list_holders), len(facts.list_holders)
    holds = noun(number, "holds a list", "each hold a list")
    return f"{labels} {names} {holds} that says who {noun(number, 'its', 'their')} own children in the sample are."
