"""What follows the letter: the evidence behind each finding (in full in drafts alone), queries, and corrections."""

from collections.abc import Iterable

from models.states import LetterStatus
from tasks.letters.blocks import Block, Bullets, Paragraph, Section, TableBlock
from tasks.letters.evidence_tables import full_rows, published_rows, triangulation
from tasks.letters.facts import LetterFacts


def annex(facts: LetterFacts) -> Iterable[Section]:
    """Give the annexes of this status of letter; none without findings or corrections."""
    if facts.findings:
        blocks = _draft(facts) if facts.status == LetterStatus.DRAFT else _published(facts)
        yield Section("Annex: the evidence behind each finding", tuple(blocks), annex=True)
    if facts.corrections:
        said = (Paragraph("Changed after comments on factual accuracy:"), Bullets(facts.corrections))
        yield Section("Corrections made", said, annex=True)


def _draft(facts: LetterFacts) -> Iterable[Block]:
    queries = triangulation(facts.findings)
    if queries:
        yield Paragraph("Questions to answer before publication:")
        yield Bullets(tuple(query.message for query in queries))
    yield Paragraph("Labels stand for children in the sample; only the inspection team can tell who they are.")
    yield TableBlock(
        caption="Evidence recorded for each finding",
        header=("Finding", "Kind", "Agency", "Case", "Source", "Digest"),
        rows=tuple(tuple(row) for row in full_rows(facts.findings)),
        widths=(9, 24, 16, 7, 28, 16),
    )


def _published(facts: LetterFacts) -> Iterable[Block]:
    yield TableBlock(
        caption="Kinds of evidence behind each finding",
        header=("Finding", "Heading", "Kinds of evidence", "Pieces of evidence"),
        rows=tuple(tuple(row) for row in published_rows(facts.findings)),
        widths=(11, 39, 39, 11),
    )
