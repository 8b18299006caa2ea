"""What follows the letter: the evidence behind each finding (in full in drafts alone), queries, and corrections."""

from collections.abc import Iterable

from models.states import LetterStatus
from models.words import joined, noun
from tasks.letters.blocks import Block, Bullets, Paragraph, Section, TableBlock
from tasks.letters.evidence_tables import full_rows, published_rows, triangulation
from tasks.letters.facts import LetterFacts


def annex(facts: LetterFacts) -> Iterable[Section]:
    """Yield the annexes that a letter of this status has; none without findings or corrections."""
    if facts.findings:
        # Cases and sources are for the team alone: once the letter leaves it, the annex has kinds and numbers (L5).
        blocks = _draft(facts) if facts.status == LetterStatus.DRAFT else _published(facts)
        yield Section("Annex: the evidence behind each finding", tuple(blocks), annex=True)
    if facts.corrections:
        changes = (Paragraph("Changed after comments on factual accuracy:"), Bullets(facts.corrections))
        yield Section("Corrections made", changes, annex=True)


def _draft(facts: LetterFacts) -> Iterable[Block]:
    queries = triangulation(facts.findings)
    if queries:
        yield Paragraph("Questions to answer before publication:")
        yield Bullets(tuple(query.message for query in queries))
    yield Paragraph(_who_can_tell(facts))
    yield TableBlock(
        caption="Evidence recorded for each finding",
        header=("Finding", "Kind", "Agency", "Case", "Source", "Digest"),
        rows=tuple(tuple(row) for row in full_rows(facts.findings)),
        widths=(9, 24, 16, 7, 28, 16),
    )


def _who_can_tell(facts: LetterFacts) -> str:
    """Return who can tell which child a label stands for: each agency that holds a list of its own children."""
    labels = "Labels such as T3 stand for children in the sample. This letter does not say who they are."
    if not facts.list_holders:
        return labels
    names, number = joined(facts.list_holders), len(facts.list_holders)
    holds = noun(number, "holds a list", "each hold a list")
    return f"{labels} {names} {holds} that says who {noun(number, 'its', 'their')} own children in the sample are."


def _published(facts: LetterFacts) -> Iterable[Block]:
    yield TableBlock(
        caption="Kinds of evidence behind each finding",
        header=("Finding", "Heading", "Kinds of evidence", "Pieces of evidence"),
        rows=tuple(tuple(row) for row in published_rows(facts.findings)),
        widths=(11, 39, 39, 11),
    )
